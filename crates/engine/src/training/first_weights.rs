//! First weights that are given instead of drawn.

use cpu::initial_values;
use model::graph::{Parameter, ParameterKind};
use protocol::InitialWeights;
use thiserror::Error;

use super::{Session, TrainingTask};

/// Reason why a run cannot start from given weights.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FirstWeightsError {
    /// There are more or fewer values than the network, or its encoder, has.
    #[error(
        "The weights have {found} values, and {expected} are needed. Choose the weights of the same \
         network."
    )]
    Length {
        /// Number of values given.
        found: usize,
        /// Number of values of the network or its encoder.
        expected: usize,
    },
    /// The weights are those of an encoder, and the network is no U-Net.
    #[error("The weights are those of a U-Net’s encoder. Choose the weights of the whole network.")]
    NoEncoder,
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
    /// Returns the run at step 0 with these weights. Those that are not given are drawn from the seed,
    /// as without any.
    ///
    /// # Errors
    ///
    /// Returns the reason why the values are not those of the run's network.
    pub fn with_first_weights(self, weights: &InitialWeights) -> Result<Self, FirstWeightsError> {
        let graph = self.network().graph().clone();
        let (values, expected) = match weights {
            InitialWeights::Network(values) => (values, graph.checkpoint_len()),
            InitialWeights::Encoder(values) => {
                (values, graph.encoder_len().ok_or(FirstWeightsError::NoEncoder)?)
            }
        };
        if values.len() != expected {
            return Err(FirstWeightsError::Length { found: values.len(), expected });
        }
        let mut first = initial_values(&graph, self.config.seed);
        for (parameter, value) in graph.parameters().iter().zip(&mut first) {
            if let Some(stored) = values.get(parameter.values.clone()) {
                check(parameter, stored)?;
                *value = in_file_order(parameter, stored);
            }
        }
        Ok(Self::start(self.config, self.task, graph, &first))
    }
}

/// Checks that a parameter can have these values.
fn check(parameter: &Parameter, stored: &[f32]) -> Result<(), FirstWeightsError> {
    let is_variance = parameter.kind == ParameterKind::RunningVariance;
    match stored.iter().all(|value| value.is_finite() && !(is_variance && *value < 0.0)) {
        true => Ok(()),
        false => Err(FirstWeightsError::Value { name: parameter.name.clone() }),
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
