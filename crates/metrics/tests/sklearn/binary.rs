//! Figures of two classes.

use metrics::{
    BinaryCases, LabeledRows, MetricError, OutcomeCounts, area_under_roc, area_under_roc_of_sample,
    average_precision, average_precision_of_sample, bootstrap, brier_score, delong,
    expected_calibration_error, precision_recall_curve, reliability_bins, roc_corners, roc_curve,
    threshold_for_sensitivity, wilson, youden_threshold,
};
use serde_json::Value;

use crate::golden::{
    assert_all_near, assert_interval, assert_near, bits, cases, generator, groups, integers,
    numbers, resamples, section,
};

/// Returns the cases with both classes.
fn ranked() -> impl Iterator<Item = (String, Value, BinaryCases)> {
    cases("binary").into_iter().filter_map(|(name, case)| {
        let cases = BinaryCases::new(bits(&case["truth"]), &numbers(&case["scores"])).ok()?;
        Some((name, case, cases))
    })
}

#[test]
fn cases_of_one_class_are_refused_where_scikit_learn_has_no_area() {
    let mut refused = Vec::new();
    for (name, case) in cases("binary") {
        let found = BinaryCases::new(bits(&case["truth"]), &numbers(&case["scores"]));
        assert_eq!(found.is_err(), case["area"].is_null(), "{name}");
        refused.extend(found.err());
    }
    let expected = [
        MetricError::OnlyPositives(6),
        MetricError::OnlyNegatives(6),
        MetricError::OnlyPositives(1),
    ];
    assert_eq!(refused, expected);
}

#[test]
fn roc_curves() {
    for (name, case, cases) in ranked() {
        let curve = roc_curve(&cases);
        let thresholds: Vec<f32> = curve[1..].iter().map(|point| point.threshold).collect();
        assert_eq!(thresholds, numbers(&case["thresholds"]), "{name}");
        let rates: Vec<f64> = curve.iter().map(|point| point.false_positive_rate).collect();
        assert_all_near(&rates, &case["fpr"], &name);
        let rates: Vec<f64> = curve.iter().map(|point| point.true_positive_rate).collect();
        assert_all_near(&rates, &case["tpr"], &name);
        let corners: Vec<_> = integers(&case["corners"]).iter().map(|at| curve[*at]).collect();
        assert_eq!(roc_corners(&cases), corners, "{name}");
    }
}

#[test]
fn precision_recall_curves() {
    for (name, case, cases) in ranked() {
        let curve = precision_recall_curve(&cases);
        let precision: Vec<f64> = curve.iter().map(|point| point.precision).collect();
        let recall: Vec<f64> = curve.iter().map(|point| point.recall).collect();
        assert_all_near(&precision, &case["precision"], &name);
        assert_all_near(&recall, &case["recall"], &name);
        assert_near(Some(average_precision(&cases)), &case["average_precision"], &name);
    }
}

#[test]
fn areas_with_their_intervals() {
    let mut with_width = 0;
    for (name, case, cases) in ranked() {
        assert_near(Some(area_under_roc(&cases)), &case["area"], &name);
        let found = delong(&cases);
        assert_eq!(found.is_none(), case["delong"].is_null(), "{name}");
        if let Some(found) = found {
            let (low, high) = (found.interval.low, found.interval.high);
            let found = [found.area, found.standard_error, low, high];
            assert_all_near(&found, &case["delong"], &name);
        }
        let groups = groups(&case);
        let [area, precision] = bootstrap(&groups, resamples(), generator(), |sample| {
            [area_under_roc_of_sample(&cases, sample), average_precision_of_sample(&cases, sample)]
        });
        assert_interval(area, &case["area_interval"], &name);
        assert_interval(precision, &case["average_precision_interval"], &name);
        with_width += usize::from(area.is_some_and(|area| area.has_width()));
    }
    assert!(with_width >= 5, "{with_width}");
}

#[test]
fn operating_points() {
    let prevalences = numbers(&section("prevalences"));
    for (name, case) in cases("binary") {
        let expected = &case["operating_point"];
        let threshold = expected["threshold"].as_f64().unwrap() as f32;
        let found = OutcomeCounts::at_threshold(
            &bits(&case["truth"]),
            &numbers(&case["scores"]),
            threshold,
        );
        let counts = [
            found.true_positives,
            found.false_positives,
            found.true_negatives,
            found.false_negatives,
        ];
        assert_eq!(counts.to_vec(), integers(&expected["counts"]), "{name}");
        assert_near(found.sensitivity(), &expected["sensitivity"], &name);
        assert_near(found.specificity(), &expected["specificity"], &name);
        assert_near(found.predictive_values().positive, &expected["ppv"], &name);
        assert_near(found.predictive_values().negative, &expected["npv"], &name);
        let interval = wilson(found.true_positives, found.positives());
        assert_interval(interval, &expected["sensitivity_interval"], &name);
        let interval = wilson(found.true_negatives, found.negatives());
        assert_interval(interval, &expected["specificity_interval"], &name);
        let rows = expected["at_prevalence"].as_array().unwrap();
        assert!(rows.is_empty() || rows.len() == prevalences.len());
        for (prevalence, row) in prevalences.iter().zip(rows) {
            let prevalence = (f64::from(*prevalence) * 1e4).round() / 1e4;
            let values = found.predictive_values_at(prevalence).unwrap();
            assert_near(values.positive, &row[0], &name);
            assert_near(values.negative, &row[1], &name);
        }
    }
}

#[test]
fn chosen_thresholds() {
    let wanted = numbers(&section("sensitivities"));
    for (name, case, cases) in ranked() {
        let mut found = vec![youden_threshold(&cases).threshold];
        found.extend(wanted.iter().map(|sensitivity| {
            let sensitivity = (f64::from(*sensitivity) * 1e4).round() / 1e4;
            threshold_for_sensitivity(&cases, sensitivity).threshold
        }));
        assert_eq!(found, numbers(&case["choices"]), "{name}");
    }
}

#[test]
fn reliability_and_brier_score() {
    for (name, case) in cases("binary") {
        let (truth, scores) = (bits(&case["truth"]), numbers(&case["scores"]));
        for bins in [10, 15] {
            let expected = &case["reliability"][bins.to_string()];
            let found = reliability_bins(&scores, &truth, bins).unwrap();
            let counts: Vec<usize> = found.iter().map(|bin| bin.cases).collect();
            assert_eq!(counts, integers(&expected["counts"]), "{name}");
            let means: Vec<f64> = found.iter().filter_map(|bin| bin.mean_probability).collect();
            assert_all_near(&means, &expected["mean"], &name);
            let frequencies: Vec<f64> = found.iter().filter_map(|bin| bin.frequency).collect();
            assert_all_near(&frequencies, &expected["frequency"], &name);
            assert_near(expected_calibration_error(&found), &expected["ece"], &name);
        }
        let labels: Vec<u8> = truth.iter().map(|positive| u8::from(*positive)).collect();
        let rows: Vec<f32> = scores.iter().flat_map(|score| [1.0 - score, *score]).collect();
        let rows = LabeledRows::new(&labels, &rows, 2).unwrap();
        assert_near(Some(brier_score(rows)), &case["brier"], &name);
    }
}

#[test]
fn wilson_intervals() {
    for row in section("wilson").as_array().unwrap() {
        let [successes, trials] = [0, 1].map(|at| row[at].as_u64().unwrap() as usize);
        let expected = Value::from(vec![row[2].clone(), row[3].clone()]);
        assert_interval(wilson(successes, trials), &expected, &row.to_string());
    }
}
