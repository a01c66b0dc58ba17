//! Reliability diagram and expected calibration error (ECE).

use crate::error::MetricError;
use crate::labeled_rows::LabeledRows;
use crate::prediction::argmax;

/// A bin of a reliability diagram: cases whose probability is above `low` and at most `high`. The
/// first bin also has those of 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReliabilityBin {
    /// Lower end of the bin.
    pub low: f64,
    /// Upper end of the bin.
    pub high: f64,
    /// Number of cases in the bin.
    pub cases: usize,
    /// Mean probability of these cases: what the network says. `None` in an empty bin.
    pub mean_probability: Option<f64>,
    /// Fraction of these cases for which the outcome is true: what happens. `None` in an empty bin.
    pub frequency: Option<f64>,
}

/// Returns bins of equal width from 0 to 1, as in a reliability diagram (DeGroot & Fienberg 1983;
/// Niculescu-Mizil & Caruana 2005), given the probability of each case and whether its outcome is
/// true. For two classes: the probability of the positive class, and whether the case is positive.
/// For any number: see [`confidences`].
///
/// # Errors
///
/// Returns an error without cases, if there are not as many outcomes as probabilities, or if a
/// probability is NaN or infinite. Probabilities below 0 and above 1 are in the first and the last
/// bin.
pub fn reliability_bins(
    probabilities: &[f32],
    outcomes: &[bool],
    bins: usize,
) -> Result<Vec<ReliabilityBin>, MetricError> {
    let cases = outcomes.len();
    if probabilities.len() != cases {
        return Err(MetricError::Lengths { cases, expected: cases, found: probabilities.len() });
    }
    if cases == 0 {
        return Err(MetricError::NoCases);
    }
    if let Some(case) = probabilities.iter().position(|p| !p.is_finite()) {
        return Err(MetricError::NotFinite(case));
    }
    let bins = bins.max(1);
    let edge = |bin: usize| bin as f64 / bins as f64;
    let mut sums = vec![(0_usize, 0.0, 0_usize); bins];
    for (probability, outcome) in probabilities.iter().zip(outcomes) {
        let probability = f64::from(*probability);
        let bin = (1..bins).find(|bin| probability <= edge(*bin)).unwrap_or(bins) - 1;
        let (cases, sum, outcomes) = &mut sums[bin];
        *cases += 1;
        *sum += probability;
        *outcomes += usize::from(*outcome);
    }
    let finish = |(bin, (cases, sum, outcomes)): (usize, (usize, f64, usize))| ReliabilityBin {
        low: edge(bin),
        high: edge(bin + 1),
        cases,
        mean_probability: (cases > 0).then(|| sum / cases as f64),
        frequency: (cases > 0).then(|| outcomes as f64 / cases as f64),
    };
    Ok(sums.into_iter().enumerate().map(finish).collect())
}

/// Returns the expected calibration error, 0 to 1: the mean over all cases of the difference between
/// what the network says and what happens in their bin (Naeini, Cooper & Hauskrecht 2015; Guo et al.
/// 2017). Returns `None` if all bins are empty.
pub fn expected_calibration_error(bins: &[ReliabilityBin]) -> Option<f64> {
    let cases: usize = bins.iter().map(|bin| bin.cases).sum();
    let gap = |bin: &ReliabilityBin| {
        Some(bin.cases as f64 * (bin.mean_probability? - bin.frequency?).abs())
    };
    (cases > 0).then(|| bins.iter().filter_map(gap).sum::<f64>() / cases as f64)
}

/// Returns the confidence of each case, the probability of the predicted class, and whether the
/// prediction is right: the diagram of Guo et al., "On calibration of modern neural networks", ICML
/// 2017.
pub fn confidences(rows: LabeledRows) -> (Vec<f32>, Vec<bool>) {
    let confidence = |(label, row): (usize, &[f32])| {
        let predicted = argmax(row).unwrap_or_default();
        (row[predicted], predicted == label)
    };
    rows.iter().map(confidence).unzip()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hand_computed_error() {
        // Bin 0.5 to 1: says 0.8 on average, 2 of 4 right. Bin 0 to 0.5: says 0.2, none right.
        let probabilities = [0.7, 0.8, 0.9, 0.8, 0.2];
        let outcomes = [true, true, false, false, false];
        let bins = reliability_bins(&probabilities, &outcomes, 2).unwrap();
        assert_eq!((bins[0].cases, bins[1].cases), (1, 4));
        assert_eq!(bins[1].frequency, Some(0.5));
        let error = expected_calibration_error(&bins).unwrap();
        assert!((error - (4.0 * 0.3 + 0.2) / 5.0).abs() < 1e-7);
    }

    #[test]
    fn a_bin_contains_its_upper_end() {
        let probabilities = [0.0, 0.25, 0.5, 0.75, 1.0, 1.5, -0.5];
        let bins = reliability_bins(&probabilities, &[true; 7], 4).unwrap();
        let cases: Vec<usize> = bins.iter().map(|bin| bin.cases).collect();
        assert_eq!(cases, [3, 1, 1, 2]);
        assert_eq!((bins[1].low, bins[1].high), (0.25, 0.5));
    }

    #[test]
    fn an_empty_bin_has_no_values() {
        let bins = reliability_bins(&[0.9], &[true], 10).unwrap();
        assert_eq!((bins[0].mean_probability, bins[0].frequency), (None, None));
        assert_eq!(expected_calibration_error(&bins[..5]), None);
    }

    #[test]
    fn odd_input_is_refused() {
        assert_eq!(reliability_bins(&[], &[], 10), Err(MetricError::NoCases));
        assert_eq!(reliability_bins(&[f32::NAN], &[true], 10), Err(MetricError::NotFinite(0)));
        assert!(reliability_bins(&[0.5], &[], 10).is_err());
        assert_eq!(reliability_bins(&[0.5], &[true], 0).unwrap().len(), 1);
    }

    #[test]
    fn the_confidence_is_that_of_the_predicted_class() {
        let values = [0.1, 0.7, 0.2, 0.5, 0.3, 0.2];
        let rows = LabeledRows::new(&[1, 2], &values, 3).unwrap();
        assert_eq!(confidences(rows), (vec![0.7, 0.5], vec![true, false]));
    }
}
