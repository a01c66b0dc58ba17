//! Engine and interpreter on random networks.

use std::ops::Range;

use data::rng::Rng;
use engine::burn::tensor::Device;
use engine::checkpoint;
use engine::model::DeviceNetwork;
use futures::executor::block_on;
use interpret::execute::Executor;
use model::graph::{Graph, ParameterKind};

use crate::computed::Computed;
use crate::networks::{self, RandomNetwork, SEED};

/// Returns first weights, with batch norm as it might be after some training.
fn values(graph: &Graph) -> Vec<Vec<f32>> {
    let mut rng = Rng::new(3);
    let mut values = cpu::initial_values(graph, SEED);
    for (parameter, values) in graph.parameters().iter().zip(&mut values) {
        let is_norm = graph.parameters().iter().any(|other| {
            other.name == parameter.name.replace(parameter.kind.name(), "running_var")
        });
        if is_norm {
            let (low, high) = match parameter.kind {
                ParameterKind::Weight | ParameterKind::RunningVariance => (0.5, 1.5),
                ParameterKind::Bias | ParameterKind::RunningMean => (-0.3, 0.3),
            };
            values.fill_with(|| rng.uniform_in(low, high) as f32);
        }
    }
    values
}

/// Computes with the interpreter, from the values of a checkpoint.
fn by_interpreter(random: &RandomNetwork, weights: &[f32]) -> Computed {
    let graph = random.graph();
    let executor = Executor::new(graph.clone());
    let head = graph.head();
    let values = executor.forward(weights, random.images(), head);
    let found = executor.backward(weights, &values, (head, random.factors()), true);
    let learned = graph.parameters().iter().filter(|parameter| parameter.kind.is_learned());
    let gradient = |range: Range<usize>| found.weights[range].to_vec();
    Computed {
        logits: values.nodes[head].clone(),
        gradients: learned.map(|p| (p.name.clone(), gradient(p.values.clone()))).collect(),
    }
}

#[test]
fn engine_and_interpreter_compute_the_same() {
    for random in networks::all() {
        let graph = random.graph();
        let network = DeviceNetwork::new(graph.clone(), &values(&graph), &Device::flex());
        let bytes = block_on(checkpoint::weights(&network)).unwrap();
        let weights: Vec<f32> =
            bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        let engine = Computed::by_engine(&random, network, None);
        let what = format!("{}: {:?}", random.name, random.config.task);
        engine.assert_close(&by_interpreter(&random, &weights), &what);
        // Something flows.
        assert!(engine.gradient_norm() > 0.0, "{what}");
        assert!(engine.logits.iter().any(|logit| *logit != engine.logits[0]), "{what}");
    }
}
