//! Parts of the program that are the same for many configurations, as files of Rust.

pub const RANDOM: &str = include_str!("parts/random.rs.txt");
pub const EXAMPLES: &str = include_str!("parts/examples.rs.txt");
pub const IMAGES: &str = include_str!("parts/images.rs.txt");
pub const SLICES: &str = include_str!("parts/slices.rs.txt");
pub const DRAW: &str = include_str!("parts/draw.rs.txt");
pub const CONV: &str = include_str!("parts/conv.rs.txt");
pub const ZEROS: &str = include_str!("parts/zeros.rs.txt");
pub const TRANSPOSED_CONV: &str = include_str!("parts/transposed_conv.rs.txt");
pub const DENSE: &str = include_str!("parts/dense.rs.txt");
pub const DROPOUT: &str = include_str!("parts/dropout.rs.txt");
pub const DOUBLED: &str = include_str!("parts/doubled.rs.txt");
pub const LOSS_OF_IMAGES: &str = include_str!("parts/loss_of_images.rs.txt");
pub const PIXELS: &str = include_str!("parts/pixels.rs.txt");
pub const CROSS_ENTROPY: &str = include_str!("parts/cross_entropy.rs.txt");
pub const DICE_LOSS: &str = include_str!("parts/dice_loss.rs.txt");
pub const FOCAL_LOSS: &str = include_str!("parts/focal_loss.rs.txt");
pub const CLASS_WEIGHTS: &str = include_str!("parts/class_weights.rs.txt");
pub const EQUAL_WEIGHTS: &str = include_str!("parts/equal_weights.rs.txt");
pub const EVALUATE_IMAGES: &str = include_str!("parts/evaluate_images.rs.txt");
pub const EVALUATE_SLICES: &str = include_str!("parts/evaluate_slices.rs.txt");
pub const TRAINING: &str = include_str!("parts/training.rs.txt");
