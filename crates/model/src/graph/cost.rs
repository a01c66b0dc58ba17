//! Cost of a network: parameters, activations, arithmetic, memory.

use super::nodes::Graph;
use super::plan::Plan;

/// Bytes of a 32-bit float.
const FLOAT_BYTES: u64 = 4;

/// Cost of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Number of learned values.
    pub parameters: u64,
    /// Number of values that training keeps of each image for the backward pass: the outputs of the
    /// steps of [`Plan::fused`], and the masks of dropout.
    pub activations: u64,
    /// Number of values of the largest of these outputs.
    pub largest_activation: u64,
    /// Number of multiplications with an addition in the forward pass of one image. A training step
    /// needs about three times as many.
    pub multiply_adds: u64,
}

impl Cost {
    /// Estimates the memory of training in bytes. Of each learned value there are the value, its copy
    /// for a rollback, its gradient and the optimizer's `moments`; of each image of the batch the
    /// activations, and the gradients of two of them.
    pub fn training_bytes(&self, batch: usize, moments: usize) -> u64 {
        let of_parameters = self.parameters.saturating_mul(3 + moments as u64);
        let of_image = self.activations + 2 * self.largest_activation;
        let values = of_image.saturating_mul(batch as u64).saturating_add(of_parameters);
        values.saturating_mul(FLOAT_BYTES)
    }
}

impl Graph {
    /// Computes the cost of the network.
    pub fn cost(&self) -> Cost {
        let steps = Plan::fused(self).steps;
        let kept = || steps.iter().map(|step| step.op.kept_values(step.shape) as u64);
        Cost {
            parameters: self.learned() as u64,
            activations: kept().sum(),
            largest_activation: kept().max().unwrap_or(0),
            multiply_adds: self.multiply_adds(self.head()),
        }
    }

    /// Returns the number of multiplications with an addition in the forward pass of one image, up to
    /// and including the node `last`.
    pub fn multiply_adds(&self, last: usize) -> u64 {
        let of = |place: usize| {
            let node = &self.nodes()[place];
            node.op.multiply_adds(self.nodes()[node.inputs[0]].output, node.output)
        };
        (1..=last).map(of).sum()
    }
}
