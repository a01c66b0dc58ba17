//! Plans: a graph as the steps in which it is computed, with operations fused where that is faster.
//!
//! Fusion changes no value and no gradient: a step applies ReLU to its output right away, and
//! pooling comes before a monotonically increasing activation function, which then has a quarter of
//! the work or less.

use std::ops::Range;

use super::nodes::Graph;
use super::op::Op;
use crate::{Activation, FeatureShape};

/// An input of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operand {
    /// Slot of the value, which an earlier step has filled. Slot 0 has the images.
    pub slot: usize,
    /// Shape of the value for one image.
    pub shape: FeatureShape,
    /// Whether no later step needs the value.
    pub is_last_use: bool,
}

/// A step of a computation: an operation, optionally followed by ReLU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanStep {
    /// Operation.
    pub op: Op,
    /// Whether ReLU follows.
    pub relu: bool,
    /// Inputs.
    pub inputs: Vec<Operand>,
    /// Slot of the output.
    pub output: usize,
    /// Shape of the output for one image.
    pub shape: FeatureShape,
    /// Indices of the parameters in [`Graph::parameters`].
    pub parameters: Range<usize>,
}

/// The steps in which a network is computed. The last one computes the logits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The steps.
    pub steps: Vec<PlanStep>,
    /// Number of slots.
    pub slots: usize,
}

impl Plan {
    /// Returns the plan with one step for each node. The slot of its output is the node's index.
    pub fn unfused(graph: &Graph) -> Self {
        Self { steps: steps_of(graph), slots: graph.nodes().len() }.with_last_uses()
    }

    /// Returns the plan with fused operations. A slot has the output of the node of this index, or
    /// what is pooled in its place.
    pub fn fused(graph: &Graph) -> Self {
        let mut steps = steps_of(graph);
        pool_before_activations(&mut steps);
        apply_relu_in_producers(&mut steps);
        Self { steps, slots: graph.nodes().len() }.with_last_uses()
    }

    fn with_last_uses(mut self) -> Self {
        let mut is_needed = vec![false; self.slots];
        for step in self.steps.iter_mut().rev() {
            for operand in step.inputs.iter_mut().rev() {
                operand.is_last_use = !is_needed[operand.slot];
                is_needed[operand.slot] = true;
            }
        }
        self
    }
}

fn steps_of(graph: &Graph) -> Vec<PlanStep> {
    let operand = |slot: &usize| Operand {
        slot: *slot,
        shape: graph.nodes()[*slot].output,
        is_last_use: false,
    };
    let nodes = graph.nodes().iter().enumerate().skip(1);
    nodes
        .map(|(place, node)| PlanStep {
            op: node.op,
            relu: false,
            inputs: node.inputs.iter().map(operand).collect(),
            output: place,
            shape: node.output,
            parameters: node.parameters.clone(),
        })
        .collect()
}

/// Returns the place of the only step that uses a value, or `None` if there are none or several.
fn only_user(steps: &[PlanStep], slot: usize) -> Option<usize> {
    let mut users = steps
        .iter()
        .enumerate()
        .flat_map(|(place, step)| step.inputs.iter().map(move |input| (place, input.slot)))
        .filter(|(_, used)| *used == slot);
    let first = users.next();
    first.filter(|_| users.next().is_none()).map(|(place, _)| place)
}

/// Swaps activation functions with the pooling that follows.
fn pool_before_activations(steps: &mut [PlanStep]) {
    for place in 0..steps.len() {
        let Op::Activation(activation) = steps[place].op else { continue };
        let Some(user) = only_user(steps, steps[place].output) else { continue };
        if activation.is_monotone() && matches!(steps[user].op, Op::MaxPool { .. }) {
            let pooling = steps[user].op;
            steps[user].op = Op::Activation(activation);
            steps[place].op = pooling;
            steps[place].shape = steps[user].shape;
            steps[user].inputs[0].shape = steps[user].shape;
        }
    }
}

/// Lets the steps before a ReLU apply it.
fn apply_relu_in_producers(steps: &mut Vec<PlanStep>) {
    for place in (0..steps.len()).rev() {
        if steps[place].op != Op::Activation(Activation::Relu) {
            continue;
        }
        let slot = steps[place].inputs[0].slot;
        let producer = steps[..place].iter().position(|step| step.output == slot);
        let Some(producer) = producer.filter(|at| can_apply_relu(steps[*at].op)) else { continue };
        if only_user(steps, slot) == Some(place) {
            steps[producer].relu = true;
            steps[producer].output = steps[place].output;
            steps.remove(place);
        }
    }
}

/// Returns whether an operation can apply ReLU to its output.
fn can_apply_relu(op: Op) -> bool {
    matches!(
        op,
        Op::Conv { .. }
            | Op::DepthwiseConv { .. }
            | Op::Dense { .. }
            | Op::BatchNorm
            | Op::MaxPool { .. }
            | Op::Add
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer_syntax::layers_from_text;
    use crate::{Architecture, DataShape, Network, UNet, Upsampling};

    fn cnn(text: &str) -> Graph {
        let layers = layers_from_text(text).unwrap();
        let network = Network { architecture: Architecture::Cnn, layers };
        Graph::classifier(&network, DataShape { classes: 6, size: [64, 64] }).unwrap()
    }

    /// Returns the steps as text, such as “conv relu 0>2”: operation, inputs (with `!` at their last
    /// use), output.
    fn text(plan: &Plan) -> Vec<String> {
        let word = |step: &PlanStep| {
            let op = match step.op {
                Op::Input => "input",
                Op::Conv { .. } => "conv",
                Op::DepthwiseConv { .. } => "depthwise",
                Op::TransposedConv { .. } => "transposed",
                Op::Dense { .. } => "dense",
                Op::BatchNorm => "norm",
                Op::Activation(activation) => activation.slug(),
                Op::MaxPool { .. } => "pool",
                Op::AveragePool { .. } => "average",
                Op::GlobalAveragePool => "gap",
                Op::NearestUpsample => "nearest",
                Op::Concat => "concat",
                Op::Add => "add",
                Op::Flatten => "flatten",
                Op::Dropout { .. } => "dropout",
            };
            let operand = |operand: &Operand| {
                format!("{}{}", operand.slot, if operand.is_last_use { "!" } else { "" })
            };
            let inputs: Vec<_> = step.inputs.iter().map(operand).collect();
            let relu = if step.relu { "+relu" } else { "" };
            format!("{op}{relu} {}>{}", inputs.join(","), step.output)
        };
        plan.steps.iter().map(word).collect()
    }

    #[test]
    fn relu_is_applied_by_the_step_before_and_pooling_comes_first() {
        let graph = cnn("conv4k5.relu.pool2_conv4k3.bn.relu.pool2_conv4k3.relu_dense8.bn.relu");
        assert_eq!(
            text(&Plan::fused(&graph)),
            [
                "conv 0!>1",
                "pool+relu 1!>3",
                "conv 3!>4",
                "norm 4!>5",
                "pool+relu 5!>7",
                "conv+relu 7!>9",
                "flatten 9!>10",
                "dense 10!>11",
                "norm+relu 11!>13",
                "dense 13!>14",
            ]
        );
        let unfused = Plan::unfused(&graph);
        assert_eq!(unfused.steps.len(), graph.nodes().len() - 1);
        assert_eq!(text(&unfused)[..3], ["conv 0!>1", "relu 1!>2", "pool 2!>3"]);
    }

    #[test]
    fn tanh_is_pooled_first_and_gelu_last() {
        let graph = cnn("conv4k5.tanh.pool2.drop20_conv4k3.gelu.pool2_dense8.sigmoid");
        let plan = Plan::fused(&graph);
        assert_eq!(
            text(&plan),
            [
                "conv 0!>1",
                "pool 1!>2",
                "tanh 2!>3",
                "dropout 3!>4",
                "conv 4!>5",
                "gelu 5!>6",
                "pool 6!>7",
                "flatten 7!>8",
                "dense 8!>9",
                "sigmoid 9!>10",
                "dense 10!>11",
            ]
        );
        assert_eq!(plan.steps[1].shape, FeatureShape::Maps(4, 30, 30));
        assert_eq!(plan.steps[2].shape, FeatureShape::Maps(4, 30, 30));
        assert_eq!(plan.steps[2].inputs[0].shape, FeatureShape::Maps(4, 30, 30));
        assert_eq!(plan.steps[0].shape, FeatureShape::Maps(4, 60, 60));
    }

    #[test]
    fn average_pooling_comes_after_the_activation() {
        let graph = cnn("conv4k3.same.stride2.relu.avgpool2_conv4k3.tanh.avgpool2");
        assert_eq!(
            text(&Plan::fused(&graph)),
            [
                "conv+relu 0!>2",
                "average 2!>3",
                "conv 3!>4",
                "tanh 4!>5",
                "average 5!>6",
                "flatten 6!>7",
                "dense 7!>8",
            ]
        );
    }

    #[test]
    fn the_input_of_a_residual_block_is_kept_for_its_sum() {
        let graph = cnn("conv4k3.same.relu_res4k3.relu_res6k3.bn.relu.pool2_res6k3.tanh.pool2");
        assert_eq!(
            text(&Plan::fused(&graph)),
            [
                "conv+relu 0!>2",
                "conv+relu 2>4",
                "conv 4!>5",
                "add+relu 5!,2!>7",
                "conv 7>8",
                "norm+relu 8!>10",
                "conv 10!>11",
                "norm 11!>12",
                "conv 7!>13",
                "norm 13!>14",
                "add 12!,14!>15",
                // The pooling of the activation, whose output is used twice.
                "pool+relu 15!>17",
                "conv 17>18",
                "tanh 18!>19",
                "conv 19!>20",
                "add 20!,17!>21",
                "pool 21!>22",
                "tanh 22!>23",
                "flatten 23!>24",
                "dense 24!>25",
            ]
        );
        // Without a convolution in between, the image is kept as well.
        assert_eq!(text(&Plan::fused(&cnn("res1k3.relu")))[2], "add+relu 3!,0!>5");
    }

    #[test]
    fn a_value_that_a_skip_connection_needs_is_kept() {
        let shape = DataShape { classes: 2, size: [16, 16] };
        let unet = UNet { depth: 1, width: 4, upsampling: Upsampling::Nearest, ..UNet::default() };
        let plan = Plan::fused(&Graph::unet(&unet, shape).unwrap());
        assert_eq!(
            text(&plan),
            [
                "conv 0!>1",
                "norm+relu 1!>3",
                "conv 3!>4",
                "norm+relu 4!>6",
                "pool 6>7",
                "conv 7!>8",
                "norm+relu 8!>10",
                "conv 10!>11",
                "norm+relu 11!>13",
                "nearest 13!>14",
                "conv 14!>15",
                "concat 6!,15!>16",
                "conv 16!>17",
                "norm+relu 17!>19",
                "conv 19!>20",
                "norm+relu 20!>22",
                "conv 22!>23",
            ]
        );
        // Without the skip connection, pooling is the only user.
        let cut = UNet { skips: [false; 4], batch_norm: false, ..unet };
        let plan = Plan::fused(&Graph::unet(&cut, shape).unwrap());
        assert_eq!(text(&plan)[..3], ["conv+relu 0!>2", "conv 2!>3", "pool+relu 3!>5"]);
    }
}
