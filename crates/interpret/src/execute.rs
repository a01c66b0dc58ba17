//! Forward and backward passes of a network on plain slices.
//!
//! The engine's networks are made for training: fused, on CPU or GPU, with automatic
//! differentiation. The interpreter needs every intermediate value and the gradient with respect to
//! any of them, for a few images; speed is less important. Networks are in evaluation mode: batch
//! norm uses its running statistics, and there is no dropout.

use cpu::Operation;
use model::graph::{Graph, Plan, PlanStep};

/// Output of each node for a batch of images.
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    /// Number of images.
    pub batch: usize,
    /// Output of each node, `[batch, units, height, width]`.
    pub nodes: Vec<Vec<f32>>,
}

/// Gradients of a scalar with respect to the outputs of the nodes and the weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Gradients {
    /// Gradient with respect to the output of each node, in the shape of [`Values::nodes`]; empty
    /// for nodes that the scalar does not depend on.
    pub nodes: Vec<Vec<f32>>,
    /// Gradient with respect to all weights, summed over the batch; 0 for running statistics. Empty
    /// if it was not requested.
    pub weights: Vec<f32>,
}

/// A graph with the plans by which it is computed.
#[derive(Clone, Debug, PartialEq)]
pub struct Executor {
    graph: Graph,
    /// A step for each node after the image.
    unfused: Plan,
    fused: Plan,
}

impl Executor {
    /// Plans the computation of a graph.
    pub fn new(graph: Graph) -> Self {
        Self { unfused: Plan::unfused(&graph), fused: Plan::fused(&graph), graph }
    }

    /// Returns the graph.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Computes the outputs of all nodes up to and including `last` for images
    /// `[batch, 1, height, width]`.
    pub fn forward(&self, weights: &[f32], images: Vec<f32>, last: usize) -> Values {
        let batch = images.len() / self.graph.len(0);
        let mut values = Values { batch, nodes: vec![images] };
        for step in &self.unfused.steps[..last] {
            let output = self.operation(step, batch).forward(weights, &inputs(step, &values.nodes));
            values.nodes.push(output);
        }
        values
    }

    /// Computes the logits of a batch of images, `[batch, classes, height, width]`, without keeping
    /// other values.
    pub fn logits(&self, weights: &[f32], images: Vec<f32>) -> Vec<f32> {
        let batch = images.len() / self.graph.len(0);
        let mut slots = vec![Vec::new(); self.fused.slots];
        slots[0] = images;
        for step in &self.fused.steps {
            let output = self.operation(step, batch).forward(weights, &inputs(step, &slots));
            slots[step.output] = output;
            for used in step.inputs.iter().filter(|input| input.is_last_use) {
                slots[used.slot] = Vec::new();
            }
        }
        slots.swap_remove(self.graph.head())
    }

    /// Computes the gradients of a scalar whose gradient with respect to the output of node `from`
    /// is `seed`, `[batch, units, height, width]`. `values` must include that node.
    pub fn backward(
        &self,
        weights: &[f32],
        values: &Values,
        (from, seed): (usize, Vec<f32>),
        with_weights: bool,
    ) -> Gradients {
        let count = if with_weights { self.graph.checkpoint_len() } else { 0 };
        let mut gradients =
            Gradients { nodes: vec![Vec::new(); from + 1], weights: vec![0.0; count] };
        gradients.nodes[from] = seed;
        for step in self.unfused.steps[..from].iter().rev() {
            let gradient = std::mem::take(&mut gradients.nodes[step.output]);
            if gradient.is_empty() {
                continue;
            }
            let operation = self.operation(step, values.batch);
            let x = inputs(step, &values.nodes);
            let y = values.nodes[step.output].as_slice();
            if with_weights {
                let found = operation.backward_parameters(weights, &x, y, &gradient);
                let parameters = self.graph.parameters()[step.parameters.clone()].iter();
                for (parameter, found) in parameters.zip(found) {
                    gradients.weights[parameter.values.clone()].copy_from_slice(&found);
                }
            }
            let found = operation.backward_inputs(weights, &x, y, &gradient);
            for (input, found) in step.inputs.iter().zip(found) {
                add(&mut gradients.nodes[input.slot], found);
            }
            gradients.nodes[step.output] = gradient;
        }
        gradients
    }

    fn operation<'a>(&'a self, step: &'a PlanStep, batch: usize) -> Operation<'a> {
        let parameters = &self.graph.parameters()[step.parameters.clone()];
        Operation { step, parameters, batch }
    }
}

/// Returns the inputs of a step.
fn inputs<'v>(step: &PlanStep, slots: &'v [Vec<f32>]) -> Vec<&'v [f32]> {
    step.inputs.iter().map(|input| slots[input.slot].as_slice()).collect()
}

fn add(sum: &mut Vec<f32>, more: Vec<f32>) {
    if sum.is_empty() {
        *sum = more;
    } else {
        for (sum, more) in sum.iter_mut().zip(more) {
            *sum += more;
        }
    }
}
