//! Sizes of signals and gradients, layer by layer.

use protocol::interpret::NetworkActivations;

/// Powers of ten that a bar spans.
const DECADES: f64 = 6.0;

/// What flows through one layer, and how long its bars are, as shares of the longest.
#[derive(Clone, Debug, PartialEq)]
pub struct Flow {
    /// Root mean square of what the layer puts out.
    pub signal: (f32, f64),
    /// The same of the loss's gradient with respect to that.
    pub gradient: (f32, f64),
    /// The same of the loss's gradient with respect to its weights.
    pub weight_gradient: Option<f32>,
}

/// Bars of all layers on one logarithmic scale each, since what vanishes does so by powers of ten.
pub fn flows(view: &NetworkActivations) -> Vec<Flow> {
    let largest = |values: &mut dyn Iterator<Item = f32>| {
        values.filter(|value| value.is_finite()).fold(0.0, f32::max)
    };
    let signal = largest(&mut view.layers.iter().map(|layer| layer.signal));
    let gradient = largest(&mut view.layers.iter().map(|layer| layer.gradient));
    let flow = |layer: &protocol::interpret::LayerActivations| Flow {
        signal: (layer.signal, bar(layer.signal, signal)),
        gradient: (layer.gradient, bar(layer.gradient, gradient)),
        weight_gradient: layer.weight_gradient,
    };
    view.layers.iter().map(flow).collect()
}

/// Length of a bar: all of it for the largest value, none for a millionth of that.
fn bar(value: f32, largest: f32) -> f64 {
    if !(value > 0.0 && largest > 0.0) {
        return 0.0;
    }
    let decades = (f64::from(value) / f64::from(largest)).log10();
    (1.0 + decades / DECADES).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::bar;

    #[test]
    fn a_sixth_of_the_bar_is_a_power_of_ten() {
        assert_eq!(bar(2.0, 2.0), 1.0);
        assert!((bar(0.2, 2.0) - 5.0 / 6.0).abs() < 1e-6);
        assert_eq!(bar(1e-9, 2.0), 0.0);
        assert_eq!([bar(0.0, 2.0), bar(f32::NAN, 2.0), bar(0.0, 0.0)], [0.0; 3]);
    }
}
