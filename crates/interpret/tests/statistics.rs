//! Tests of the linear probe, the principal plane and the alignment against values computed in a
//! different way with NumPy (`golden/generate_statistics.py`).

use interpret::linear_probe::{LinearProbe, RIDGE};
use interpret::pca::{align, principal_plane};

/// Number of training examples, which come first. Labels repeat cyclically.
const TRAIN: usize = 24;
const CLASSES: usize = 3;

/// Returns an array of the golden file as rows.
fn golden(name: &str) -> Vec<Vec<f64>> {
    let mut lines = include_str!("golden/statistics.txt").lines();
    let header = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).unwrap();
    let rows = header.split(' ').next().unwrap().parse().unwrap();
    let row = |line: &str| line.split(' ').map(|value| value.parse().unwrap()).collect();
    lines.take(rows).map(row).collect()
}

fn products(a: &[Vec<f64>], b: &[Vec<f64>]) -> Vec<f64> {
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum();
    a.iter().flat_map(|a| b.iter().map(move |b| product(a, b))).collect()
}

fn map(name: &str) -> Vec<[f32; 2]> {
    golden(name).iter().map(|row| [row[0] as f32, row[1] as f32]).collect()
}

/// Compares single-precision results with double-precision values. Half an epsilon of the largest
/// value, 10, is 6e-7; the file has nine digits after the decimal point.
#[track_caller]
fn assert_close(found: &[f32], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        let difference = (f64::from(*found) - expected).abs();
        assert!(difference <= 1e-6, "{what}, value {index}: {found}, expected {expected}");
    }
}

#[test]
fn a_probe_is_the_ridge_regression_of_the_features() {
    let features = golden("features");
    let (train, test) = features.split_at(TRAIN);
    let labels: Vec<u8> = (0..features.len()).map(|i| (i % CLASSES) as u8).collect();
    let gram = products(train, train);
    let probe = LinearProbe::new(&gram, &labels[..TRAIN], CLASSES, RIDGE).unwrap();
    let expected = golden("scores").concat();
    let cross = products(test, train);
    assert_close(&probe.scores(&cross), &expected, "scores");
    let right = expected.chunks(CLASSES).zip(&labels[TRAIN..]).filter(|(scores, label)| {
        scores.iter().all(|score| *score <= scores[usize::from(**label)])
    });
    let right = right.count();
    assert!(right < test.len(), "a golden probe that makes no mistake tests little");
    assert_eq!(probe.accuracy(&cross, &labels[TRAIN..]), right as f64 / test.len() as f64);
}

#[test]
fn the_principal_plane_is_that_of_the_features() {
    let features = golden("features");
    let found = principal_plane(&products(&features, &features));
    assert_close(found.points.as_flattened(), &golden("plane").concat(), "points");
    assert_close(&found.explained_variance, &golden("shares").concat(), "shares");
}

#[test]
fn maps_are_aligned_as_by_singular_values() {
    let mut found = map("plane");
    align(&mut found, &map("reference"));
    // Both maps are in single precision already.
    let expected = golden("aligned").concat();
    for (found, expected) in found.as_flattened().iter().zip(&expected) {
        assert!((f64::from(*found) - expected).abs() <= 3e-6, "{found}, expected {expected}");
    }
}
