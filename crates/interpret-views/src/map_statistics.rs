//! Percentiles of the magnitudes in a map.

/// Returns the percentile (`share` between 0 and 1) of the magnitudes, or 0 if there are no values.
/// Values that are not finite count as 0.
pub fn percentile(values: &[f32], share: f64) -> f32 {
    let rank = (share * values.len() as f64).ceil() as usize;
    if rank == 0 {
        return 0.0;
    }
    // Nonnegative floats are ordered like their bits, so the percentile is found by bisection over
    // the bits. Sorting would add kilobytes of code for this function alone.
    let (mut low, mut high) = (0, f32::MAX.to_bits());
    while low < high {
        let middle = low + (high - low) / 2;
        let within = values.iter().filter(|value| finite(**value).abs().to_bits() <= middle);
        if within.count() >= rank {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    f32::from_bits(low)
}

/// Returns the value at the end of a map's color scale: the 99th percentile of magnitudes, so that
/// a single outlier does not make all other values pale. Returns the largest magnitude if nearly
/// all values are 0.
pub fn end_of_scale(values: &[f32]) -> f32 {
    let end = percentile(values, 0.99);
    if end > 0.0 { end } else { percentile(values, 1.0) }
}

/// Returns the value, or 0 if it is not finite.
pub fn finite(value: f32) -> f32 {
    if value.is_finite() { value } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_magnitudes() {
        let values: Vec<f32> =
            (1..=100).map(|v| if v % 2 == 0 { -v as f32 } else { v as f32 }).collect();
        assert_eq!(
            [0.01, 0.5, 0.99, 1.0].map(|share| percentile(&values, share)),
            [1.0, 50.0, 99.0, 100.0]
        );
        assert_eq!(percentile(&values, 0.0), 0.0);
        assert_eq!(percentile(&[1e-30, -3e20, 2.5], 1.0), 3e20);
        assert_eq!(percentile(&[], 0.5), 0.0);
    }

    #[test]
    fn values_that_are_not_finite_count_as_zero() {
        assert_eq!(percentile(&[f32::NAN, f32::INFINITY, -2.0], 1.0), 2.0);
        assert_eq!(percentile(&[f32::NAN, f32::INFINITY, -2.0], 0.5), 0.0);
    }

    #[test]
    fn colors_end_where_one_in_a_hundred_is_larger() {
        let mut values = vec![1.0; 199];
        values.push(50.0);
        assert_eq!(end_of_scale(&values), 1.0);
        let mut sparse = vec![0.0; 199];
        sparse.push(-7.0);
        assert_eq!(end_of_scale(&sparse), 7.0);
        assert_eq!(end_of_scale(&[0.0; 4]), 0.0);
    }
}
