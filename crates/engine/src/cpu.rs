//! The CPU's own kernels behind burn's tensors.
//!
//! burn's CPU backend convolves through copies of every patch, which for the few channels of these
//! networks costs more than the products themselves. So on the CPU the layers call the crate
//! [`kernels`], as operations of burn's automatic differentiation; on a GPU they call burn. Every
//! function here answers `None` for tensors that are not on the CPU.

use std::borrow::Cow;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, NodeGuard, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, DispatchDevice, Flex};
use burn::tensor::{Device, Tensor, TensorData};
use kernels::{Conv, Epilogue, Upsample};

/// A tensor of the CPU backend.
pub(crate) type Floats = FloatTensor<Flex>;
/// The same with its place in the graph.
type Tracked = FloatTensor<Autodiff<Flex>>;

/// Whether the CPU backend computes there.
pub(crate) fn is_cpu(device: &Device) -> bool {
    matches!(device.clone().inner().as_dispatch(), DispatchDevice::Flex(_))
}

/// Convolution with stride 1 and `padding` zeros to each side, followed by ReLU where asked for:
/// `[batch, out, …]` from `[batch, in, height, width]`, `[out, in, kernel, kernel]` and `[out]`.
pub(crate) fn conv2d(
    x: &Tensor<4>,
    weight: &Tensor<4>,
    bias: &Tensor<1>,
    padding: usize,
    relu: bool,
) -> Option<Tensor<4>> {
    let [batch, inputs, height, width] = x.dims();
    let [outputs, _, kernel, _] = weight.dims();
    let conv = Conv { batch, inputs, outputs, size: [height, width], kernel, padding };
    run(x, weight, bias, ConvOperation { conv, relu })
}

/// Transposed convolution with kernels of 2×2 and stride 2: `[batch, out, 2 height, 2 width]` from
/// `[batch, in, height, width]`, `[in, out, 2, 2]` and `[out]`.
pub(crate) fn upsample(x: &Tensor<4>, weight: &Tensor<4>, bias: &Tensor<1>) -> Option<Tensor<4>> {
    let [batch, inputs, height, width] = x.dims();
    let [_, outputs, ..] = weight.dims();
    run(x, weight, bias, Upsample { batch, inputs, outputs, size: [height, width] })
}

/// Max-pooling over squares of 2×2: `[batch, channels, height/2, width/2]`.
pub(crate) fn pool(x: &Tensor<4>) -> Option<Tensor<4>> {
    if !is_cpu(&x.device()) {
        return None;
    }
    let [batch, channels, height, width] = x.dims();
    let shape = [batch, channels, height / 2, width / 2];
    let forward = |x: &Floats| tensor(kernels::pool(&floats(x), [height, width]), shape);
    if !x.device().is_autodiff() {
        return Some(Tensor::from_primitive::<Flex>(forward(&plain(x.clone()))));
    }
    let x = tracked(x);
    let output = forward(x.primitive());
    let (x, node) = x.into_parts();
    let prepared = PoolOperation.prepare::<NoCheckpointing>([node]).compute_bound().stateful();
    Some(Tensor::from_primitive::<Autodiff<Flex>>(match prepared {
        OpsKind::Tracked(prepared) => prepared.finish((x, [height, width]), output),
        OpsKind::UnTracked(prepared) => prepared.finish(output),
    }))
}

/// An operation with kernels and bias.
trait Operation: Clone + Send + std::fmt::Debug + 'static {
    /// Shape of the output.
    fn shape(&self) -> [usize; 4];
    fn forward(&self, x: &[f32], weight: &[f32], bias: &[f32]) -> Vec<f32>;
    /// The output's gradient, as far as it comes through what follows the sums.
    fn gradient<'g>(&self, gradient: Cow<'g, [f32]>, y: &[f32]) -> Cow<'g, [f32]>;
    fn backward_input(&self, weight: &[f32], gradient: &[f32]) -> Vec<f32>;
    fn backward_weights(&self, x: &[f32], gradient: &[f32]) -> kernels::WeightGradients;
}

/// A convolution and what follows it.
#[derive(Clone, Debug)]
struct ConvOperation {
    conv: Conv,
    relu: bool,
}

impl Operation for ConvOperation {
    fn shape(&self) -> [usize; 4] {
        let [height, width] = self.conv.output_size();
        [self.conv.batch, self.conv.outputs, height, width]
    }

    fn forward(&self, x: &[f32], weight: &[f32], bias: &[f32]) -> Vec<f32> {
        let end = if self.relu { Epilogue::Relu } else { Epilogue::None };
        self.conv.forward(x, weight, bias, end)
    }

    fn gradient<'g>(&self, gradient: Cow<'g, [f32]>, y: &[f32]) -> Cow<'g, [f32]> {
        if !self.relu {
            return gradient;
        }
        // Where the output is 0 the sum was not above it.
        let through = gradient.iter().zip(y).map(|(g, y)| if *y == 0.0 { 0.0 } else { *g });
        Cow::Owned(through.collect())
    }

    fn backward_input(&self, weight: &[f32], gradient: &[f32]) -> Vec<f32> {
        self.conv.backward_input(weight, gradient)
    }

    fn backward_weights(&self, x: &[f32], gradient: &[f32]) -> kernels::WeightGradients {
        self.conv.backward_weights(x, gradient)
    }
}

impl Operation for Upsample {
    fn shape(&self) -> [usize; 4] {
        [self.batch, self.outputs, 2 * self.size[0], 2 * self.size[1]]
    }

    fn forward(&self, x: &[f32], weight: &[f32], bias: &[f32]) -> Vec<f32> {
        Upsample::forward(self, x, weight, bias)
    }

    fn gradient<'g>(&self, gradient: Cow<'g, [f32]>, _y: &[f32]) -> Cow<'g, [f32]> {
        gradient
    }

    fn backward_input(&self, weight: &[f32], gradient: &[f32]) -> Vec<f32> {
        Upsample::backward_input(self, weight, gradient)
    }

    fn backward_weights(&self, x: &[f32], gradient: &[f32]) -> kernels::WeightGradients {
        Upsample::backward_weights(self, x, gradient)
    }
}

fn run<O: Operation>(
    x: &Tensor<4>,
    weight: &Tensor<4>,
    bias: &Tensor<1>,
    operation: O,
) -> Option<Tensor<4>> {
    if !is_cpu(&x.device()) {
        return None;
    }
    let forward = |x: &Floats, weight: &Floats, bias: &Floats| {
        let y = operation.forward(&floats(x), &floats(weight), &floats(bias));
        tensor(y, operation.shape())
    };
    if !x.device().is_autodiff() {
        let output = forward(&plain(x.clone()), &plain(weight.clone()), &plain(bias.clone()));
        return Some(Tensor::from_primitive::<Flex>(output));
    }
    let (x, node_x): (Floats, NodeGuard) = tracked(x).into_parts();
    let (weight, node_weight) = tracked(weight).into_parts();
    let (bias, node_bias) = tracked(bias).into_parts();
    let output = forward(&x, &weight, &bias);
    let prepared = Learned(std::marker::PhantomData::<O>)
        .prepare::<NoCheckpointing>([node_x, node_weight, node_bias])
        .compute_bound()
        .stateful();
    Some(Tensor::from_primitive::<Autodiff<Flex>>(match prepared {
        OpsKind::Tracked(prepared) => {
            let state = State { operation, x, weight, bias, y: output.clone() };
            prepared.finish(state, output)
        }
        OpsKind::UnTracked(prepared) => prepared.finish(output),
    }))
}

/// The way back through an operation with kernels and bias.
#[derive(Debug)]
struct Learned<O>(std::marker::PhantomData<O>);

/// What it needs for that.
#[derive(Clone, Debug)]
struct State<O> {
    operation: O,
    x: Floats,
    weight: Floats,
    bias: Floats,
    y: Floats,
}

impl<O: Operation> Backward<Flex, 3> for Learned<O> {
    type State = State<O>;

    fn backward(
        self,
        ops: Ops<State<O>, 3>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let [node_x, node_weight, node_bias] = ops.parents;
        let State { operation, x, weight, bias, y } = ops.state;
        let gradient = gradients.consume::<Flex>(&ops.node);
        let gradient = operation.gradient(floats(&gradient), &floats(&y));
        if let Some(node) = node_x {
            let found = operation.backward_input(&floats(&weight), &gradient);
            gradients.register::<Flex>(node.id, like(found, &x));
        }
        if node_weight.is_some() || node_bias.is_some() {
            let found = operation.backward_weights(&floats(&x), &gradient);
            if let Some(node) = node_weight {
                gradients.register::<Flex>(node.id, like(found.weight, &weight));
            }
            if let Some(node) = node_bias {
                gradients.register::<Flex>(node.id, like(found.bias, &bias));
            }
        }
    }
}

/// The way back through max-pooling.
#[derive(Debug)]
struct PoolOperation;

impl Backward<Flex, 1> for PoolOperation {
    type State = (Floats, [usize; 2]);

    fn backward(
        self,
        ops: Ops<Self::State, 1>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let [node] = ops.parents;
        let (x, size) = ops.state;
        let gradient = gradients.consume::<Flex>(&ops.node);
        if let Some(node) = node {
            let found = kernels::pool_backward(&floats(&x), size, &floats(&gradient));
            gradients.register::<Flex>(node.id, like(found, &x));
        }
    }
}

/// The tensor without its place in a graph. It must be on the CPU, and in no graph.
pub(crate) fn plain<const D: usize>(tensor: Tensor<D>) -> Floats {
    tensor.try_into_primitive::<Flex>().expect("a tensor of the CPU backend")
}

fn tracked<const D: usize>(tensor: &Tensor<D>) -> Tracked {
    // Constants take part without a gradient.
    let tensor =
        if tensor.device().is_autodiff() { tensor.clone() } else { tensor.clone().autodiff() };
    tensor.try_into_primitive::<Autodiff<Flex>>().expect("a tensor of the CPU backend")
}

/// A tensor's values, row by row.
pub(crate) fn floats(tensor: &Floats) -> Cow<'_, [f32]> {
    match tensor.as_slice::<f32>() {
        Some(values) => Cow::Borrowed(values),
        None => {
            let copy = tensor.to_contiguous();
            Cow::Owned(copy.as_slice::<f32>().expect("contiguous floats").to_vec())
        }
    }
}

fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> Floats {
    Floats::from_data(TensorData::new(values, shape))
}

/// Values in another tensor's shape.
fn like(values: Vec<f32>, other: &Floats) -> Floats {
    Floats::from_data(TensorData::new(values, other.layout().shape().clone()))
}
