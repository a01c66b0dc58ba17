//! Comparison of the scores of linear probes of planted targets with scikit-learn, on the values that
//! `generate.py` writes.

use std::path::PathBuf;

use cpu::initial_checkpoint;
use data::phantom;
use interpret::feature_rows::layer_features;
use interpret::network::Model;
use model::{Architecture, Network, ProbeTarget, TargetKind, Task};
use protocol::interpret::InterpreterDataset;
use protocol::study::Probing;
use serde_json::Value;
use studies::{planted_images, probe_scores};

const SEED: u32 = 5;

fn dataset() -> InterpreterDataset {
    let spec = phantom::Spec { noise: 30, rotation: 30 };
    InterpreterDataset::whole(&phantom::dataset(spec, 1))
}

/// Returns a small CNN with random weights.
fn network(dataset: &InterpreterDataset) -> (Model, Vec<f32>) {
    let layers = ["conv4k5.relu.pool4", "conv6k3.relu.pool2", "dense24.relu"];
    let layers = layers.map(|layer| layer.parse().unwrap()).to_vec();
    let task = Task::Classify(Network { architecture: Architecture::Cnn, layers });
    let model = Model::new(&task, dataset.classes, dataset.size).unwrap();
    let weights = initial_checkpoint(model.graph(), SEED);
    (model, weights)
}

#[test]
fn scores_of_planted_targets_are_those_of_scikit_learn() {
    let golden: Value = serde_json::from_str(include_str!("values.json")).unwrap();
    let dataset = dataset();
    let (model, weights) = network(&dataset);
    let probings = ProbeTarget::ALL.map(Probing::Target);
    let mut done = 0;
    let scores =
        probe_scores(&model, &weights, &dataset, &probings, SEED, |probings| done = probings);
    assert_eq!((done, scores.len()), (probings.len(), probings.len()));
    for (target, scores) in ProbeTarget::ALL.into_iter().zip(scores) {
        let expected = golden[target.name()].as_array().unwrap();
        assert_eq!(scores.len(), expected.len());
        for (layer, (found, expected)) in scores.iter().zip(expected).enumerate() {
            let expected = expected.as_f64().unwrap();
            let what = format!("{}, layer {layer}: {found:?}, {expected}", target.name());
            assert!((found.score - expected).abs() < 1e-4, "{what}");
            let [low, high] = found.interval.expect("an interval");
            assert!(low <= found.score && found.score <= high, "{what}");
        }
    }
}

/// Writes the features and targets as files of numbers into the folder that `generate.py` names.
#[test]
#[ignore = "generate.py runs it"]
fn dump_features() {
    let folder = PathBuf::from(std::env::var_os("PROBE_FEATURES").expect("PROBE_FEATURES"));
    let write = |name: String, bytes: Vec<u8>| std::fs::write(folder.join(name), bytes).unwrap();
    let dataset = dataset();
    let (model, weights) = network(&dataset);
    let mut targets = Vec::new();
    for target in ProbeTarget::ALL {
        let name = target.name();
        let images = planted_images(&dataset, target, SEED);
        for (part, images) in ["train", "test"].into_iter().zip(images) {
            let values = images.values.iter().flat_map(|value| value.to_le_bytes()).collect();
            write(format!("{name}-{part}.values"), values);
            let layers = layer_features(&model, &weights, &images.gray);
            for (layer, rows) in layers.iter().enumerate() {
                let bytes = rows.values.iter().flat_map(|value| value.to_le_bytes()).collect();
                write(format!("{name}-{part}-{layer}.features"), bytes);
            }
        }
        let is_number = target.kind() != TargetKind::Class;
        targets.push(serde_json::json!([name, is_number, model.graph().layers().len()]));
    }
    write("targets.json".into(), Value::from(targets).to_string().into_bytes());
}
