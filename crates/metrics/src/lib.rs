//! What a classifier's figures are worth: scores, curves, confidence intervals, calibration.
//!
//! Functions take labels (`u8`), outputs of a network (`f32`, row-major) and random numbers (a
//! closure), and return `f64`. They know no data set, network or page. Where a figure is undefined,
//! they return `None` or a [`MetricError`] with a sentence for the person at the page; nothing panics
//! on input. Figures equal those of scikit-learn, which `tests/sklearn` checks to 10⁻⁶.
//!
//! ```
//! use metrics::{BinaryCases, Groups, RESAMPLES, area_under_roc, area_under_roc_of_sample, bootstrap};
//!
//! // Is a lesion malignant? Truth and the network's probability for six images of four patients.
//! let malignant = vec![true, true, false, true, false, false];
//! let cases = BinaryCases::new(malignant, &[0.9, 0.8, 0.7, 0.6, 0.4, 0.3])?;
//! assert_eq!(area_under_roc(&cases), 8.0 / 9.0);
//!
//! // Its 95 % interval, drawing patients. The page passes a seeded generator.
//! let patients = Groups::by_key(["A", "A", "B", "C", "D", "D"]);
//! let mut state = 1;
//! let draw = |n: usize| {
//!     state = state * 48_271 % 0x7fff_ffff;
//!     state % n
//! };
//! let [interval] = bootstrap(&patients, RESAMPLES, draw, |sample| {
//!     [area_under_roc_of_sample(&cases, sample)]
//! });
//! assert!(interval.is_some_and(|interval| interval.contains(8.0 / 9.0)));
//! # Ok::<(), metrics::MetricError>(())
//! ```

mod binary_cases;
mod bootstrap;
mod confusion;
mod delong;
mod difference;
mod error;
mod groups;
mod interval;
mod labeled_rows;
mod natural_frequencies;
mod novelty;
mod operating_point;
mod paired;
mod percentile;
mod precision_recall;
mod prediction;
mod probability_loss;
mod r_squared;
mod reliability;
mod roc;
mod seed_mean;
mod temperature;
#[cfg(test)]
mod test_random;
mod threshold_choice;
mod vote;

pub use binary_cases::{BinaryCases, BinaryCounts};
pub use bootstrap::{RESAMPLES, Resamples, bootstrap};
pub use confusion::{ClassScore, ConfusionMatrix, MacroAverage};
pub use delong::{AreaEstimate, delong};
pub use difference::{ProportionDifference, compare_proportions};
pub use error::MetricError;
pub use groups::Groups;
pub use interval::{ConfidenceInterval, wilson};
pub use labeled_rows::LabeledRows;
pub use natural_frequencies::natural_frequencies;
pub use novelty::{NEIGHBORS, NoveltyScorer};
pub use operating_point::{OutcomeCounts, PredictiveValues};
pub use paired::{PairedComparison, SIGNIFICANCE, compare_paired, mcnemar_exact};
pub use percentile::percentile;
pub use precision_recall::{
    PrecisionRecallPoint, average_precision, average_precision_of_sample, precision_recall_curve,
};
pub use prediction::{argmax, predicted_classes};
pub use probability_loss::{brier_score, negative_log_likelihood};
pub use r_squared::r_squared;
pub use reliability::{ReliabilityBin, confidences, expected_calibration_error, reliability_bins};
pub use roc::{RocPoint, area_under_roc, area_under_roc_of_sample, roc_corners, roc_curve};
pub use seed_mean::{SeedMean, seed_mean};
pub use temperature::{
    TEMPERATURE_RANGE, TemperatureFit, fit_temperature, logits_of_probabilities,
    scaled_probabilities,
};
pub use threshold_choice::{threshold_for_sensitivity, youden_threshold};
pub use vote::{VoteRule, vote};
