//! Networks of the files: their parameters under the names of the files and in PyTorch's layout.

use burn::tensor::{Device, Gradients, Transaction};
use engine::burn;
use engine::model::DeviceNetwork;
use futures::executor::block_on;
use model::graph::{Graph, Op, Parameter, ParameterKind};

use crate::numbers::{Golden, floats};

/// A parameter's name in a file, in its two parts: that of the layer, and “weight”, “bias”,
/// “norm.weight”, “norm.bias”, “mean” or “var”.
type Name = (String, &'static str);

/// Returns the name of each parameter. `layers` are the names of the layers with weights, in the order
/// of computation; batch norm belongs to the layer before.
fn names(graph: &Graph, layers: &[String]) -> Vec<Name> {
    let mut layers = layers.iter();
    let mut layer = "";
    let mut names = Vec::new();
    for (place, node) in graph.nodes().iter().enumerate() {
        let is_norm = node.op == Op::BatchNorm;
        if !is_norm && !node.parameters.is_empty() {
            layer = layers.next().expect("a name for each layer with weights");
        }
        for parameter in graph.parameters_of(place) {
            let part = match (parameter.kind, is_norm) {
                (ParameterKind::Weight, false) => "weight",
                (ParameterKind::Bias, false) => "bias",
                (ParameterKind::Weight, true) => "norm.weight",
                (ParameterKind::Bias, true) => "norm.bias",
                (ParameterKind::RunningMean, _) => "mean",
                (ParameterKind::RunningVariance, _) => "var",
            };
            names.push((layer.to_owned(), part));
        }
    }
    assert_eq!(layers.next(), None, "a layer for each name");
    names
}

/// Builds a network from the initial weights of a file. Batch norm has the usual ones.
pub fn network(golden: &Golden, graph: Graph, layers: &[String]) -> DeviceNetwork {
    let mut values = cpu::initial_values(&graph, 0);
    for ((layer, part), values) in names(&graph, layers).into_iter().zip(&mut values) {
        if part == "weight" || part == "bias" {
            *values = golden.values(&format!("init.{layer}.{part}")).to_vec();
        }
    }
    DeviceNetwork::new(graph, &values, &Device::flex())
}

/// Returns values in PyTorch's layout.
fn in_pytorchs_layout(parameter: &Parameter, values: Vec<f32>) -> Vec<f32> {
    if !parameter.is_transposed {
        return values;
    }
    let outputs = parameter.shape[0];
    (0..outputs).flat_map(|output| values.iter().skip(output).step_by(outputs)).copied().collect()
}

/// Returns all parameters with their names, in PyTorch's layout. Those of running statistics are
/// “mean.conv1”, “var.conv1”, of others “conv1.weight”.
pub fn parameters(network: &DeviceNetwork, layers: &[String]) -> Vec<(String, Vec<f32>)> {
    let graph = network.graph();
    let all = names(graph, layers).into_iter().zip(graph.parameters()).zip(network.parameters());
    all.map(|(((layer, part), parameter), tensor)| {
        let read = tensor.read(Transaction::default()).execute_async();
        let values = block_on(read).unwrap().remove(0).iter::<f32>().collect();
        let name = match part {
            "mean" | "var" => format!("{part}.{layer}"),
            _ => format!("{layer}.{part}"),
        };
        (name, in_pytorchs_layout(parameter, values))
    })
    .collect()
}

/// Returns the gradients of all learned parameters with their names, in PyTorch's layout.
pub fn gradients(
    network: &DeviceNetwork,
    layers: &[String],
    mut found: Gradients,
) -> Vec<(String, Vec<f32>)> {
    let graph = network.graph();
    let all = names(graph, layers).into_iter().zip(graph.parameters()).zip(network.parameters());
    all.filter(|((_, parameter), _)| parameter.kind.is_learned())
        .map(|(((layer, part), parameter), tensor)| {
            let gradient = floats(tensor.take_gradient(&mut found).expect("a gradient"));
            (format!("{layer}.{part}"), in_pytorchs_layout(parameter, gradient))
        })
        .collect()
}
