//! Computation of a network on a device: a walk through the steps of its graph's plan.
//!
//! Training and evaluation differ in two ways only: during training, batch norm uses the statistics
//! of the batch (and updates the running ones), and dropout drops values. The caller chooses the
//! mode by the method it calls.

use std::rc::Rc;

use burn::tensor::{Device, Tensor};
use cpu::dropout_mask;
use data::rng::Rng;
use model::Activation;
use model::graph::{Graph, Op, Operand, Plan, PlanStep};

use super::parameters::ParameterTensor;
use crate::ops::{self, ConvOptions};

/// Output of an operation for a batch.
#[derive(Clone, Debug)]
pub enum Activations {
    /// `[batch, channels, height, width]`
    Maps(Tensor<4>),
    /// `[batch, units]`
    Vectors(Tensor<2>),
}

impl Activations {
    /// Returns feature maps.
    ///
    /// # Panics
    ///
    /// Panics if the output has another rank, which the shape rules of [`Op::output`] exclude.
    pub fn maps(self) -> Tensor<4> {
        match self {
            Activations::Maps(maps) => maps,
            Activations::Vectors(_) => unreachable!("the graph has maps here"),
        }
    }

    /// Returns vectors.
    ///
    /// # Panics
    ///
    /// Panics if the output has another rank, which the shape rules of [`Op::output`] exclude.
    pub fn vectors(self) -> Tensor<2> {
        match self {
            Activations::Vectors(vectors) => vectors,
            Activations::Maps(_) => unreachable!("the graph has vectors here"),
        }
    }
}

/// Mode of a forward pass.
enum Mode<'r> {
    Evaluation,
    Training {
        /// Generator of dropout masks.
        dropout: &'r mut Rng,
        /// Updated running statistics, with the indices of their parameters.
        running: Vec<(usize, Tensor<1>)>,
    },
}

/// A network on a device: graph, plan and parameters.
#[derive(Clone, Debug)]
pub struct DeviceNetwork {
    graph: Rc<Graph>,
    plan: Rc<Plan>,
    parameters: Vec<ParameterTensor>,
}

impl DeviceNetwork {
    /// Creates a network for training. `values` are those of [`Graph::parameters`] in PyTorch's
    /// layout, as from [`cpu::initial_values`].
    pub fn new(graph: Graph, values: &[Vec<f32>], device: &Device) -> Self {
        let plan = Plan::fused(&graph);
        Self::with_plan(graph, plan, values, device)
    }

    /// Creates a network that is computed by the given plan of its graph.
    pub fn with_plan(graph: Graph, plan: Plan, values: &[Vec<f32>], device: &Device) -> Self {
        assert_eq!(values.len(), graph.parameters().len(), "values of each parameter");
        let parameters = graph.parameters().iter().zip(values);
        let parameters = parameters
            .map(|(parameter, values)| ParameterTensor::new(parameter, values, device))
            .collect();
        Self { graph: Rc::new(graph), plan: Rc::new(plan), parameters }
    }

    /// Creates a network from the values of a checkpoint.
    pub(crate) fn stored(
        graph: Rc<Graph>,
        plan: Rc<Plan>,
        values: &[f32],
        device: &Device,
    ) -> Self {
        let parameters = graph
            .parameters()
            .iter()
            .map(|parameter| {
                let values = values[parameter.values.clone()].to_vec();
                ParameterTensor::stored(parameter, values, device)
            })
            .collect();
        Self { graph, plan, parameters }
    }

    /// Returns the graph and the plan by which it is computed.
    pub(crate) fn graph_and_plan(&self) -> (Rc<Graph>, Rc<Plan>) {
        (self.graph.clone(), self.plan.clone())
    }

    /// Returns the graph.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Returns the parameters in the order of [`Graph::parameters`].
    pub fn parameters(&self) -> &[ParameterTensor] {
        &self.parameters
    }

    /// Replaces each parameter by what `update` makes of it, given its index.
    pub(crate) fn map_parameters(
        mut self,
        mut update: impl FnMut(usize, ParameterTensor) -> ParameterTensor,
    ) -> Self {
        let parameters = self.parameters.into_iter().enumerate();
        self.parameters = parameters.map(|(index, tensor)| update(index, tensor)).collect();
        self
    }

    /// Returns the network outside the autodiff graph, for evaluation.
    pub fn valid(&self) -> Self {
        let parameters = self.parameters.iter().map(ParameterTensor::inner).collect();
        Self { graph: self.graph.clone(), plan: self.plan.clone(), parameters }
    }

    /// Computes logits in evaluation mode: no dropout, and batch norm with running statistics. Call
    /// it on [`Self::valid`] to avoid building an autodiff graph.
    ///
    /// # Shapes
    ///
    /// - images `[batch, 1, height, width]`, gray levels 0 to 1
    /// - output `[batch, classes]` or, of a U-Net, `[batch, classes, height, width]`
    pub fn forward(&self, images: Tensor<4>) -> Activations {
        self.run(images, &mut Mode::Evaluation)
    }

    /// Computes logits in training mode. Updates running statistics and draws dropout masks from
    /// `dropout`, layer by layer. Shapes are those of [`Self::forward`].
    pub fn forward_train(&mut self, images: Tensor<4>, dropout: &mut Rng) -> Activations {
        let mut mode = Mode::Training { dropout, running: Vec::new() };
        let logits = self.run(images, &mut mode);
        if let Mode::Training { running, .. } = mode {
            for (index, value) in running {
                self.parameters[index] = ParameterTensor::Vector(value);
            }
        }
        logits
    }

    fn run(&self, images: Tensor<4>, mode: &mut Mode<'_>) -> Activations {
        let mut slots = vec![None; self.plan.slots];
        slots[0] = Some(Activations::Maps(images));
        for step in &self.plan.steps {
            let output = self.compute(step, mode, &mut |operand: Operand| {
                let slot = &mut slots[operand.slot];
                let value = if operand.is_last_use { slot.take() } else { slot.clone() };
                value.expect("an earlier step has filled the slot")
            });
            slots[step.output] = Some(output);
        }
        slots[self.graph.head()].take().expect("the last step computes the logits")
    }

    /// Computes a step. `input` returns the value of an operand.
    fn compute(
        &self,
        step: &PlanStep,
        mode: &mut Mode<'_>,
        input: &mut impl FnMut(Operand) -> Activations,
    ) -> Activations {
        use Activations::{Maps, Vectors};
        let x = input(step.inputs[0]);
        let relu = step.relu;
        match step.op {
            Op::Conv { stride, padding, .. } => {
                let (weight, bias) = self.kernels(step);
                Maps(ops::conv2d(x.maps(), weight, bias, ConvOptions { stride, padding }, relu))
            }
            Op::DepthwiseConv { stride, padding, .. } => {
                let (weight, bias) = self.kernels(step);
                Maps(ops::depthwise(x.maps(), weight, bias, ConvOptions { stride, padding }, relu))
            }
            Op::TransposedConv { .. } => {
                let (weight, bias) = self.kernels(step);
                Maps(ops::upsample(x.maps(), weight, bias))
            }
            Op::Dense { .. } => {
                let ParameterTensor::Matrix(weight) = self.parameter(step, 0) else {
                    unreachable!("a dense layer has a matrix")
                };
                Vectors(ops::dense(x.vectors(), weight, self.vector(step, 1), relu))
            }
            Op::BatchNorm => match x {
                Maps(x) => Maps(self.norm(step, x, mode)),
                Vectors(x) => Vectors(self.norm(step, x, mode)),
            },
            Op::Activation(activation) => match x {
                Maps(x) => Maps(activate(activation, x)),
                Vectors(x) => Vectors(activate(activation, x)),
            },
            Op::MaxPool { side } => Maps(ops::pool(x.maps(), side, relu)),
            Op::AveragePool { side } => Maps(ops::average_pool(x.maps(), side)),
            Op::GlobalAveragePool => Vectors(ops::global_average_pool(x.maps())),
            Op::NearestUpsample => Maps(ops::nearest(x.maps())),
            Op::Concat => Maps(ops::concat(x.maps(), input(step.inputs[1]).maps())),
            Op::Add => match (x, input(step.inputs[1])) {
                (Maps(x), y) => Maps(ops::add(x, y.maps(), relu)),
                (Vectors(x), y) => Vectors(ops::add(x, y.vectors(), relu)),
            },
            Op::Flatten => match x {
                Maps(x) => Vectors(x.flatten(1, 3)),
                Vectors(x) => Vectors(x),
            },
            Op::Dropout { percent } => match (x, mode) {
                (x, Mode::Evaluation) => x,
                (Maps(x), Mode::Training { dropout, .. }) => {
                    Maps(apply_dropout(x, percent, dropout))
                }
                (Vectors(x), Mode::Training { dropout, .. }) => {
                    Vectors(apply_dropout(x, percent, dropout))
                }
            },
            Op::Input => x,
        }
    }

    fn norm<const D: usize>(
        &self,
        step: &PlanStep,
        x: Tensor<D>,
        mode: &mut Mode<'_>,
    ) -> Tensor<D> {
        let [scale, shift, mean, variance] = [0, 1, 2, 3].map(|index| self.vector(step, index));
        let params = ops::NormParams { scale, shift, running: [mean, variance] };
        match mode {
            Mode::Evaluation => ops::batch_norm(x, params, step.relu),
            Mode::Training { running, .. } => {
                let (y, [mean, variance]) = ops::batch_norm_train(x, params, step.relu);
                let first = step.parameters.start;
                running.extend([(first + 2, mean), (first + 3, variance)]);
                y
            }
        }
    }

    fn parameter(&self, step: &PlanStep, index: usize) -> ParameterTensor {
        self.parameters[step.parameters.start + index].clone()
    }

    /// Returns weights and biases of a convolution.
    fn kernels(&self, step: &PlanStep) -> (Tensor<4>, Tensor<1>) {
        let ParameterTensor::Kernels(weight) = self.parameter(step, 0) else {
            unreachable!("a convolution has kernels")
        };
        (weight, self.vector(step, 1))
    }

    fn vector(&self, step: &PlanStep, index: usize) -> Tensor<1> {
        let ParameterTensor::Vector(vector) = self.parameter(step, index) else {
            unreachable!("biases and statistics are vectors")
        };
        vector
    }
}

fn activate<const D: usize>(activation: Activation, x: Tensor<D>) -> Tensor<D> {
    let function = match activation {
        Activation::Relu => kernels::Activation::Relu,
        Activation::LeakyRelu => kernels::Activation::LeakyRelu,
        Activation::Tanh => kernels::Activation::Tanh,
        Activation::Gelu => kernels::Activation::Gelu,
        Activation::Sigmoid => kernels::Activation::Sigmoid,
    };
    ops::activate(x, function)
}

/// Applies dropout, at the cost of one upload on a GPU.
fn apply_dropout<const D: usize>(x: Tensor<D>, percent: u8, rng: &mut Rng) -> Tensor<D> {
    let count = x.dims().iter().product();
    let mask = dropout_mask(count, f64::from(percent) / 100.0, rng);
    ops::dropout(x, mask)
}
