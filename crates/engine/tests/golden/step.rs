//! Comparison of single training steps with PyTorch: losses by image, norms of gradients, updates of
//! weights.

use burn::tensor::{Device, Tensor, TensorData};
use data::rng::Rng;
use engine::burn;
use engine::model::DeviceNetwork;
use engine::training::classification::cross_entropy;
use engine::training::look_ahead::{LookAhead, StepStart};
use engine::training::optimizer::Optimizer as Updates;
use futures::executor::block_on;
use model::graph::Graph;
use model::{Architecture, DataShape, Network, Optimizer, score};
use protocol::StepTrace;
use protocol::interpret::UnitRef;

use crate::networks;
use crate::numbers::Golden;

const CLASSES: usize = 6;

/// Tolerance of every figure of a step, relative to the largest entry of its tensor.
const TOLERANCE: f32 = 1e-5;

/// Relative tolerance of Adam's average of squared gradients: squares double the relative error of
/// gradients, and 1 − β₂ in single precision is 1.3e-5 smaller than PyTorch's. The weights depend on
/// its root.
const SQUARES_TOLERANCE: f32 = 3e-5;

const OPTIMIZERS: [(&str, Optimizer); 4] = [
    ("sgd", Optimizer::Sgd { momentum: 0.0 }),
    ("momentum", Optimizer::Sgd { momentum: 0.9 }),
    ("adam", Optimizer::Adam),
    ("adamw", Optimizer::AdamW { weight_decay: 0.05 }),
];

/// Units whose updates are in the files.
const UNITS: [(&str, usize); 4] = [("conv1", 1), ("conv2", 2), ("fc1", 3), ("fc2", 5)];

#[track_caller]
fn check(golden: &Golden, name: &str, found: &[f32]) {
    let is_squares = name.contains(".moment1.");
    let tolerance = if is_squares { SQUARES_TOLERANCE } else { TOLERANCE };
    let largest = golden.values(name).iter().fold(0.0_f32, |most, value| most.max(value.abs()));
    golden.check(name, found, tolerance * largest);
}

/// Computes the cross-entropy of each image in the way in which the page does.
fn losses(logits: &[f32], targets: &[f32]) -> Vec<f32> {
    let rows = logits.chunks_exact(CLASSES).zip(targets);
    rows.map(|(row, class)| -score::softmax(row)[*class as usize].ln()).collect()
}

struct Batch {
    images: Tensor<4>,
    classes: Vec<f32>,
    targets: Tensor<1>,
    weights: Tensor<1>,
}

impl Batch {
    fn new(pixels: Vec<f32>, classes: Vec<f32>) -> Self {
        let (device, count) = (Device::flex(), classes.len());
        let vector = |values: Vec<f32>| {
            let count = values.len();
            Tensor::<1>::from_data(TensorData::new(values, [count]), &device)
        };
        Self {
            images: Tensor::from_data(TensorData::new(pixels, [count, 1, 64, 64]), &device),
            targets: vector(classes.clone()),
            weights: vector(vec![1.0; CLASSES]),
            classes,
        }
    }

    fn look_ahead(&self, start: StepStart) -> LookAhead {
        let batch = (self.images.clone(), self.targets.clone());
        let mut dropout = Rng::new(1);
        let look = LookAhead::new(start, batch, self.weights.clone(), &mut dropout);
        block_on(look).unwrap()
    }

    /// Makes the step of which `start` is the state before.
    fn step(&self, start: StepStart) -> StepStart {
        let StepStart { step, mut network, mut optimizer, learning_rate } = start;
        let logits =
            network.forward_train(self.images.clone().autodiff(), &mut Rng::new(1)).vectors();
        let loss = cross_entropy(logits, self.targets.clone(), self.weights.clone());
        let network = optimizer.step(learning_rate, network, loss.backward());
        StepStart { step: step + 1, network, optimizer, learning_rate }
    }
}

/// Builds a network from the initial parameters of a file.
fn network(golden: &Golden, layers: &Network, names: &[String]) -> DeviceNetwork {
    let shape = DataShape { classes: CLASSES, size: [64, 64] };
    // The file's network pools over larger squares than the page offers.
    networks::network(golden, Graph::classifier_without_limits(layers, shape).unwrap(), names)
}

fn trace(look: &LookAhead, layer: usize, unit: usize) -> StepTrace {
    block_on(look.trace(UnitRef { layer, unit })).unwrap()
}

fn check_network(name: &str) {
    let golden = Golden::committed(&format!("step-{name}"));
    let pixels = Golden::committed("batch");
    let batch = Batch::new(
        pixels.values("input").iter().map(|value| value / 255.0).collect(),
        pixels.values("target").to_vec(),
    );
    let layers: Vec<_> =
        golden.about["layers"].split('_').map(|layer| layer.parse().unwrap()).collect();
    let layers = Network { architecture: Architecture::Cnn, layers };
    let convs = golden.about["layers"].matches("conv").count();
    let names: Vec<_> = (1..=convs)
        .map(|number| format!("conv{number}"))
        .chain(["fc1".to_owned(), "fc2".to_owned()])
        .collect();
    for (rule, optimizer) in OPTIMIZERS {
        let mut start = StepStart {
            step: 1,
            network: network(&golden, &layers, &names),
            optimizer: Updates::new(optimizer),
            learning_rate: 0.01,
        };
        for step in 1..=3 {
            let at = format!("{rule}.{step}");
            let look = batch.look_ahead(start.clone());
            let first = trace(&look, 1, 0);
            assert_eq!((first.step, first.unit.update), (step, step));
            check(&golden, &format!("{at}.logits"), &first.logits);
            let each = losses(&first.logits, &batch.classes);
            check(&golden, &format!("{at}.losses"), &each);
            let mean = each.iter().sum::<f32>() / each.len() as f32;
            assert!((first.loss - mean).abs() < 1e-6, "{} is not the mean {mean}", first.loss);
            let norms = golden.tensors.keys().filter(|key| key.starts_with(&format!("{at}.norm")));
            assert_eq!(norms.count(), first.parameters.len());
            let largest = first.parameters.iter().fold(0.0_f32, |most, one| most.max(one.norm));
            for parameter in &first.parameters {
                let key = format!("{at}.norm.{}", parameter.name);
                // The gradient of a bias before batch norm is 0 but for rounding.
                let floor = TOLERANCE * 0.1 * largest;
                let tolerance = (TOLERANCE * golden.values(&key)[0]).max(floor);
                golden.check(&key, &[parameter.norm], tolerance);
            }
            for (layer, unit) in UNITS {
                let Some(index) = names.iter().position(|name| name == layer) else { continue };
                let update = trace(&look, index + 1, unit).unit;
                assert_eq!(update.name, format!("{layer}.weight"));
                assert_eq!(update.unit, UnitRef { layer: index + 1, unit });
                assert_eq!(update.shape.iter().product::<usize>(), update.weights.len());
                check(&golden, &format!("{at}.old.{layer}"), &update.weights);
                check(&golden, &format!("{at}.gradient.{layer}"), &update.gradients);
                check(&golden, &format!("{at}.new.{layer}"), &update.updated);
                let recorded = match rule {
                    "sgd" => 0,
                    "momentum" => 1,
                    _ => 2,
                };
                for (number, moment) in update.moments.iter().take(recorded).enumerate() {
                    check(&golden, &format!("{at}.moment{number}.{layer}"), moment);
                }
            }
            start = batch.step(start);
        }
    }
}

#[test]
fn every_figure_of_three_steps_with_every_optimizer() {
    check_network("plain");
}

#[test]
fn every_figure_with_batch_norm() {
    check_network("norm");
}

#[test]
fn gradient_norms_and_losses_of_full_size_networks() {
    for (file, architecture, names) in [
        ("mlp", Architecture::Mlp, &["fc1", "fc2"][..]),
        ("cnn", Architecture::Cnn, &["conv1", "conv2", "fc1", "fc2", "fc3"]),
    ] {
        let Some(golden) = Golden::full_size(file) else { return };
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        let batch = Batch::new(golden.values("input").to_vec(), golden.values("target").to_vec());
        let start = StepStart {
            step: 1,
            network: network(&golden, &Network::default_for(architecture), &names),
            optimizer: Updates::new(Optimizer::Adam),
            learning_rate: 0.001,
        };
        let trace = trace(&batch.look_ahead(start), 1, 0);
        let found = losses(&trace.logits, &batch.classes);
        let expected = losses(golden.values("logits"), &batch.classes);
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() <= 1e-5, "{file}: {found}, PyTorch has {expected}");
        }
        assert_eq!(trace.parameters.len(), 2 * names.len());
        for parameter in &trace.parameters {
            let gradient = golden.values(&format!("grad.{}", parameter.name));
            let squares = gradient.iter().map(|value| f64::from(*value).powi(2));
            let norm = squares.sum::<f64>().sqrt() as f32;
            let difference = (parameter.norm - norm).abs();
            assert!(
                difference <= TOLERANCE * norm,
                "{file}: {} is {}, PyTorch has {norm}",
                parameter.name,
                parameter.norm
            );
        }
    }
}
