//! First weights that are given instead of drawn.

use burn::tensor::Device;
use model::graph::{Parameter, ParameterKind};
use thiserror::Error;

use super::{Session, TrainingTask};
use crate::model::DeviceNetwork;

/// Reason why a run cannot start from given weights.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FirstWeightsError {
    /// There are more or fewer values than the network has.
    #[error(
        "The weights have {found} values, and the network has {expected}. Choose the weights of the \
         same network."
    )]
    Length {
        /// Number of values given.
        found: usize,
        /// Number of values of the network.
        expected: usize,
    },
    /// A value is infinite, not a number, or a negative variance.
    #[error(
        "The weights of “{name}” have a value that no network can have. Choose another file of \
         weights."
    )]
    Value {
        /// Name of the parameter.
        name: String,
    },
}

impl<T: TrainingTask> Session<T> {
    /// Returns the run at step 0 with these weights, the values of a checkpoint.
    ///
    /// # Errors
    ///
    /// Returns the reason why the values are not those of the run's network.
    pub fn with_first_weights(
        self,
        values: &[f32],
        device: &Device,
    ) -> Result<Self, FirstWeightsError> {
        let graph = self.network().graph().clone();
        let expected = graph.checkpoint_len();
        if values.len() != expected {
            return Err(FirstWeightsError::Length { found: values.len(), expected });
        }
        let each = graph.parameters().iter().map(|parameter| {
            let stored = &values[parameter.values.clone()];
            let is_variance = parameter.kind == ParameterKind::RunningVariance;
            if stored.iter().all(|value| value.is_finite() && !(is_variance && *value < 0.0)) {
                Ok(in_file_order(parameter, stored))
            } else {
                Err(FirstWeightsError::Value { name: parameter.name.clone() })
            }
        });
        let each = each.collect::<Result<Vec<_>, _>>()?;
        let network = DeviceNetwork::new(graph, &each, device);
        Ok(Self::start(self.config, self.task, network))
    }
}

/// Returns values of a checkpoint in the layout of PyTorch.
fn in_file_order(parameter: &Parameter, stored: &[f32]) -> Vec<f32> {
    match (parameter.is_transposed, parameter.stored_shape().as_slice()) {
        (true, [_, outputs]) => {
            let row = |output| stored.iter().skip(output).step_by(*outputs);
            (0..*outputs).flat_map(row).copied().collect()
        }
        _ => stored.to_vec(),
    }
}
