//! Names of layers, units and checkpoints, and formatting of quantities.

use model::{LayerInfo, LayerKind};
use protocol::RunId;
use protocol::interpret::{NetworkRef, Snapshot};
use ui::format;

/// Describes the output of a layer: “10 maps of 30 × 30”, “320 units”, “1 map of 64 × 64”.
pub fn layer_size(info: &LayerInfo) -> String {
    let [units, height, width] = info.output;
    if height * width == 1 {
        return format::plural(units, "unit", "units");
    }
    // Non-breaking spaces keep the size on one line.
    format!("{} of {height}\u{a0}×\u{a0}{width}", format::plural(units, "map", "maps"))
}

/// Returns the name of a unit: “Dense 4, unit 3”, “Convolution 1, map 3”, or the class of an output
/// unit.
pub fn unit_name(info: &LayerInfo, unit: usize, classes: &[String]) -> String {
    let layer = info.kind.name();
    let is_output =
        info.kind == LayerKind::Output || info.kind == LayerKind::Block(model::UNetBlock::Head);
    match classes.get(unit).filter(|_| is_output) {
        Some(class) => format!("{layer}: {class}"),
        None if info.output[1] * info.output[2] == 1 => format!("{layer}, unit {}", unit + 1),
        None => format!("{layer}, map {}", unit + 1),
    }
}

/// Returns the name of a checkpoint: “now, after step 412”, “after epoch 3”, “before training”, or
/// “previous run, …” if it belongs to another run.
pub fn snapshot_name(at: NetworkRef, present: Option<RunId>, step: usize) -> String {
    let when = match at.snapshot {
        Snapshot::Latest => format!("now, after step {}", format::count(step)),
        Snapshot::Epoch(0) => "before training".into(),
        Snapshot::Epoch(epoch) => format!("after epoch {epoch}"),
    };
    if Some(at.run) == present { when } else { format!("previous run, {when}") }
}

/// Formats a quantity with two significant figures: `0.31`, `3.2 · 10⁻⁵`.
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
    format!("{figures:.1} · 10{}", superscript(exponent)).replace('-', "−")
}

fn superscript(exponent: i32) -> String {
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
        let info = |kind, output| LayerInfo {
            kind,
            output,
            activation: None,
            traceable_ops: [None; 3],
            pool: 1,
            parameters: 0,
        };
        let conv = info(LayerKind::Conv(1), [10, 30, 30]);
        assert_eq!(layer_size(&conv), "10 maps of 30\u{a0}×\u{a0}30");
        assert_eq!(unit_name(&conv, 2, &[]), "Convolution 1, map 3");
        let dense = info(LayerKind::Dense(3), [320, 1, 1]);
        assert_eq!(layer_size(&dense), "320 units");
        assert_eq!(unit_name(&dense, 2, &["Hand".into()]), "Dense 3, unit 3");
        let output = info(LayerKind::Output, [2, 1, 1]);
        assert_eq!(unit_name(&output, 0, &["Hand".into()]), "Output: Hand");
        assert_eq!(unit_name(&output, 1, &["Hand".into()]), "Output, unit 2");
    }

    #[test]
    fn checkpoints_say_which_run_they_are_of() {
        let at = |run, moment| NetworkRef { run: RunId(run), snapshot: moment };
        let name = |at| snapshot_name(at, Some(RunId(2)), 1412);
        assert_eq!(name(at(2, Snapshot::Latest)), "now, after step 1,412");
        assert_eq!(name(at(2, Snapshot::Epoch(0))), "before training");
        assert_eq!(name(at(1, Snapshot::Epoch(3))), "previous run, after epoch 3");
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
