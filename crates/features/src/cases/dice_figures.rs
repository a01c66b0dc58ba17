//! Mean Dice with its interval over cases, and whether two sets of cases differ.

use data::rng::Rng;
use metrics::{ConfidenceInterval, Groups, RESAMPLES, bootstrap, percentile};
use model::score::mean_of_some;
use protocol::{CaseScore, SegmentEvaluation};

use crate::figure::{Figure, score_interval, signed};

/// Seed of the resamples. It is fixed, so that the same evaluation has the same interval.
const SEED: u64 = 24;

/// Returns the mean Dice of an evaluation with a bootstrap interval over its cases.
pub(super) fn dice_figure(report: &SegmentEvaluation) -> Figure {
    let mut rng = Rng::new(SEED);
    let groups = Groups::single(report.cases.len());
    let draw = |n: usize| rng.below(n as u64) as usize;
    let [interval] =
        bootstrap(&groups, RESAMPLES, draw, |sample| [mean_dice(&report.cases, sample)]);
    Figure::new(report.mean_dice(), interval)
}

/// Says whether the difference of the mean Dice of two sets could be chance. Cases of both are drawn
/// independently.
pub(super) fn dice_sentence(validation: &SegmentEvaluation, test: &SegmentEvaluation) -> String {
    let (Some(before), Some(after)) = (validation.mean_dice(), test.mean_dice()) else {
        return String::new();
    };
    let mut rng = Rng::new(SEED);
    let mut resampled = |cases: &[CaseScore]| {
        let count = cases.len();
        let sample: Vec<usize> = (0..count).map(|_| rng.below(count as u64) as usize).collect();
        mean_dice(cases, &sample)
    };
    let mut differences: Vec<f64> = (0..RESAMPLES)
        .filter_map(|_| Some(resampled(&validation.cases)? - resampled(&test.cases)?))
        .collect();
    differences.sort_unstable_by(f64::total_cmp);
    let end = |share| percentile(&differences, share);
    let (Some(low), Some(high)) = (end(0.025), end(0.975)) else { return String::new() };
    let interval = ConfidenceInterval { low, high };
    let text = score_interval(Some(interval));
    let size = signed((before - after).abs(), 3);
    if !interval.has_width() {
        return "All cases have the same Dice, so nothing can be said about chance.".to_owned();
    }
    if interval.contains(0.0) {
        return format!(
            "The difference of {size} could be chance: its 95 % interval, {text}, contains 0."
        );
    }
    match before > after {
        true => format!(
            "The validation figure was optimistic: on the test set the mean Dice is {size} lower, more \
             than chance explains (95 % interval {text})."
        ),
        false => format!(
            "On the test set the mean Dice is {size} higher, more than chance explains (95 % interval of \
             validation minus test {text}). The test cases seem to be easier."
        ),
    }
}

/// Returns the mean over the classes of the mean Dice of a sample of cases.
fn mean_dice(cases: &[CaseScore], sample: &[usize]) -> Option<f64> {
    let classes = cases.first()?.classes.len();
    mean_of_some((0..classes).map(|class| {
        mean_of_some(sample.iter().map(|case| cases.get(*case)?.classes.get(class)?.dice))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::CaseClassScore;

    fn report(dice: &[f64]) -> SegmentEvaluation {
        let case = |dice: &f64| CaseScore {
            case: String::new(),
            slices: vec![0],
            classes: vec![CaseClassScore {
                dice: Some(*dice),
                hausdorff95_mm: None,
                slices_in_both: 1,
                slices_in_either: 1,
                predicted_ml: 1.0,
                true_ml: 1.0,
                volume_error_ml: 0.0,
            }],
        };
        let mean = dice.iter().sum::<f64>() / dice.len() as f64;
        SegmentEvaluation {
            masks: Vec::new(),
            loss: 0.0,
            pixel_accuracy: 1.0,
            dice: vec![Some(mean)],
            cases: dice.iter().map(case).collect(),
        }
    }

    fn around(mean: f64, cases: usize) -> SegmentEvaluation {
        let dice: Vec<f64> =
            (0..cases).map(|case| mean + (case % 5) as f64 * 0.02 - 0.04).collect();
        report(&dice)
    }

    #[test]
    fn the_mean_has_an_interval_over_its_cases() {
        let found = dice_figure(&around(0.8, 40));
        let interval = found.interval.unwrap();
        assert!((found.value.unwrap() - 0.8).abs() < 1e-9 && interval.contains(0.8));
        // 1.96 standard errors of values with the standard deviation 0.0283.
        assert!((interval.high - interval.low - 0.0175).abs() < 0.002, "{interval:?}");
    }

    #[test]
    fn a_difference_is_chance_or_the_validation_figure_was_optimistic() {
        let said = |a, b| dice_sentence(&around(a, 40), &around(b, 30));
        assert!(said(0.8, 0.799).contains("could be chance"), "{}", said(0.8, 0.799));
        assert!(
            said(0.8, 0.7).contains("was optimistic") && said(0.8, 0.7).contains("0.100 lower")
        );
        assert!(said(0.7, 0.8).contains("0.100 higher"));
        assert!(dice_sentence(&report(&[0.5; 9]), &report(&[0.5; 9])).contains("same Dice"));
    }
}
