//! Comparison of the features with scikit-image, and of the methods' accuracies with scikit-learn, on
//! the values that `generate.py` writes.

mod accuracy;
mod features;
mod images;

use serde_json::Value;

/// Returns the part of the golden values with this name.
fn section(name: &str) -> Value {
    let mut all: Value = serde_json::from_str(include_str!("values.json")).unwrap();
    all[name].take()
}
