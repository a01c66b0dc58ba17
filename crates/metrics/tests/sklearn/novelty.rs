//! Distances to the nearest training images.

use metrics::NoveltyScorer;

use crate::golden::{assert_all_near, cases, numbers};

#[test]
fn distances_to_training_features() {
    for (name, case) in cases("novelty") {
        let [features, neighbors] =
            ["features", "neighbors"].map(|key| case[key].as_u64().unwrap() as usize);
        let (training, validation) = (numbers(&case["training"]), numbers(&case["validation"]));
        let scorer = NoveltyScorer::new(&training, &validation, features, neighbors).unwrap();
        let new = numbers(&case["new"]);
        let distances: Vec<f64> =
            new.chunks(features).map(|row| scorer.distance(row).unwrap()).collect();
        assert_all_near(&distances, &case["distances"], &name);
        let percentiles: Vec<f64> =
            distances.iter().map(|distance| scorer.percentile(*distance)).collect();
        assert_all_near(&percentiles, &case["percentiles"], &name);
    }
}
