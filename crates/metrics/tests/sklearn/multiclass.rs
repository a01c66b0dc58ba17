//! Figures of several classes.

use metrics::{
    BinaryCases, ConfusionMatrix, LabeledRows, VoteRule, area_under_roc, bootstrap, brier_score,
    confidences, expected_calibration_error, fit_temperature, negative_log_likelihood,
    predicted_classes, reliability_bins, scaled_probabilities, vote, wilson,
};
use serde_json::Value;

use crate::golden::{
    TOLERANCE, assert_all_near, assert_interval, assert_near, cases, generator, groups, integers,
    numbers, resamples,
};

/// A case with its inputs.
struct Case {
    name: String,
    golden: Value,
    labels: Vec<u8>,
    logits: Vec<f32>,
    probabilities: Vec<f32>,
    classes: usize,
}

impl Case {
    fn all() -> impl Iterator<Item = Self> {
        cases("multiclass").into_iter().map(|(name, golden)| {
            let rows = golden["logits"].as_array().unwrap();
            let logits: Vec<f32> = rows.iter().flat_map(numbers).collect();
            let classes = rows[0].as_array().unwrap().len();
            let labels = integers(&golden["truth"]).iter().map(|label| *label as u8).collect();
            let probabilities = scaled_probabilities(&logits, classes, 1.0);
            Self { name, golden, labels, logits, probabilities, classes }
        })
    }

    fn rows(&self) -> LabeledRows<'_> {
        LabeledRows::new(&self.labels, &self.probabilities, self.classes).unwrap()
    }
}

#[test]
fn confusion_matrices() {
    for case in Case::all() {
        let (name, expected) = (&case.name, &case.golden["agreement"]);
        let found = ConfusionMatrix::new(&case.labels, &case.probabilities, case.classes);
        for (row, expected) in found.counts.iter().zip(expected["counts"].as_array().unwrap()) {
            assert_eq!(row, &integers(expected), "{name}");
        }
        assert_near(found.accuracy(), &expected["accuracy"], name);
        let interval = wilson(found.right(), found.cases());
        assert_interval(interval, &expected["accuracy_interval"], name);
        assert_near(found.kappa(), &expected["kappa"], name);
        let macro_average = found.macro_average().unwrap();
        let average = [macro_average.precision, macro_average.recall, macro_average.f1];
        assert_all_near(&average, &expected["macro"], name);
        for class in 0..case.classes {
            let score = found.class(class);
            assert_near(score.precision, &expected["precision"][class], name);
            assert_near(score.recall, &expected["recall"][class], name);
            assert_near(score.f1, &expected["f1"][class], name);
        }
    }
}

#[test]
fn bootstrap_intervals() {
    for case in Case::all() {
        let predictions = predicted_classes(&case.probabilities, case.classes);
        let groups = groups(&case.golden);
        let [accuracy, f1, kappa] = bootstrap(&groups, resamples(), generator(), |sample| {
            let sample = sample.iter().copied();
            let confusion =
                ConfusionMatrix::of_sample(&case.labels, &predictions, case.classes, sample);
            let f1 = confusion.macro_average().map(|average| average.f1);
            [confusion.accuracy(), f1, confusion.kappa()]
        });
        assert_interval(accuracy, &case.golden["accuracy_bootstrap"], &case.name);
        assert_interval(f1, &case.golden["macro_f1_bootstrap"], &case.name);
        assert_interval(kappa, &case.golden["kappa_bootstrap"], &case.name);
    }
}

#[test]
fn areas_of_one_class_against_the_rest() {
    for case in Case::all() {
        for class in 0..case.classes {
            let cases = BinaryCases::one_against_rest(case.rows(), class);
            let area = cases.ok().map(|cases| area_under_roc(&cases));
            assert_near(area, &case.golden["areas"][class], &case.name);
        }
    }
}

#[test]
fn losses_and_calibration() {
    for case in Case::all() {
        let (name, golden) = (&case.name, &case.golden);
        assert_near(Some(brier_score(case.rows())), &golden["brier"], name);
        assert_near(Some(negative_log_likelihood(case.rows())), &golden["log_loss"], name);
        let (confidences, right) = confidences(case.rows());
        let bins = reliability_bins(&confidences, &right, 10).unwrap();
        let counts: Vec<usize> = bins.iter().map(|bin| bin.cases).collect();
        assert_eq!(counts, integers(&golden["reliability"]["counts"]), "{name}");
        assert_near(expected_calibration_error(&bins), &golden["reliability"]["ece"], name);
    }
}

#[test]
fn temperatures() {
    let mut inside = 0;
    for case in Case::all() {
        let expected = &case.golden["temperature"];
        let logits = LabeledRows::new(&case.labels, &case.logits, case.classes).unwrap();
        let found = fit_temperature(logits);
        assert_near(Some(found.temperature), &expected["temperature"], &case.name);
        assert_near(Some(found.loss), &expected["loss"], &case.name);
        assert_near(Some(found.loss_before), &expected["loss_before"], &case.name);
        assert_eq!(Some(found.is_at_bound), expected["is_at_bound"].as_bool(), "{}", case.name);
        inside += usize::from(!found.is_at_bound && found.temperature != 1.0);
    }
    assert!(inside >= 4, "{inside}");
}

#[test]
fn votes_of_patients() {
    for case in Case::all() {
        let groups = groups(&case.golden);
        for (rule, key) in [(VoteRule::Mean, "mean"), (VoteRule::Maximum, "maximum")] {
            let found = vote(&groups, &case.probabilities, case.classes, rule).unwrap();
            let rows = case.golden["votes"][key].as_array().unwrap();
            let expected: Vec<f32> = rows.iter().flat_map(numbers).collect();
            assert_eq!(found.len(), expected.len(), "{}", case.name);
            for (found, expected) in found.iter().zip(&expected) {
                assert!(f64::from(found - expected).abs() < TOLERANCE, "{}", case.name);
            }
        }
    }
}
