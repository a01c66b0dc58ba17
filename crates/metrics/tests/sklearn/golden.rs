//! Golden values: reading and comparing.

use metrics::{ConfidenceInterval, Groups};
use serde_json::Value;

/// Largest absolute difference from a golden value.
pub const TOLERANCE: f64 = 1e-6;

/// Returns the part of the golden values with this name.
pub fn section(name: &str) -> Value {
    let mut all: Value = serde_json::from_str(include_str!("cases.json")).unwrap();
    all[name].take()
}

/// Returns the cases in a section, each with its name.
pub fn cases(section_name: &str) -> Vec<(String, Value)> {
    let Value::Array(cases) = section(section_name) else { panic!("{section_name} is no list") };
    cases.into_iter().map(|case| (case["name"].as_str().unwrap().to_owned(), case)).collect()
}

/// Compares a figure with a golden value, where null stands for an undefined figure.
#[track_caller]
pub fn assert_near(found: Option<f64>, expected: &Value, what: &str) {
    match (found, expected.as_f64()) {
        (Some(found), Some(expected)) => {
            assert!((found - expected).abs() < TOLERANCE, "{what}: {found} instead of {expected}");
        }
        (found, _) => {
            assert!(found.is_none() && expected.is_null(), "{what}: {found:?}, {expected}")
        }
    }
}

/// Compares a list of figures.
#[track_caller]
pub fn assert_all_near<T: Copy + Into<f64>>(found: &[T], expected: &Value, what: &str) {
    assert_eq!(found.len(), expected.as_array().unwrap().len(), "{what}");
    for (index, value) in found.iter().enumerate() {
        assert_near(Some((*value).into()), &expected[index], &format!("{what} {index}"));
    }
}

/// Compares an interval with its two ends, or with null.
#[track_caller]
pub fn assert_interval(found: Option<ConfidenceInterval>, expected: &Value, what: &str) {
    assert_near(found.map(|interval| interval.low), &expected[0], what);
    assert_near(found.map(|interval| interval.high), &expected[1], what);
}

/// Returns a list of numbers.
pub fn numbers(value: &Value) -> Vec<f32> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap() as f32).collect()
}

/// Returns a list of whole numbers.
pub fn integers(value: &Value) -> Vec<usize> {
    value.as_array().unwrap().iter().map(|number| number.as_u64().unwrap() as usize).collect()
}

/// Returns truth values from a text of zeros and ones.
pub fn bits(value: &Value) -> Vec<bool> {
    value.as_str().unwrap().chars().map(|bit| bit == '1').collect()
}

/// Returns the groups of the cases.
pub fn groups(case: &Value) -> Groups {
    Groups::by_key(integers(&case["groups"]))
}

/// Returns the number of resamples.
pub fn resamples() -> usize {
    section("resamples").as_u64().unwrap() as usize
}

/// Returns the generator of `generate.py`.
pub fn generator() -> impl FnMut(usize) -> usize {
    let mut state = 7_u64;
    move |n| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % n as u64) as usize
    }
}
