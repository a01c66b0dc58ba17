//! Tests that nodules reward depth: pixels do not tell the classes apart, the CNN of the lab learns
//! the training images by heart, and a deeper network finds the rule.
//!
//! Accuracies are those on the 300 test images, whose standard error is two to three points.

use std::rc::Rc;

use burn::tensor::Device;
use data::phantom::nodules;
use data::{ImageSet, Images};
use engine::burn;
use engine::checkpoint;
use engine::data::ImageData;
use engine::training::Session;
use engine::training::classification::ClassificationTask;
use futures::executor::block_on;
use interpret::layer_probe::{Examples, ProbeJob};
use interpret::network::Model;
use model::score::argmax;
use model::{Architecture, DataSource, IMAGE_SIDE, Network, Nodules, RunConfig, Task};
use protocol::interpret::InterpreterDataset;

/// Nodules with a test set that is not sealed.
fn dataset(seed: u32) -> ImageSet {
    ImageSet { validation: Images::default(), ..nodules::dataset(Nodules::DEFAULT, seed) }
}

/// Returns the accuracy on the test images, and that on the training images in the last epoch.
fn train(
    network: Network,
    seed: u32,
    epochs: usize,
) -> ([f64; 2], ImageSet, Session<ClassificationTask>) {
    let dataset = dataset(seed);
    let config = RunConfig {
        task: Task::Classify(network),
        data: DataSource::Nodules(Nodules::DEFAULT),
        seed,
        epochs,
        ..RunConfig::default()
    };
    let data = Rc::new(ImageData::new(&dataset, &Device::flex()));
    let mut session = Session::classify(config, data).unwrap();
    let mut train = 0.0;
    for _ in 0..epochs {
        for _ in 0..session.steps_per_epoch() {
            block_on(session.train());
        }
        block_on(session.read_losses()).unwrap();
        train = session.take_correct().unwrap() as f64 / dataset.train.len() as f64;
    }
    let mut right = 0;
    for start in (0..dataset.test.len()).step_by(50) {
        let logits = block_on(session.evaluated_logits(start..start + 50)).unwrap();
        let labels = &dataset.test.labels[start..];
        right += logits
            .chunks_exact(2)
            .zip(labels)
            .filter(|(row, label)| argmax(row) == Some(usize::from(**label)))
            .count();
    }
    let test = right as f64 / dataset.test.len() as f64;
    println!("seed {seed}: {test:.3} of the test images, {train:.3} of the training images");
    ([test, train], dataset, session)
}

/// Returns the linear probe accuracies of all layers, from the pixels on.
fn probes(dataset: &ImageSet, session: &Session<ClassificationTask>) -> Vec<f64> {
    let task = &session.config().task;
    let model = Model::new(task, 2, [IMAGE_SIDE; 2]).unwrap();
    let bytes = block_on(checkpoint::weights(session.network())).unwrap();
    let weights: Vec<f32> =
        bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    let dataset = InterpreterDataset {
        classes: 2,
        size: [IMAGE_SIDE; 2],
        masks: false,
        train: dataset.train.pixels.clone(),
        train_targets: dataset.train.labels.clone(),
        test: dataset.test.pixels.clone(),
        test_targets: dataset.test.labels.clone(),
    };
    let examples = Examples::new(&dataset);
    let mut job = ProbeJob::new(&model, &examples, 0..model.layers.len());
    let mut accuracies = Vec::new();
    while !job.is_done() {
        accuracies.extend(job.advance(&model, &weights, &examples, &dataset).map(|p| p.accuracy));
    }
    println!("probes {accuracies:.2?}");
    accuracies
}

#[test]
fn a_linear_classifier_on_the_pixels_stays_near_chance() {
    let tests = [1, 2, 3].map(|seed| {
        let none = Network { architecture: Architecture::Mlp, layers: Vec::new() };
        let ([test, _], ..) = train(none, seed, 5);
        test
    });
    let mean = tests.iter().sum::<f64>() / 3.0;
    assert!((mean - 0.5).abs() < 0.08, "{tests:?}");
}

/// Takes minutes.
#[test]
#[ignore = "trains for minutes; run by hand after a change of the drawings"]
fn the_cnn_of_the_lab_overfits_and_its_layers_climb() {
    for seed in 1..=3 {
        let ([test, train], dataset, session) =
            train(Network::default_for(Architecture::Cnn), seed, 15);
        assert!((0.78..=0.88).contains(&test) && train >= 0.9, "seed {seed}: {test}, {train}");
        let probes = probes(&dataset, &session);
        let [first, last] = [probes[0], probes[probes.len() - 1]];
        assert!(last > first + 0.15, "seed {seed}: {probes:?}");
    }
}

/// Takes minutes.
#[test]
#[ignore = "trains for minutes; run by hand after a change of the drawings"]
fn a_deep_cnn_finds_the_rule() {
    for seed in 1..=3 {
        let ([test, _], ..) = train(Network::default_for(Architecture::DeepCnn), seed, 15);
        assert!(test >= 0.92, "seed {seed}: {test}");
    }
}
