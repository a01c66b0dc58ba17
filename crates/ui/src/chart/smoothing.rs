//! Processing of noisy curves: smoothing, thinning, and the range of the axis.

/// Maximum number of points in a drawn curve.
pub const MAX_POINTS: usize = 400;

/// Returns the smoothing window in steps: a fortieth of the run, but at least 5 and at most 200.
pub fn window_len(total_steps: usize) -> usize {
    (total_steps / 40).clamp(5, 200)
}

/// Computes the exponential moving average over about `window` values, with the bias correction of
/// Adam (Kingma & Ba 2015, section 3). Values that are not finite are skipped.
pub fn moving_average(losses: &[f32], window: usize) -> Vec<f64> {
    let keep = 1.0 - 2.0 / (window as f64 + 1.0);
    let (mut mean, mut weight) = (0.0, 0.0);
    losses
        .iter()
        .map(|loss| {
            if loss.is_finite() {
                mean = keep * mean + (1.0 - keep) * f64::from(*loss);
                weight = keep * weight + (1.0 - keep);
            }
            if weight > 0.0 { mean / weight } else { f64::NAN }
        })
        .collect()
}

/// Returns the stride that thins `n` values to at most [`MAX_POINTS`].
pub fn stride(n: usize) -> usize {
    n.div_ceil(MAX_POINTS).max(1)
}

/// Returns the points `(step, value)` of a smoothed curve after thinning. The last value is always
/// kept.
pub fn thin(smoothed: &[f64]) -> Vec<(f64, f64)> {
    let stride = stride(smoothed.len());
    let last = smoothed.len().saturating_sub(1);
    smoothed
        .iter()
        .enumerate()
        .filter(|(index, _)| index % stride == 0 || *index == last)
        .map(|(index, value)| ((index + 1) as f64, *value))
        .collect()
}

/// Returns the points `(step, loss)` of the measured losses, thinned to the minimum and maximum of
/// each interval, so that the noise remains visible.
pub fn thin_to_extremes(losses: &[f32]) -> Vec<(f64, f64)> {
    let stride = stride(losses.len());
    if stride == 1 {
        let point = |(index, loss): (usize, &f32)| ((index + 1) as f64, f64::from(*loss));
        return losses.iter().enumerate().map(point).collect();
    }
    let stride = 2 * stride;
    let mut points = Vec::with_capacity(MAX_POINTS + 2);
    for (chunk, values) in losses.chunks(stride).enumerate() {
        let finite = || values.iter().filter(|v| v.is_finite());
        let low = finite().copied().fold(f32::INFINITY, f32::min);
        let high = finite().copied().fold(f32::NEG_INFINITY, f32::max);
        if low.is_finite() {
            let at = (chunk * stride + 1) as f64;
            let half = values.len() as f64 / 2.0;
            points.push((at, f64::from(high)));
            points.push((at + half, f64::from(low)));
        }
    }
    points
}

/// Returns the upper end of the loss axis. The smoothed curve and the test losses of the current
/// run fit below it with some margin. Earlier runs may raise it to at most twice that value, so
/// that a diverged run does not flatten the other curves.
pub fn axis_top<'a>(
    present: impl IntoIterator<Item = &'a f64>,
    past: impl IntoIterator<Item = &'a f64>,
) -> f64 {
    let highest = |values: &mut dyn Iterator<Item = &'a f64>| {
        values.copied().filter(|v| v.is_finite()).fold(0.0_f64, f64::max)
    };
    let present = highest(&mut present.into_iter());
    let past = highest(&mut past.into_iter());
    let top = if present > 0.0 { present.max(past.min(2.0 * present)) } else { past };
    if top > 0.0 { (top * 1.08).clamp(0.02, 1e9) } else { 2.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smoothing_starts_at_the_first_value_and_keeps_a_constant() {
        assert_eq!(moving_average(&[2.0], 20), [2.0]);
        for value in moving_average(&[0.5; 50], 10) {
            assert!((value - 0.5).abs() < 1e-12, "{value}");
        }
        // Two values in a window of 3: weights 1/4 and 1/2, so (0.25·1 + 0.5·4) / 0.75 = 3.
        let smoothed = moving_average(&[1.0, 4.0], 3);
        assert!((smoothed[1] - 3.0).abs() < 1e-12, "{smoothed:?}");
        assert_eq!(moving_average(&[1.0, f32::NAN, 1.0], 5), [1.0; 3]);
        assert!(moving_average(&[f32::NAN], 5)[0].is_nan());
    }

    #[test]
    fn long_curves_are_thinned_and_keep_their_ends_and_extremes() {
        let mut losses = vec![1.0_f32; 10_000];
        losses[5_003] = 9.0;
        losses[7_777] = 0.25;
        let raw = thin_to_extremes(&losses);
        assert!(raw.len() <= MAX_POINTS + 2, "{}", raw.len());
        assert!(raw.iter().any(|p| p.1 == 9.0) && raw.iter().any(|p| p.1 == 0.25));
        assert!(raw.is_sorted_by(|a, b| a.0 < b.0));
        let smoothed = thin(&moving_average(&losses, 200));
        assert!(smoothed.len() <= MAX_POINTS + 1, "{}", smoothed.len());
        assert_eq!(smoothed.first().unwrap().0, 1.0);
        assert_eq!(smoothed.last().unwrap().0, 10_000.0);
        assert_eq!(thin_to_extremes(&[0.5, 0.25]), [(1.0, 0.5), (2.0, 0.25)]);
        assert_eq!((thin_to_extremes(&[]), thin(&[])), (vec![], vec![]));
    }

    #[test]
    fn an_earlier_run_that_diverged_does_not_flatten_the_chart() {
        assert_eq!(axis_top(&[1.0, 0.5], &[1e6]), 2.0 * 1.08);
        assert_eq!(axis_top(&[2.0, f64::NAN, f64::INFINITY], &[]), 2.0 * 1.08);
        assert_eq!(axis_top(&[], &[]), 2.0);
        assert_eq!(axis_top(&[], &[3.0]), 3.0 * 1.08);
    }
}
