//! What layers, networks and amounts are called.

use model::{LayerInfo, LayerKind};
use protocol::RunId;
use protocol::interpret::{NetworkRef, Snapshot};
use ui::format;

use crate::views::segment::unet_drawing::name as block_name;

/// “Image”, “Convolution 1”, “Dense 3”, “Output”, “Encoder 1”.
pub fn stage_name(kind: LayerKind) -> String {
    match kind {
        LayerKind::Image => "Image".into(),
        LayerKind::Conv(number) => format!("Convolution {number}"),
        LayerKind::Dense(number) => format!("Dense {number}"),
        LayerKind::Output => "Output".into(),
        LayerKind::Block(block) => block_name(block),
    }
}

/// “10 maps of 30 × 30”, “320 units”, “1 map of 64 × 64”.
pub fn stage_size(stage: &LayerInfo) -> String {
    let [units, height, width] = stage.output;
    if height * width == 1 {
        return format::plural(units, "unit", "units");
    }
    // Spaces that do not break: a size is one word.
    format!("{} of {height}\u{a0}×\u{a0}{width}", format::plural(units, "map", "maps"))
}

/// “unit 3 of Dense 4”, “map 3 of Convolution 1”; an output by the name of its class.
pub fn unit_name(stage: &LayerInfo, unit: usize, classes: &[String]) -> String {
    let layer = stage_name(stage.kind);
    let is_output =
        stage.kind == LayerKind::Output || stage.kind == LayerKind::Block(model::UNetBlock::Head);
    match classes.get(unit).filter(|_| is_output) {
        Some(class) => format!("{layer}: {class}"),
        None if stage.output[1] * stage.output[2] == 1 => format!("{layer}, unit {}", unit + 1),
        None => format!("{layer}, map {}", unit + 1),
    }
}

/// “now, after step 412”, “after epoch 3”, “before training”; of another run, that it is.
pub fn moment_name(at: NetworkRef, present: Option<RunId>, step: usize) -> String {
    let when = match at.snapshot {
        Snapshot::Latest => format!("now, after step {}", format::count(step)),
        Snapshot::Epoch(0) => "before training".into(),
        Snapshot::Epoch(epoch) => format!("after epoch {epoch}"),
    };
    if Some(at.run) == present { when } else { format!("the run before, {when}") }
}

/// A small or large amount in two figures: `0.31`, `3.2 · 10⁻⁵`.
pub fn amount(value: f32) -> String {
    if !value.is_finite() {
        return "no number".into();
    }
    if value == 0.0 {
        return "0".into();
    }
    let mut exponent = value.abs().log10().floor() as i32;
    if (-2..3).contains(&exponent) {
        let decimals = (1 - exponent).max(0) as usize;
        return format!("{value:.decimals$}").replace('-', "−");
    }
    let mut figures = value / 10.0_f32.powi(exponent);
    if figures.abs() >= 9.95 {
        (figures, exponent) = (figures / 10.0, exponent + 1);
    }
    format!("{figures:.1} · 10{}", raised(exponent)).replace('-', "−")
}

fn raised(exponent: i32) -> String {
    let digit = |digit| match digit {
        '-' => '⁻',
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        digit => char::from_u32(digit as u32 - u32::from(b'0') + 0x2070).unwrap_or(digit),
    };
    exponent.to_string().chars().map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_and_units_have_names() {
        let stage = |kind, output| LayerInfo {
            kind,
            output,
            activation: None,
            traceable_ops: [None; 3],
            pool: 1,
        };
        let conv = stage(LayerKind::Conv(1), [10, 30, 30]);
        assert_eq!(stage_size(&conv), "10 maps of 30\u{a0}×\u{a0}30");
        assert_eq!(unit_name(&conv, 2, &[]), "Convolution 1, map 3");
        let dense = stage(LayerKind::Dense(3), [320, 1, 1]);
        assert_eq!(stage_size(&dense), "320 units");
        assert_eq!(unit_name(&dense, 2, &["Hand".into()]), "Dense 3, unit 3");
        let output = stage(LayerKind::Output, [2, 1, 1]);
        assert_eq!(unit_name(&output, 0, &["Hand".into()]), "Output: Hand");
        assert_eq!(unit_name(&output, 1, &["Hand".into()]), "Output, unit 2");
    }

    #[test]
    fn moments_say_which_run_they_are_of() {
        let at = |run, moment| NetworkRef { run: RunId(run), snapshot: moment };
        let name = |at| moment_name(at, Some(RunId(2)), 1412);
        assert_eq!(name(at(2, Snapshot::Latest)), "now, after step 1,412");
        assert_eq!(name(at(2, Snapshot::Epoch(0))), "before training");
        assert_eq!(name(at(1, Snapshot::Epoch(3))), "the run before, after epoch 3");
    }

    #[test]
    fn amounts_have_two_figures() {
        let texts = [0.0, 0.314, 12.34, 0.012, -3.0, 0.000_032, 9.96e-5, 54_321.0].map(amount);
        let expected =
            ["0", "0.31", "12", "0.012", "−3.0", "3.2 · 10⁻⁵", "1.0 · 10⁻⁴", "5.4 · 10⁴"];
        assert_eq!(texts, expected);
        assert_eq!(amount(f32::NAN), "no number");
    }
}
