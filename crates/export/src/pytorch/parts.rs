//! Parts of the program that are the same for many configurations, as Python files.

use crate::program::Line;

pub const RANDOM: &str = include_str!("parts/random.py");
pub const IMAGES: &str = include_str!("parts/images.py");
pub const SLICES: &str = include_str!("parts/slices.py");
pub const AUGMENT: &str = include_str!("parts/augment.py");
pub const DROPOUT: &str = include_str!("parts/dropout.py");
pub const FIRST_WEIGHTS: &str = include_str!("parts/first_weights.py");
pub const START: &str = include_str!("parts/start.py");
pub const START_ENCODER: &str = include_str!("parts/start_encoder.py");
pub const BALANCED_WEIGHTS: &str = include_str!("parts/balanced_weights.py");
pub const CROSS_ENTROPY: &str = include_str!("parts/cross_entropy.py");
pub const DICE_LOSS: &str = include_str!("parts/dice_loss.py");
pub const FOCAL_LOSS: &str = include_str!("parts/focal_loss.py");
pub const EVALUATE_IMAGES: &str = include_str!("parts/evaluate_images.py");
pub const EVALUATE_SLICES: &str = include_str!("parts/evaluate_slices.py");
pub const TRAINING: &str = include_str!("parts/training.py");

/// Returns the lines of a text.
pub fn lines(text: &str) -> Vec<Line> {
    text.lines().map(Line::new).collect()
}

/// Returns the lines of definitions at the top level, with two empty lines between them.
pub fn definitions(texts: &[&str]) -> Vec<Line> {
    let texts: Vec<_> = texts.iter().map(|text| text.trim_end()).collect();
    lines(&texts.join("\n\n\n"))
}

/// Replaces the line that has nothing but `mark` by other lines with the same indentation.
pub fn replace_line(code: Vec<Line>, mark: &str, by: &[String]) -> Vec<Line> {
    let each = code.into_iter().flat_map(|line| {
        let text = line.text.trim_start();
        if text != mark {
            return vec![line];
        }
        let indentation = &line.text[..line.text.len() - text.len()];
        by.iter().map(|text| Line::new(format!("{indentation}{text}"))).collect()
    });
    each.collect()
}
