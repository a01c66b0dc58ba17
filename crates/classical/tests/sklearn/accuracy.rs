//! Accuracies against scikit-learn.

use classical::evaluate;
use model::ClassicalMethod;

use crate::images::splits;
use crate::section;

/// Largest difference of an accuracy.
const TOLERANCE: f64 = 0.02;

/// Seeds over which the accuracy of a random forest is averaged; `generate.py` takes 25.
const FOREST_SEEDS: u64 = 5;

#[test]
fn accuracies_are_those_of_scikit_learn() {
    let golden = section("accuracy");
    for split in splits() {
        for method in ClassicalMethod::ALL {
            let seeds = if method.is_forest() { FOREST_SEEDS } else { 1 };
            let (mut correct, mut parameters) = (0, 0);
            for seed in 0..seeds {
                let found =
                    evaluate(method, split.train.examples(), split.test.examples(), seed).unwrap();
                correct += found.correct;
                parameters += found.parameters;
            }
            let mean = |sum: usize| sum as f64 / seeds as f64;
            let accuracy = mean(correct) / split.test.labels.len() as f64;
            let golden = &golden[split.name][format!("{method:?}")];
            let expected = golden["accuracy"].as_f64().unwrap();
            let what = format!("{} {method:?}", split.name);
            println!(
                "{what}: {accuracy:.4}, {expected:.4}; parameters {}, {}",
                mean(parameters),
                golden["parameters"]
            );
            assert!((accuracy - expected).abs() < TOLERANCE, "{what}: {accuracy}, {expected}");
            let expected = golden["parameters"].as_f64().unwrap();
            let ratio = mean(parameters) / expected;
            let allowed = if method.is_forest() { 0.03 } else { 0.0 };
            assert!((ratio - 1.0).abs() <= allowed, "{what}: {parameters}, {expected} parameters");
        }
    }
}
