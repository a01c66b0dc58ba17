//! Quantization of values to eight bits, for display.

use protocol::QuantizedMaps;

/// Quantizes values in 255 equal steps from the smallest to the largest. NaN becomes the smallest
/// value.
pub fn quantize(shape: [usize; 3], values: &[f32]) -> QuantizedMaps {
    let finite = values.iter().copied().filter(|value| value.is_finite());
    let (low, high) = finite.fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    let (low, high) = if low <= high { (low, high) } else { (0.0, 0.0) };
    quantize_between(shape, values, [low, high])
}

/// Quantizes values symmetrically around 0, which becomes the middle value; the largest magnitude
/// is at an end of the range.
pub fn quantize_signed(shape: [usize; 3], values: &[f32]) -> QuantizedMaps {
    let finite = values.iter().filter(|value| value.is_finite());
    let end = finite.fold(0.0_f32, |end, value| end.max(value.abs()));
    quantize_between(shape, values, [-end, end])
}

/// Quantizes values in 255 equal steps from `low` to `high`.
pub fn quantize_between(shape: [usize; 3], values: &[f32], [low, high]: [f32; 2]) -> QuantizedMaps {
    let scale = if high > low { 255.0 / (high - low) } else { 0.0 };
    // A cast from a float to an integer saturates, and turns NaN into 0.
    let values = values.iter().map(|value| ((value - low) * scale).round() as u8).collect();
    QuantizedMaps { shape, low, high, values }
}

/// Returns the root mean square of the values.
pub fn root_mean_square(values: &[f32]) -> f32 {
    let sum: f64 = values.iter().map(|value| f64::from(*value) * f64::from(*value)).sum();
    (sum / values.len().max(1) as f64).sqrt() as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantized_maps_keep_their_range_and_odd_values_do_no_harm() {
        let maps = quantize([1, 2, 2], &[-1.0, 0.0, 1.0, 0.5]);
        assert_eq!((maps.low, maps.high, maps.values), (-1.0, 1.0, vec![0, 128, 255, 191]));
        let flat = quantize([1, 2, 2], &[3.0; 4]);
        assert_eq!((flat.low, flat.high, flat.values), (3.0, 3.0, vec![0; 4]));
        let odd = quantize([1, 2, 2], &[f32::NAN, f32::INFINITY, 1.0, 2.0]);
        assert_eq!((odd.low, odd.high, odd.values), (1.0, 2.0, vec![0, 255, 0, 255]));
        assert_eq!(quantize([1, 1, 1], &[f32::NAN]).values, [0]);
    }
}
