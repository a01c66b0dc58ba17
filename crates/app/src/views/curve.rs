//! The learning curves of runs: smoothing, thinning, ranges and what a reader is told.

use std::sync::Arc;

use protocol::RunId;

use super::format;

/// Points that a curve is drawn with at most.
pub const MAX_POINTS: usize = 400;

/// The test set at the end of an epoch.
#[derive(Clone, Debug, PartialEq)]
pub struct TestPoint {
    /// Epochs done; 0 is the untrained network.
    pub epoch: usize,
    /// Steps done.
    pub step: usize,
    /// The run's loss on the test set.
    pub loss: f32,
    /// Share of test images (or of their pixels) that are right, 0 to 1.
    pub accuracy: f64,
    /// Dice of each foreground class, 0 to 1, where the run segments; else none at all.
    pub dice: Vec<Option<f64>>,
}

impl TestPoint {
    /// Mean Dice of the classes; none where the run does not segment, or there is nothing to score.
    pub fn mean_dice(&self) -> Option<f64> {
        model::score::mean_of_some(self.dice.iter().copied())
    }

    /// The figure that says how good the network is, in words.
    fn figure(&self) -> String {
        if self.dice.is_empty() {
            format!("test accuracy {}", format::percent(self.accuracy))
        } else {
            format!("mean Dice {}", format::dice(self.mean_dice()))
        }
    }
}

/// One run as the charts draw it.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// The run.
    pub run: RunId,
    /// What the legend says: of an earlier run, what differed.
    pub label: String,
    /// The loss of each step's batch, `[steps]`.
    pub losses: Arc<Vec<f32>>,
    /// One point per finished epoch, from epoch 0.
    pub tests: Vec<TestPoint>,
}

/// Steps that the smoothed curve remembers: a fortieth of the run, at least 5.
pub fn window(total_steps: usize) -> usize {
    (total_steps / 40).clamp(5, 200)
}

/// Exponential moving average over about `window` values, corrected for its start as in Adam
/// (Kingma & Ba 2015, section 3). Values that are no number are passed over.
pub fn smooth(losses: &[f32], window: usize) -> Vec<f64> {
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

/// Every so many of `n` values are drawn so that no more than [`MAX_POINTS`] are.
pub fn stride(n: usize) -> usize {
    n.div_ceil(MAX_POINTS).max(1)
}

/// `(step, value)` of the smoothed curve, thinned; the last value is always there.
pub fn smoothed_points(smoothed: &[f64]) -> Vec<(f64, f64)> {
    let stride = stride(smoothed.len());
    let last = smoothed.len().saturating_sub(1);
    smoothed
        .iter()
        .enumerate()
        .filter(|(index, _)| index % stride == 0 || *index == last)
        .map(|(index, value)| ((index + 1) as f64, *value))
        .collect()
}

/// `(step, loss)` of the measured losses; where several fall on one point, the smallest and the
/// largest of them, so that thinning does not hide how noisy they are.
pub fn raw_points(losses: &[f32]) -> Vec<(f64, f64)> {
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

/// The top of the loss axis: holds the present run's smoothed curve and test losses with some
/// air. An earlier run may raise it to twice that at most, so that one that diverged does not
/// press the others flat.
pub fn loss_top<'a>(
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

/// What the charts show, in words.
pub fn summary(curve: &Curve, total_steps: usize) -> String {
    let steps = curve.losses.len();
    let Some(last) = curve.losses.last() else {
        return match curve.tests.last() {
            Some(test) if test.dice.is_empty() => format!(
                "No step made yet. The untrained network is right on {} of the test images.",
                format::percent(test.accuracy)
            ),
            Some(test) => format!("No step made yet. Untrained, {}.", test.figure()),
            None => "No step made yet.".into(),
        };
    };
    let mut text = format!(
        "Step {} of {}: training loss {}",
        format::count(steps),
        format::count(total_steps.max(steps)),
        format::loss(f64::from(*last))
    );
    if let Some(first) = curve.losses.first().filter(|_| steps > 1) {
        text += &format!(", at the first step {}", format::loss(f64::from(*first)));
    }
    text.push('.');
    if let Some(test) = curve.tests.last() {
        text += &format!(
            " After epoch {}: test loss {}, {}.",
            test.epoch,
            format::loss(f64::from(test.loss)),
            test.figure()
        );
    }
    text
}

/// The letter of an earlier run in charts and legend.
pub fn tag(index: usize) -> String {
    let letter = b'A' + (index % 26) as u8;
    char::from(letter).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smoothing_starts_at_the_first_value_and_keeps_a_constant() {
        assert_eq!(smooth(&[2.0], 20), [2.0]);
        for value in smooth(&[0.5; 50], 10) {
            assert!((value - 0.5).abs() < 1e-12, "{value}");
        }
        // Two values in a window of 3: weights 1/4 and 1/2, so (0.25·1 + 0.5·4) / 0.75 = 3.
        let smoothed = smooth(&[1.0, 4.0], 3);
        assert!((smoothed[1] - 3.0).abs() < 1e-12, "{smoothed:?}");
        assert_eq!(smooth(&[1.0, f32::NAN, 1.0], 5), [1.0; 3]);
        assert!(smooth(&[f32::NAN], 5)[0].is_nan());
    }

    #[test]
    fn long_curves_are_thinned_and_keep_their_ends_and_extremes() {
        let mut losses = vec![1.0_f32; 10_000];
        losses[5_003] = 9.0;
        losses[7_777] = 0.25;
        let raw = raw_points(&losses);
        assert!(raw.len() <= MAX_POINTS + 2, "{}", raw.len());
        assert!(raw.iter().any(|p| p.1 == 9.0) && raw.iter().any(|p| p.1 == 0.25));
        assert!(raw.is_sorted_by(|a, b| a.0 < b.0));
        let smoothed = smoothed_points(&smooth(&losses, 200));
        assert!(smoothed.len() <= MAX_POINTS + 1, "{}", smoothed.len());
        assert_eq!(smoothed.first().unwrap().0, 1.0);
        assert_eq!(smoothed.last().unwrap().0, 10_000.0);
        assert_eq!(raw_points(&[0.5, 0.25]), [(1.0, 0.5), (2.0, 0.25)]);
        assert_eq!((raw_points(&[]), smoothed_points(&[])), (vec![], vec![]));
    }

    #[test]
    fn an_earlier_run_that_diverged_does_not_flatten_the_chart() {
        assert_eq!(loss_top(&[1.0, 0.5], &[1e6]), 2.0 * 1.08);
        assert_eq!(loss_top(&[2.0, f64::NAN, f64::INFINITY], &[]), 2.0 * 1.08);
        assert_eq!(loss_top(&[], &[]), 2.0);
        assert_eq!(loss_top(&[], &[3.0]), 3.0 * 1.08);
    }

    #[test]
    fn the_summary_says_where_the_run_stands() {
        let mut curve =
            Curve { run: RunId(1), label: String::new(), losses: Arc::default(), tests: vec![] };
        assert_eq!(summary(&curve, 750), "No step made yet.");
        curve.losses = Arc::new(vec![1.8, 0.5]);
        curve.tests = vec![TestPoint { epoch: 1, step: 2, loss: 0.4, accuracy: 0.9, dice: vec![] }];
        assert_eq!(
            summary(&curve, 750),
            "Step 2 of 750: training loss 0.500, at the first step 1.800. \
             After epoch 1: test loss 0.400, test accuracy 90.0 %."
        );
        curve.tests[0].dice = vec![Some(0.8), None, Some(0.6)];
        assert!(summary(&curve, 750).ends_with("test loss 0.400, mean Dice 0.70."));
        curve.losses = Arc::default();
        assert_eq!(summary(&curve, 750), "No step made yet. Untrained, mean Dice 0.70.");
    }
}
