//! Operations on plain slices: forward and backward, one arm each.

use kernels::{
    Activation, AveragePool, BatchNorm, Concat, Conv, DepthwiseConv, Epilogue, GlobalAveragePool,
    NearestUpsample, NormParameters, Pool, TransposedConv, WeightGradients, add, dense,
    dense_backward_input, dense_backward_weights, relu_backward,
};
use model::FeatureShape;
use model::graph::{Op, Parameter, PlanStep};

/// An operation with the shapes of a batch.
#[derive(Clone, Copy, Debug)]
pub struct Operation<'a> {
    /// Operation, shapes for one image.
    pub step: &'a PlanStep,
    /// Parameters of the operation.
    pub parameters: &'a [Parameter],
    /// Number of images.
    pub batch: usize,
}

impl Operation<'_> {
    /// Computes the output from the inputs, `[batch, units, height, width]` each. `weights` are all
    /// values of a checkpoint.
    pub fn forward(&self, weights: &[f32], inputs: &[&[f32]]) -> Vec<f32> {
        let (x, relu) = (inputs[0], self.step.relu);
        let part = |index: usize| self.values(weights, index);
        let epilogue = if relu { Epilogue::Relu } else { Epilogue::None };
        let y = match self.step.op {
            Op::Conv { kernel, stride, padding, .. } => {
                let conv = self.conv(kernel, stride, padding);
                return conv.forward(x, part(0), part(1), epilogue);
            }
            Op::DepthwiseConv { kernel, stride, padding } => {
                let conv = self.depthwise(kernel, stride, padding);
                return conv.forward(x, part(0), part(1), epilogue);
            }
            Op::Add => return add(x, inputs[1], relu),
            Op::BatchNorm => return self.norm().forward(x, &self.norm_parameters(weights)),
            Op::MaxPool { side } => return self.pool(side).forward(x),
            Op::AveragePool { side } => self.average_pool(side).forward(x),
            Op::GlobalAveragePool => self.global_average_pool().forward(x),
            Op::TransposedConv { .. } => self.transposed_conv().forward(x, part(0), part(1)),
            Op::Dense { outputs } => dense(x, part(0), part(1), self.input().len(), outputs),
            Op::Activation(activation) => kernel_activation(activation).forward(x),
            Op::NearestUpsample => self.nearest().forward(x),
            Op::Concat => self.concat().forward(x, inputs[1]),
            Op::Input | Op::Flatten | Op::Dropout { .. } => x.to_vec(),
        };
        if relu { Activation::Relu.forward(&y) } else { y }
    }

    /// Computes the gradient with respect to each input from the inputs, the output and its
    /// gradient, which must be 0 where a ReLU of the step is 0. Batch norm
    /// uses its running statistics.
    pub fn backward_inputs(
        &self,
        weights: &[f32],
        inputs: &[&[f32]],
        y: &[f32],
        gradient: &[f32],
    ) -> Vec<Vec<f32>> {
        let x = inputs[0];
        let weight = || self.values(weights, 0);
        match self.step.op {
            Op::Conv { kernel, stride, padding, .. } => {
                vec![self.conv(kernel, stride, padding).backward_input(weight(), gradient)]
            }
            Op::DepthwiseConv { kernel, stride, padding } => {
                vec![self.depthwise(kernel, stride, padding).backward_input(weight(), gradient)]
            }
            Op::TransposedConv { .. } => {
                vec![self.transposed_conv().backward_input(weight(), gradient)]
            }
            Op::Dense { outputs } => {
                vec![dense_backward_input(weight(), gradient, self.input().len(), outputs)]
            }
            Op::BatchNorm => {
                vec![self.norm().backward(x, y, gradient, &self.norm_parameters(weights)).x]
            }
            Op::Activation(activation) => {
                vec![kernel_activation(activation).backward(x, y, gradient)]
            }
            Op::MaxPool { side } => vec![self.pool(side).backward(x, gradient)],
            Op::AveragePool { side } => vec![self.average_pool(side).backward(gradient)],
            Op::GlobalAveragePool => vec![self.global_average_pool().backward(gradient)],
            Op::Add => vec![gradient.to_vec(); 2],
            Op::NearestUpsample => vec![self.nearest().backward(gradient)],
            Op::Concat => self.concat().backward(gradient).into(),
            Op::Input | Op::Flatten | Op::Dropout { .. } => vec![gradient.to_vec()],
        }
    }

    /// Computes the gradient with respect to each learned parameter, summed over the batch, from the
    /// same as [`Self::backward_inputs`].
    pub fn backward_parameters(
        &self,
        weights: &[f32],
        inputs: &[&[f32]],
        y: &[f32],
        gradient: &[f32],
    ) -> Vec<Vec<f32>> {
        let x = inputs[0];
        let linear = |found: WeightGradients| vec![found.weight, found.bias];
        match self.step.op {
            Op::Conv { kernel, stride, padding, .. } => {
                linear(self.conv(kernel, stride, padding).backward_weights(x, gradient))
            }
            Op::DepthwiseConv { kernel, stride, padding } => {
                linear(self.depthwise(kernel, stride, padding).backward_weights(x, gradient))
            }
            Op::TransposedConv { .. } => {
                linear(self.transposed_conv().backward_weights(x, gradient))
            }
            Op::Dense { outputs } => {
                linear(dense_backward_weights(x, gradient, self.input().len(), outputs))
            }
            Op::BatchNorm => {
                let by = self.norm_parameters(weights);
                let found = self.norm().backward(x, y, gradient, &by);
                vec![found.scale, found.shift]
            }
            _ => Vec::new(),
        }
    }

    /// Returns the gradient of what a ReLU of the step is applied to, from the output and its
    /// gradient. Max-pooling with ReLU does that itself.
    pub(crate) fn before_relu(&self, y: &[f32], gradient: Vec<f32>) -> Vec<f32> {
        let is_own = matches!(self.step.op, Op::MaxPool { .. });
        if self.step.relu && !is_own { relu_backward(y, &gradient) } else { gradient }
    }

    /// Returns the values of a parameter of the operation.
    pub(crate) fn values<'w>(&self, weights: &'w [f32], index: usize) -> &'w [f32] {
        &weights[self.parameters[index].values.clone()]
    }

    pub(crate) fn norm_parameters<'w>(&self, weights: &'w [f32]) -> NormParameters<'w> {
        let [scale, shift, mean, variance] = [0, 1, 2, 3].map(|index| self.values(weights, index));
        NormParameters { scale, shift, mean, variance }
    }

    /// Returns the shape of the first input.
    pub(crate) fn input(&self) -> FeatureShape {
        self.step.inputs[0].shape
    }

    fn conv(&self, kernel: usize, stride: usize, padding: usize) -> Conv {
        let ([inputs, height, width], [outputs, ..]) =
            (self.input().dimensions(), self.step.shape.dimensions());
        let size = [height, width];
        Conv { batch: self.batch, inputs, outputs, size, kernel, stride, padding }
    }

    fn depthwise(&self, kernel: usize, stride: usize, padding: usize) -> DepthwiseConv {
        let [channels, height, width] = self.input().dimensions();
        let size = [height, width];
        DepthwiseConv { batch: self.batch, channels, size, kernel, stride, padding }
    }

    fn transposed_conv(&self) -> TransposedConv {
        let ([inputs, height, width], [outputs, ..]) =
            (self.input().dimensions(), self.step.shape.dimensions());
        TransposedConv { batch: self.batch, inputs, outputs, size: [height, width] }
    }

    pub(crate) fn norm(&self) -> BatchNorm {
        let [channels, height, width] = self.step.shape.dimensions();
        let (batch, relu) = (self.batch, self.step.relu);
        BatchNorm { batch, channels, pixels: height * width, relu, running: true }
    }

    fn pool(&self, side: usize) -> Pool {
        Pool { shape: self.input_shape(), side, relu: self.step.relu }
    }

    fn average_pool(&self, side: usize) -> AveragePool {
        AveragePool { shape: self.input_shape(), side }
    }

    fn global_average_pool(&self) -> GlobalAveragePool {
        GlobalAveragePool { shape: self.input_shape() }
    }

    fn nearest(&self) -> NearestUpsample {
        NearestUpsample { shape: self.input_shape() }
    }

    fn concat(&self) -> Concat {
        let lengths = [0, 1].map(|index| self.step.inputs[index].shape.len());
        Concat { batch: self.batch, lengths }
    }

    fn input_shape(&self) -> [usize; 4] {
        let [channels, height, width] = self.input().dimensions();
        [self.batch, channels, height, width]
    }
}

fn kernel_activation(activation: model::Activation) -> Activation {
    match activation {
        model::Activation::Relu => Activation::Relu,
        model::Activation::LeakyRelu => Activation::LeakyRelu,
        model::Activation::Tanh => Activation::Tanh,
        model::Activation::Gelu => Activation::Gelu,
        model::Activation::Sigmoid => Activation::Sigmoid,
    }
}
