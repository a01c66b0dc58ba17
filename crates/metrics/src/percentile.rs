//! Percentiles with linear interpolation.

/// Returns the value at a share of the sorted values, by linear interpolation between the ranks
/// 0 and n − 1 (numpy's default). Returns `None` if there are no values.
///
/// `sorted` must be sorted in ascending order. `share` is clamped to 0 to 1.
pub fn percentile(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let rank = share.clamp(0.0, 1.0) * last as f64;
    let below = (rank as usize).min(last);
    let above = (below + 1).min(last);
    let part = rank - below as f64;
    Some(sorted[below] + (sorted[above] - sorted[below]) * part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_lie_between_ranks() {
        let values: Vec<f64> = (0..=100).map(f64::from).collect();
        assert!((percentile(&values, 0.95).unwrap() - 95.0).abs() < 1e-12);
        assert!((percentile(&[0.0, 10.0], 0.95).unwrap() - 9.5).abs() < 1e-12);
        assert_eq!(percentile(&[7.0], 0.95), Some(7.0));
        assert_eq!(percentile(&[1.0, 2.0], 7.0), Some(2.0));
        assert_eq!(percentile(&[], 0.95), None);
    }
}
