//! Optimizers: SGD with momentum, Adam and AdamW, as in PyTorch. The golden tests compare them with
//! PyTorch.
//!
//! Each step is a single pass over parameters, gradients and moments, where burn's optimizers use
//! about a dozen tensor operations. burn's module optimizer is not used either: it supports
//! gradient clipping, and the code linked for that would make up a tenth of the engine's size.

use burn::backend::Flex;
use burn::tensor::{Gradients, Tensor};
use cpu::Hyperparameters;

use crate::model::{DeviceNetwork, ParameterTensor};
use crate::ops::cpu::{Floats, floats};
use crate::ops::{is_cpu, primitive, zeros};

/// An update rule with its state.
#[derive(Clone)]
pub struct Optimizer {
    rule: model::Optimizer,
    /// Number of updates made.
    step_count: i32,
    /// Moments of each parameter, `[values]`: two for Adam, the velocity for SGD. Empty before the
    /// first update, and for parameters without gradients.
    moments: Vec<Vec<Tensor<1>>>,
}

impl Optimizer {
    /// Creates an optimizer without state.
    pub fn new(rule: model::Optimizer) -> Self {
        Self { rule, step_count: 0, moments: Vec::new() }
    }

    /// Returns an optimizer after this many updates. `moments` are those of each parameter,
    /// `[values]`.
    pub(crate) fn with_moments(
        rule: model::Optimizer,
        step_count: i32,
        moments: Vec<Vec<Tensor<1>>>,
    ) -> Self {
        Self { rule, step_count, moments }
    }

    /// Updates every parameter that has a gradient.
    pub fn step(
        &mut self,
        rate: f64,
        network: DeviceNetwork,
        gradients: Gradients,
    ) -> DeviceNetwork {
        // After two billion steps the bias corrections of Adam are 1.
        self.step_count = self.step_count.saturating_add(1);
        self.moments.resize_with(network.parameters().len(), Vec::new);
        let hyperparameters = self.hyperparameters(rate as f32);
        let mut update = Update {
            optimizer: self,
            hyperparameters,
            gradients,
            #[cfg(feature = "gpu")]
            scalars: None,
        };
        network.map_parameters(|index, parameter| match parameter {
            ParameterTensor::Vector(tensor) => {
                ParameterTensor::Vector(update.parameter(index, tensor))
            }
            ParameterTensor::Matrix(tensor) => {
                ParameterTensor::Matrix(update.parameter(index, tensor))
            }
            ParameterTensor::Kernels(tensor) => {
                ParameterTensor::Kernels(update.parameter(index, tensor))
            }
        })
    }

    /// Returns the rule.
    pub fn rule(&self) -> model::Optimizer {
        self.rule
    }

    /// Returns the number of the next update, counted from 1.
    pub fn next_update(&self) -> i32 {
        self.step_count.saturating_add(1)
    }

    /// Returns the moments of the parameter with this index, `[values]` each, in the parameter's own
    /// layout. Empty before the first update, when all are 0.
    pub fn moments(&self, index: usize) -> &[Tensor<1>] {
        self.moments.get(index).map_or(&[], Vec::as_slice)
    }

    /// Returns the number of moments per parameter.
    pub fn moment_count(&self) -> usize {
        self.hyperparameters(0.0).moment_count()
    }

    /// Computes the next update of some values of a parameter, given their gradients and moments,
    /// without making it.
    pub fn updated(
        &self,
        rate: f64,
        values: &[f32],
        gradients: &[f32],
        moments: &[Vec<f32>],
    ) -> Vec<f32> {
        let next = Self { rule: self.rule, step_count: self.next_update(), moments: Vec::new() };
        let (mut values, mut moments) = (values.to_vec(), moments.to_vec());
        let mut moments: Vec<&mut [f32]> = moments.iter_mut().map(Vec::as_mut_slice).collect();
        next.hyperparameters(rate as f32).update(&mut values, gradients, &mut moments);
        values
    }

    fn hyperparameters(&self, rate: f32) -> Hyperparameters {
        Hyperparameters::new(self.rule, rate, self.step_count)
    }
}

/// One update of all parameters of a network.
struct Update<'o> {
    optimizer: &'o mut Optimizer,
    hyperparameters: Hyperparameters,
    gradients: Gradients,
    /// Hyperparameters on the GPU, uploaded once for all parameters.
    #[cfg(feature = "gpu")]
    scalars: Option<Tensor<1>>,
}

impl Update<'_> {
    /// Updates the parameter with this index, if it has a gradient.
    fn parameter<const D: usize>(&mut self, index: usize, parameter: Tensor<D>) -> Tensor<D> {
        match parameter.grad_remove(&mut self.gradients) {
            Some(gradient) => {
                let parameter = self.update(index, parameter.inner(), gradient);
                Tensor::from_inner(parameter).require_grad()
            }
            None => parameter,
        }
    }

    fn update<const D: usize>(
        &mut self,
        index: usize,
        parameter: Tensor<D>,
        gradient: Tensor<D>,
    ) -> Tensor<D> {
        let count = parameter.dims().iter().product();
        let mut moments = std::mem::take(&mut self.optimizer.moments[index]);
        moments.resize_with(self.hyperparameters.moment_count(), || {
            zeros([count], &parameter.device())
        });
        let (parameter, moments) = if is_cpu(&parameter.device()) {
            update_on_cpu(self.hyperparameters, parameter, gradient, moments)
        } else {
            self.update_on_gpu(parameter, gradient, moments)
        };
        self.optimizer.moments[index] = moments;
        parameter
    }

    #[cfg(feature = "gpu")]
    fn update_on_gpu<const D: usize>(
        &mut self,
        parameter: Tensor<D>,
        gradient: Tensor<D>,
        moments: Vec<Tensor<1>>,
    ) -> (Tensor<D>, Vec<Tensor<1>>) {
        use burn::backend::Cube;
        use burn::tensor::TensorData;

        use crate::ops::gpu::update;

        let hyperparameters = self.hyperparameters;
        let scalars = self.scalars.get_or_insert_with(|| {
            let values = match hyperparameters {
                Hyperparameters::Sgd(sgd) => vec![sgd.learning_rate, sgd.momentum],
                Hyperparameters::Adam(adam) => adam.scalars().to_vec(),
            };
            let count = values.len();
            Tensor::from_data(TensorData::new(values, [count]), &gradient.device())
        });
        let shape = parameter.dims();
        let (parameter, gradient) =
            (primitive::<Cube, D>(parameter), primitive::<Cube, D>(gradient));
        let scalars = primitive::<Cube, 1>(scalars.clone());
        let moments: Vec<_> = moments.into_iter().map(primitive::<Cube, 1>).collect();
        let tensors = [&parameter, &gradient, &scalars];
        let (parameter, moments) = match hyperparameters {
            Hyperparameters::Sgd(_) => update::sgd_step(tensors, &moments, &shape),
            Hyperparameters::Adam(adam) => update::adam_step(adam, tensors, &moments, &shape),
        };
        let moments = moments.into_iter().map(Tensor::from_primitive::<Cube>).collect();
        (Tensor::from_primitive::<Cube>(parameter), moments)
    }

    /// Never called: this build has no GPU.
    #[cfg(not(feature = "gpu"))]
    fn update_on_gpu<const D: usize>(
        &mut self,
        _: Tensor<D>,
        _: Tensor<D>,
        _: Vec<Tensor<1>>,
    ) -> (Tensor<D>, Vec<Tensor<1>>) {
        unreachable!("this build has no GPU")
    }
}

/// Updates a parameter and its moments on the CPU.
fn update_on_cpu<const D: usize>(
    hyperparameters: Hyperparameters,
    parameter: Tensor<D>,
    gradient: Tensor<D>,
    moments: Vec<Tensor<1>>,
) -> (Tensor<D>, Vec<Tensor<1>>) {
    let mut parameter = contiguous(primitive::<Flex, D>(parameter));
    let gradient = primitive::<Flex, D>(gradient);
    let mut moments: Vec<_> =
        moments.into_iter().map(|moment| contiguous(primitive::<Flex, 1>(moment))).collect();
    let (values, gradients) = (parameter.storage_mut(), floats(&gradient));
    {
        let mut moments: Vec<&mut [f32]> =
            moments.iter_mut().map(|moment| moment.storage_mut()).collect();
        hyperparameters.update(values, &gradients, &mut moments);
    }
    let moments = moments.into_iter().map(Tensor::from_primitive::<Flex>).collect();
    (Tensor::from_primitive::<Flex>(parameter), moments)
}

/// Copies a tensor, unless its storage contains exactly its values in row-major order.
fn contiguous(tensor: Floats) -> Floats {
    let is_contiguous = tensor
        .as_slice::<f32>()
        .is_some_and(|values| values.len() == tensor.storage::<f32>().len());
    if is_contiguous { tensor } else { tensor.to_contiguous() }
}
