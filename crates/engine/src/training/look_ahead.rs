//! Forward and backward pass of the next training step of a classifier, without making the step.
//!
//! A look ahead works on a copy of the network and with the step's own dropout masks. Therefore its
//! loss and gradients are exactly those of the step, and the run goes on as if there had been none:
//! running statistics of batch norm, optimizer and random streams stay as they are.

use burn::tensor::{Tensor, Transaction};
use data::rng::Rng;
use model::graph::Parameter;
use protocol::interpret::UnitRef;
use protocol::{ParameterGradient, StepTrace, UnitUpdate};

use super::classification::{ClassificationTask, cross_entropy};
use super::optimizer::Optimizer;
use super::trainer::Trainer;
use super::{Session, dropout};
use crate::error::EngineError;
use crate::model::DeviceNetwork;
use crate::readback;

/// State of a run before a training step.
#[derive(Clone)]
pub struct StepStart {
    /// Number of the step, counted from 1.
    pub step: usize,
    /// The network.
    pub network: DeviceNetwork,
    /// The optimizer.
    pub optimizer: Optimizer,
    /// Learning rate of the step.
    pub learning_rate: f64,
}

/// Forward and backward pass of a training step, and the state of the run before it. It stays valid
/// after the step is made, so that the update of any unit can be looked up then, too.
pub struct LookAhead {
    start: StepStart,
    logits: Vec<f32>,
    loss: f32,
    /// Gradient of each learned parameter, with the parameter's index, in the order in which the
    /// parameter is stored.
    gradients: Vec<(usize, Vec<f32>)>,
}

impl LookAhead {
    /// Computes logits, loss and gradients for a batch of images `[batch, 1, 64, 64]` with class
    /// ids `[batch]`. Class weights of the loss are `[classes]`; dropout masks are drawn from
    /// `dropout`.
    pub async fn new(
        start: StepStart,
        (images, targets): (Tensor<4>, Tensor<1>),
        class_weights: Tensor<1>,
        dropout: &mut Rng,
    ) -> Result<Self, EngineError> {
        // The running statistics of the copy are updated.
        let mut network = start.network.clone();
        let logits = network.forward_train(images.autodiff(), dropout).vectors();
        let count = logits.dims().iter().product();
        let loss = cross_entropy(logits.clone(), targets, class_weights);
        let mut gradients = loss.backward();
        let mut transaction =
            Transaction::default().register(logits.inner()).register(loss.inner());
        let mut found = Vec::new();
        for (index, parameter) in network.parameters().iter().enumerate() {
            if let Some(gradient) = parameter.take_gradient(&mut gradients) {
                found.push((index, parameter.len()));
                transaction = transaction.register(gradient);
            }
        }
        let mut parts = transaction.execute_async().await?.into_iter();
        let mut next = |count| {
            let part = parts.next().ok_or(EngineError::Readback { expected: count, found: 0 })?;
            readback::floats(part, count)
        };
        let logits = next(count)?;
        let loss = next(1)?;
        let gradients = found
            .into_iter()
            .map(|(index, count)| Ok((index, next(count)?)))
            .collect::<Result<_, EngineError>>()?;
        Ok(Self { start, logits, loss: loss[0], gradients })
    }

    /// Returns the number of the step, counted from 1.
    pub fn step(&self) -> usize {
        self.start.step
    }

    /// Returns the trace of the step with the update of one unit. Where there is no such layer or
    /// unit, the nearest one is taken.
    pub async fn trace(&self, unit: UnitRef) -> Result<StepTrace, EngineError> {
        let parameters = self.start.network.graph().parameters();
        let gradients = self.gradients.iter().map(|(index, gradient)| ParameterGradient {
            name: parameters[*index].name.clone(),
            shape: parameters[*index].shape.clone(),
            norm: l2_norm(gradient),
        });
        Ok(StepTrace {
            step: self.start.step,
            logits: self.logits.clone(),
            loss: self.loss,
            parameters: gradients.collect(),
            unit: self.unit_update(unit).await?,
        })
    }

    async fn unit_update(
        &self,
        UnitRef { layer, unit }: UnitRef,
    ) -> Result<UnitUpdate, EngineError> {
        let StepStart { network, optimizer, learning_rate, .. } = &self.start;
        // Layer 0 is the image.
        let graph = network.graph();
        let layer = layer.clamp(1, graph.layers().len() - 1);
        let missing = || EngineError::Readback { expected: 1, found: 0 };
        let node = graph.layers()[layer].linear_op.ok_or_else(missing)?;
        let index = graph.nodes()[node].parameters.start;
        let (parameter, tensor) = (&graph.parameters()[index], &network.parameters()[index]);
        let gradient = self.gradients.iter().find(|(of, _)| *of == index).ok_or_else(missing)?;
        let unit = unit.min(parameter.shape[0].saturating_sub(1));

        let moments = optimizer.moments(index).iter().cloned();
        let transaction = moments.fold(tensor.read(Transaction::default()), Transaction::register);
        let mut parts = transaction
            .execute_async()
            .await?
            .into_iter()
            .map(|part| Ok(of_unit(parameter, unit, &readback::floats(part, tensor.len())?)))
            .collect::<Result<Vec<_>, EngineError>>()?
            .into_iter();
        let weights =
            parts.next().ok_or(EngineError::Readback { expected: tensor.len(), found: 0 })?;
        let mut moments: Vec<Vec<f32>> = parts.collect();
        moments.resize(optimizer.moment_count(), vec![0.0; weights.len()]);
        let gradients = of_unit(parameter, unit, &gradient.1);
        Ok(UnitUpdate {
            unit: UnitRef { layer, unit },
            name: parameter.name.clone(),
            shape: parameter.shape[1..].to_vec(),
            updated: optimizer.updated(*learning_rate, &weights, &gradients, &moments),
            weights,
            gradients,
            moments,
            optimizer: optimizer.rule(),
            learning_rate: *learning_rate,
            update: optimizer.next_update().unsigned_abs() as usize,
        })
    }
}

/// Returns those values of a parameter that belong to one unit of the output.
fn of_unit(parameter: &Parameter, unit: usize, values: &[f32]) -> Vec<f32> {
    let units = parameter.shape[0];
    if parameter.is_transposed {
        values.iter().skip(unit).step_by(units).copied().collect()
    } else {
        let each = values.len() / units;
        values[unit * each..(unit + 1) * each].to_vec()
    }
}

impl Session<ClassificationTask> {
    /// Computes the forward and backward pass of the next step without making it.
    pub async fn look_ahead(&mut self) -> Result<LookAhead, EngineError> {
        let batch = self.next_batch();
        let start = StepStart {
            step: self.step + 1,
            network: self.network().clone(),
            optimizer: self.trainer.optimizer(),
            learning_rate: self.learning_rate,
        };
        if let Trainer::Cpu(trainer) = &self.trainer {
            let part = self.part(&batch, 0..batch.indices.len());
            let (found, gradients) = trainer.gradients(part).await;
            return Ok(LookAhead { start, logits: found.logits, loss: found.loss, gradients });
        }
        let mut dropout = dropout(self.config.seed, self.step);
        let weights = self.data().class_weights.clone();
        LookAhead::new(start, self.task().inputs(&batch), weights, &mut dropout).await
    }
}

fn l2_norm(values: &[f32]) -> f32 {
    values.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>().sqrt() as f32
}
