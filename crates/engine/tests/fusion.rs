//! Tests of fused plans in training: logits, gradients and running statistics are those of the graph
//! computed node by node, to the last bit.

use burn::tensor::{Device, Tensor, TensorData, Transaction};
use data::rng::Rng;
use engine::burn;
use engine::model::{Activations, DeviceNetwork};
use futures::executor::block_on;
use model::graph::{Graph, Plan};
use model::{Architecture, DataShape, Network, Segmentation, Task, UNet, Upsampling};

const BATCH: usize = 5;

/// What one training step computes: logits, all gradients, all parameters after the forward pass.
#[derive(Debug, PartialEq)]
struct Computed {
    logits: Vec<u32>,
    gradients: Vec<Option<Vec<u32>>>,
    parameters: Vec<Vec<u32>>,
}

fn bits(values: TensorData) -> Vec<u32> {
    values.iter::<f32>().map(f32::to_bits).collect()
}

/// Computes a training step by a plan of the graph.
fn compute(graph: &Graph, plan: Plan, side: usize) -> Computed {
    let device = Device::flex();
    let values = cpu::initial_values(graph, 4);
    let mut network = DeviceNetwork::with_plan(graph.clone(), plan, &values, &device);
    let mut rng = Rng::new(8);
    let pixels: Vec<f32> = (0..BATCH * side * side).map(|_| rng.uniform() as f32).collect();
    let images = Tensor::<4>::from_data(TensorData::new(pixels, [BATCH, 1, side, side]), &device);
    let logits = network.forward_train(images.autodiff(), &mut Rng::new(2));
    // A scalar that depends on all logits in different ways.
    let (logits, mut gradients) = match logits {
        Activations::Maps(maps) => {
            let sum = (maps.clone() * maps.clone()).sum();
            (maps.inner().into_data(), sum.backward())
        }
        Activations::Vectors(vectors) => {
            let sum = (vectors.clone() * vectors.clone()).sum();
            (vectors.inner().into_data(), sum.backward())
        }
    };
    let read = |parameter: &engine::model::ParameterTensor| {
        let values = block_on(parameter.read(Transaction::default()).execute_async());
        bits(values.unwrap().remove(0))
    };
    Computed {
        logits: bits(logits),
        gradients: network
            .parameters()
            .iter()
            .map(|parameter| Some(bits(parameter.take_gradient(&mut gradients)?.into_data())))
            .collect(),
        parameters: network.parameters().iter().map(read).collect(),
    }
}

fn check(task: &Task, side: usize) {
    let graph = Graph::of(task, DataShape { classes: 3, size: [side; 2] }).unwrap();
    let (fused, unfused) = (Plan::fused(&graph), Plan::unfused(&graph));
    assert!(fused.steps.len() < unfused.steps.len(), "something is fused in {task:?}");
    let found = compute(&graph, fused, side);
    assert!(found == compute(&graph, unfused, side), "{task:?}");
    // Learned parameters have gradients, running statistics do not.
    let learned = graph.parameters().iter().map(|parameter| parameter.kind.is_learned());
    let has_gradient = found.gradients.iter().map(Option::is_some);
    assert_eq!(has_gradient.collect::<Vec<_>>(), learned.collect::<Vec<_>>());
}

#[test]
fn a_fused_classifier_trains_as_the_graph_does() {
    for layers in [
        &["conv4k5.relu.pool2", "conv6k3.bn.relu.pool3", "conv4k3.relu", "dense16.bn.relu"][..],
        &["conv3k4.sigmoid.pool2", "conv3k3.bn.tanh.pool4.drop20", "dense10.relu.drop10"],
        &[
            "conv3k5.same.separable.relu.pool2",
            "conv5k3.stride2.separable.bn.relu",
            "gap",
            "dense5.relu",
        ],
        &["res3k3.bn.relu", "res3k3.relu.pool2.drop10", "res4k3.stride2.tanh.avgpool2", "gap"],
        &["res1k3.gelu", "res4k5.bn.relu.pool2", "res4k3.bn.sigmoid.pool2", "dense8.relu"],
        &[
            "conv3k3.bn.relu",
            "conv2k3.leaky.pool2",
            "conv2k3.tanh.pool3",
            "conv2k3.gelu.pool2",
            "dense8.bn.tanh",
        ],
        &[
            "conv3k5.same.stride2.relu.pool2",
            "conv4k3.same.bn.relu.avgpool2",
            "conv2k3.relu.avgpool2",
        ],
    ] {
        let layers = layers.iter().map(|layer| layer.parse().unwrap()).collect();
        check(&Task::Classify(Network { architecture: Architecture::Cnn, layers }), 40);
    }
}

#[test]
fn a_fused_unet_trains_as_the_graph_does() {
    for (upsampling, batch_norm, residual, skips) in [
        (Upsampling::Transposed, true, false, [true; 4]),
        (Upsampling::Nearest, false, false, [false, true, true, true]),
        (Upsampling::Nearest, true, false, [false; 4]),
        (Upsampling::Transposed, true, true, [true; 4]),
        (Upsampling::Nearest, false, true, [true, false, true, true]),
    ] {
        let unet = UNet { depth: 2, width: 4, upsampling, batch_norm, residual, skips };
        check(&Task::Segment(Segmentation { unet, ..Segmentation::default() }), 16);
    }
}
