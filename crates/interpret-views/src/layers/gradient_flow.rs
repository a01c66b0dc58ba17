//! Signal and gradient norm of each layer.

use protocol::interpret::NetworkActivations;

/// Number of powers of ten that a full bar covers.
const BAR_DECADES: f64 = 6.0;

/// Signal and gradient norm of one layer, with the lengths of their bars (0 to 1).
#[derive(Clone, Debug, PartialEq)]
pub struct GradientFlow {
    /// Root mean square of the layer's output.
    pub signal: (f32, f64),
    /// Root mean square of the gradient of the loss with respect to the output.
    pub gradient: (f32, f64),
    /// Root mean square of the gradient of the loss with respect to the weights.
    pub weight_gradient: Option<f32>,
}

/// Returns the bars of all layers, with one logarithmic scale for signals and one for gradients,
/// since vanishing gradients decrease by powers of ten.
pub fn gradient_flows(view: &NetworkActivations) -> Vec<GradientFlow> {
    let largest = |values: &mut dyn Iterator<Item = f32>| {
        values.filter(|value| value.is_finite()).fold(0.0, f32::max)
    };
    let signal = largest(&mut view.layers.iter().map(|layer| layer.signal));
    let gradient = largest(&mut view.layers.iter().map(|layer| layer.gradient));
    let flow = |layer: &protocol::interpret::LayerActivations| GradientFlow {
        signal: (layer.signal, bar_length(layer.signal, signal)),
        gradient: (layer.gradient, bar_length(layer.gradient, gradient)),
        weight_gradient: layer.weight_gradient,
    };
    view.layers.iter().map(flow).collect()
}

/// Returns the length of a bar: 1 for the largest value, 0 for a millionth of it or less.
fn bar_length(value: f32, largest: f32) -> f64 {
    if !(value > 0.0 && largest > 0.0) {
        return 0.0;
    }
    let decades = (f64::from(value) / f64::from(largest)).log10();
    (1.0 + decades / BAR_DECADES).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::bar_length;

    #[test]
    fn a_sixth_of_the_bar_is_a_power_of_ten() {
        assert_eq!(bar_length(2.0, 2.0), 1.0);
        assert!((bar_length(0.2, 2.0) - 5.0 / 6.0).abs() < 1e-6);
        assert_eq!(bar_length(1e-9, 2.0), 0.0);
        assert_eq!(
            [bar_length(0.0, 2.0), bar_length(f32::NAN, 2.0), bar_length(0.0, 0.0)],
            [0.0; 3]
        );
    }
}
