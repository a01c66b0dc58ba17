//! Forward and backward pass of the next training step of a classifier, without making the step.
//!
//! A look ahead works on a copy of the network and with the step's own dropout masks. Therefore its
//! loss and gradients are exactly those of the step, and the run goes on as if there had been none:
//! running statistics of batch norm, optimizer and random streams stay as they are.

use burn::module::{Module, ModuleVisitor, Param, ParamId};
use burn::optim::GradientsParams;
use burn::tensor::{Tensor, Transaction};
use data::rng::Rng;
use protocol::interpret::UnitRef;
use protocol::{ParameterGradient, StepTrace, UnitUpdate};

use super::Session;
use super::classification::{ClassificationTask, cross_entropy};
use super::optimizer::Optimizer;
use crate::error::EngineError;
use crate::model::Classifier;
use crate::readback;

/// State of a run before a training step.
#[derive(Clone)]
pub struct StepStart {
    /// Number of the step, counted from 1.
    pub step: usize,
    /// The network.
    pub network: Classifier,
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
    /// All learned parameters, in the order of the network's fields.
    parameters: Vec<Parameter>,
}

/// A learned parameter and its gradient.
struct Parameter {
    id: ParamId,
    name: String,
    /// Shape in PyTorch's layout.
    shape: Vec<usize>,
    /// Whether the values are stored in the transposed order, `[in, out]`.
    is_transposed: bool,
    /// In the order in which the parameter is stored.
    gradient: Vec<f32>,
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
        let logits = network.forward_train(images.autodiff(), dropout);
        let count = logits.dims().iter().product();
        let loss = cross_entropy(logits.clone(), targets, class_weights);
        let mut reader = GradientReader {
            gradients: GradientsParams::from_grads(loss.backward(), &network),
            transaction: Some(
                Transaction::default().register(logits.inner()).register(loss.inner()),
            ),
            found: Vec::new(),
        };
        network.visit(&mut reader);
        let GradientReader { transaction, found, .. } = reader;
        let mut parts = match transaction {
            Some(transaction) => transaction.execute_async().await?,
            None => Vec::new(),
        }
        .into_iter();
        let mut next = |count| {
            let part = parts.next().ok_or(EngineError::Readback { expected: count, found: 0 })?;
            readback::floats(part, count)
        };
        let logits = next(count)?;
        let loss = next(1)?;
        let mut parameters = Vec::with_capacity(found.len());
        for ((id, shape), (name, is_transposed)) in found.into_iter().zip(names(&start.network)) {
            let gradient = next(shape.iter().product())?;
            let shape = if is_transposed { shape.into_iter().rev().collect() } else { shape };
            parameters.push(Parameter { id, name, shape, is_transposed, gradient });
        }
        Ok(Self { start, logits, loss: loss[0], parameters })
    }

    /// Returns the number of the step, counted from 1.
    pub fn step(&self) -> usize {
        self.start.step
    }

    /// Returns the trace of the step with the update of one unit. Where there is no such layer or
    /// unit, the nearest one is taken.
    pub async fn trace(&self, unit: UnitRef) -> Result<StepTrace, EngineError> {
        let gradients = self.parameters.iter().map(|parameter| ParameterGradient {
            name: parameter.name.clone(),
            shape: parameter.shape.clone(),
            norm: l2_norm(&parameter.gradient),
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
        let hidden = network.convs.len() + network.dense.len();
        let layer = layer.clamp(1, hidden + 1);
        let id = weight_id(network, layer - 1);
        let parameter = self
            .parameters
            .iter()
            .find(|parameter| parameter.id == id)
            .ok_or(EngineError::Readback { expected: 1, found: 0 })?;
        let unit = unit.min(parameter.shape[0].saturating_sub(1));

        let mut reader = ValueReader { id, transaction: Some(Transaction::default()) };
        network.visit(&mut reader);
        let moments = optimizer.moments(id).iter().cloned();
        let transaction =
            reader.transaction.map(|reading| moments.fold(reading, Transaction::register));
        let parts = match transaction {
            Some(transaction) => transaction.execute_async().await?,
            None => Vec::new(),
        };
        let mut parts = parts
            .into_iter()
            .map(|part| Ok(parameter.of_unit(unit, &readback::floats(part, parameter.len())?)))
            .collect::<Result<Vec<_>, EngineError>>()?
            .into_iter();
        let weights =
            parts.next().ok_or(EngineError::Readback { expected: parameter.len(), found: 0 })?;
        let mut moments: Vec<Vec<f32>> = parts.collect();
        moments.resize(optimizer.moment_count(), vec![0.0; weights.len()]);
        let gradients = parameter.of_unit(unit, &parameter.gradient);
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

impl Parameter {
    fn len(&self) -> usize {
        self.gradient.len()
    }

    /// Returns the values that belong to one unit of the output.
    fn of_unit(&self, unit: usize, values: &[f32]) -> Vec<f32> {
        let units = self.shape[0];
        if self.is_transposed {
            values.iter().skip(unit).step_by(units).copied().collect()
        } else {
            let each = values.len() / units;
            values[unit * each..(unit + 1) * each].to_vec()
        }
    }
}

impl Session<ClassificationTask> {
    /// Computes the forward and backward pass of the next step without making it.
    pub async fn look_ahead(&mut self) -> Result<LookAhead, EngineError> {
        let batch = self.next_batch();
        let mut dropout = self.dropout();
        let start = StepStart {
            step: self.step + 1,
            network: self.network().clone(),
            optimizer: self.optimizer.clone(),
            learning_rate: self.learning_rate,
        };
        let data = self.data();
        let weights = data.class_weights.clone();
        LookAhead::new(start, data.train.batch(&batch), weights, &mut dropout).await
    }
}

/// Returns the names of all learned parameters in the order of the network's fields, and whether
/// their values are stored in the transposed order.
fn names(network: &Classifier) -> Vec<(String, bool)> {
    let mut all = Vec::new();
    let mut norms = 0;
    let mut push = |layer: &str, number: usize, has_norm: bool| {
        all.push((format!("{layer}{number}.weight"), layer == "fc"));
        all.push((format!("{layer}{number}.bias"), false));
        if has_norm {
            norms += 1;
            all.push((format!("bn{norms}.weight"), false));
            all.push((format!("bn{norms}.bias"), false));
        }
    };
    for (index, block) in network.convs.iter().enumerate() {
        push("conv", index + 1, block.norm.is_some());
    }
    for (index, block) in network.dense.iter().enumerate() {
        push("fc", index + 1, block.norm.is_some());
    }
    push("fc", network.dense.len() + 1, false);
    all
}

/// Returns the id of a layer's weights. The layer after the hidden ones is the output layer.
fn weight_id(network: &Classifier, layer: usize) -> ParamId {
    match (network.convs.get(layer), network.dense.get(layer.wrapping_sub(network.convs.len()))) {
        (Some(block), _) => block.conv.weight.id,
        (None, Some(block)) => block.dense.weight.id,
        (None, None) => network.head.weight.id,
    }
}

fn l2_norm(values: &[f32]) -> f32 {
    values.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>().sqrt() as f32
}

/// Registers the gradients of all learned parameters for reading.
struct GradientReader {
    gradients: GradientsParams,
    /// An `Option` because registering a tensor consumes the transaction.
    transaction: Option<Transaction>,
    /// Id and shape of each parameter with a gradient.
    found: Vec<(ParamId, Vec<usize>)>,
}

impl ModuleVisitor for GradientReader {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let Some(gradient) = self.gradients.remove::<D>(param.id) else { return };
        self.found.push((param.id, gradient.dims().to_vec()));
        self.transaction = self.transaction.take().map(|reading| reading.register(gradient));
    }
}

/// Registers the values of one parameter for reading.
struct ValueReader {
    id: ParamId,
    transaction: Option<Transaction>,
}

impl ModuleVisitor for ValueReader {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if param.id == self.id {
            let values = param.val().inner();
            self.transaction = self.transaction.take().map(|reading| reading.register(values));
        }
    }
}
