//! Features against scikit-image.

use classical::features;

use crate::section;

/// Largest difference of a feature; features are from 0 to 1 and rounded to seven digits.
const TOLERANCE: f64 = 1e-6;

#[test]
fn features_equal_those_of_scikit_image() {
    for case in section("features").as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let integers = |value: &serde_json::Value| -> Vec<usize> {
            let numbers = value.as_array().unwrap().iter();
            numbers.map(|number| number.as_u64().unwrap() as usize).collect()
        };
        let pixels: Vec<u8> =
            integers(&case["pixels"]).into_iter().map(|gray| gray as u8).collect();
        let size = integers(&case["size"]);
        let found = features(&pixels, [size[0], size[1]]).unwrap();
        let expected = case["features"].as_array().unwrap();
        assert_eq!(found.len(), expected.len(), "{name}");
        for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
            let difference = f64::from(*found) - expected.as_f64().unwrap();
            assert!(difference.abs() < TOLERANCE, "{name}, {at}: {found} instead of {expected}");
        }
    }
}
