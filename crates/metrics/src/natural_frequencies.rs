//! Rates as whole numbers of people: of 1,000 patients, so many are found and so many missed.

use crate::operating_point::OutcomeCounts;

/// Returns how many of `patients` imagined patients have which outcome, in whole numbers that sum to
/// `patients`. People understand predictive values better from such counts than from probabilities
/// (Gigerenzer & Hoffrage, "How to improve Bayesian reasoning without instruction", Psychological
/// Review 102(4), 1995).
///
/// The patients are divided into ill and healthy by the prevalence, then the ill by the sensitivity
/// and the healthy by the specificity, each time by the largest remainder, which for two parts means
/// rounding. The two steps keep the number of ill patients at the nearest to the prevalence,
/// whatever the threshold. All rates are clamped to 0 to 1; NaN counts as 0.
pub fn natural_frequencies(
    patients: usize,
    prevalence: f64,
    sensitivity: f64,
    specificity: f64,
) -> OutcomeCounts {
    let ill = share_of(patients, prevalence);
    let healthy = patients - ill;
    let true_positives = share_of(ill, sensitivity);
    let true_negatives = share_of(healthy, specificity);
    OutcomeCounts {
        true_positives,
        false_positives: healthy - true_negatives,
        true_negatives,
        false_negatives: ill - true_positives,
    }
}

fn share_of(whole: usize, share: f64) -> usize {
    ((whole as f64 * share.clamp(0.0, 1.0)).round() as usize).min(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_textbook_example() {
        // Mammography: prevalence 1 %, sensitivity 80 %, false positives 9.6 %.
        let outcomes = natural_frequencies(1000, 0.01, 0.8, 0.904);
        let expected = OutcomeCounts {
            true_positives: 8,
            false_positives: 95,
            true_negatives: 895,
            false_negatives: 2,
        };
        assert_eq!(outcomes, expected);
    }

    #[test]
    fn the_groups_sum_to_all_patients_and_are_at_most_one_patient_off() {
        for step in 0..20_000_u32 {
            let rate = |prime: u32| f64::from(step.wrapping_mul(prime) % 1009) / 1008.0;
            let (prevalence, sensitivity, specificity) =
                (rate(7919), rate(104_729), rate(1_299_709));
            let outcomes = natural_frequencies(1000, prevalence, sensitivity, specificity);
            assert_eq!(outcomes.cases(), 1000);
            let exact = 1000.0 * prevalence * sensitivity;
            assert!((outcomes.true_positives as f64 - exact).abs() <= 1.0);
            let exact = 1000.0 * (1.0 - prevalence) * specificity;
            assert!((outcomes.true_negatives as f64 - exact).abs() <= 1.0);
            assert!((outcomes.positives() as f64 - 1000.0 * prevalence).abs() <= 0.5 + 1e-9);
        }
    }

    #[test]
    fn no_rate_leaves_the_range() {
        assert_eq!(natural_frequencies(10, 2.0, f64::NAN, -1.0).false_negatives, 10);
        assert_eq!(natural_frequencies(0, 0.5, 0.5, 0.5), OutcomeCounts::default());
    }
}
