//! Comparisons of two classifiers.

use metrics::{compare_paired, mcnemar_exact, seed_mean};

use crate::golden::{
    assert_interval, assert_near, bits, cases, generator, groups, resamples, section,
};

#[test]
fn paired_comparisons() {
    for (name, case) in cases("paired") {
        let (first, second) = (bits(&case["first"]), bits(&case["second"]));
        let groups = groups(&case);
        let found = compare_paired(&first, &second, &groups, resamples(), generator()).unwrap();
        assert_near(Some(found.difference), &case["difference"], &name);
        assert_near(Some(found.p_value), &case["p_value"], &name);
        assert_interval(found.interval, &case["interval"], &name);
        assert_eq!(Some(found.could_be_chance), case["could_be_chance"].as_bool(), "{name}");
    }
}

#[test]
fn p_values_of_mcnemars_exact_test() {
    for row in section("mcnemar").as_array().unwrap() {
        let [first, second] = [0, 1].map(|at| row[at].as_u64().unwrap() as usize);
        assert_near(Some(mcnemar_exact(first, second)), &row[2], &row.to_string());
    }
}

#[test]
fn means_over_seeds_with_students_interval() {
    for row in section("seed_means").as_array().unwrap() {
        let values: Vec<f64> =
            row[0].as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect();
        let found = seed_mean(&values).unwrap();
        let interval = found.interval.unwrap();
        let figures = [found.mean, interval.low, interval.high];
        for (figure, expected) in figures.into_iter().zip([&row[1], &row[2], &row[3]]) {
            assert_near(Some(figure), expected, &row.to_string());
        }
    }
}
