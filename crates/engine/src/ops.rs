//! Operations with kernels of our own, as parts of burn's automatic differentiation.
//!
//! burn convolves through copies of every patch, and its gradients of kernels start few threads on
//! a GPU. For the few channels of these networks that costs more than the products themselves. So
//! the layers call the operations here: on the CPU they are the crate [`kernels`], on a GPU shaders
//! written for the very shapes at hand.

pub(crate) mod cpu;
#[cfg(feature = "gpu")]
pub(crate) mod gpu;

use std::fmt::Debug;
use std::marker::PhantomData;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, DispatchDevice, DispatchKindConversion, Flex};
use burn::tensor::{Device, DispatchTensor, Tensor};
use kernels::{Conv, Upsample};

/// A backend with kernels of our own. Tensors are of 32-bit floats.
pub(crate) trait Kernels: Backend {
    /// See [`Conv::forward`]; ReLU follows where asked for.
    fn conv(
        conv: &Conv,
        relu: bool,
        x: &FloatTensor<Self>,
        weight: &FloatTensor<Self>,
        bias: &FloatTensor<Self>,
    ) -> FloatTensor<Self>;

    /// See [`Conv::backward_input`].
    fn conv_backward_input(
        conv: &Conv,
        weight: &FloatTensor<Self>,
        gradient: &FloatTensor<Self>,
    ) -> FloatTensor<Self>;

    /// See [`Conv::backward_weights`]: gradients of kernels and bias.
    fn conv_backward_weights(
        conv: &Conv,
        x: &FloatTensor<Self>,
        gradient: &FloatTensor<Self>,
    ) -> [FloatTensor<Self>; 2];

    /// See [`kernels::pool`].
    fn pool(x: &FloatTensor<Self>, shape: [usize; 4]) -> FloatTensor<Self>;

    /// See [`kernels::pool_backward`].
    fn pool_backward(
        x: &FloatTensor<Self>,
        shape: [usize; 4],
        gradient: &FloatTensor<Self>,
    ) -> FloatTensor<Self>;
}

/// Whether the CPU backend computes there.
pub(crate) fn is_cpu(device: &Device) -> bool {
    matches!(device.clone().inner().as_dispatch(), DispatchDevice::Flex(_))
}

/// Convolution with stride 1 and `padding` zeros to each side, followed by ReLU where asked for:
/// `[batch, out, …]` from `[batch, in, height, width]`, `[out, in, kernel, kernel]` and `[out]`.
pub(crate) fn conv2d(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Tensor<1>,
    padding: usize,
    relu: bool,
) -> Tensor<4> {
    let [batch, inputs, height, width] = x.dims();
    let [outputs, _, kernel, _] = weight.dims();
    let conv = Conv { batch, inputs, outputs, size: [height, width], kernel, padding };
    run(x, weight, bias, Convolution { conv, relu })
}

/// Max-pooling over squares of 2×2: `[batch, channels, height/2, width/2]`.
pub(crate) fn pool(x: Tensor<4>) -> Tensor<4> {
    #[cfg(feature = "gpu")]
    if !is_cpu(&x.device()) {
        return pooled::<burn::backend::Cube>(x);
    }
    pooled::<Flex>(x)
}

/// x·W + b: `[batch, out]` from `[batch, in]`, `[in, out]` and `[out]`.
pub(crate) fn dense(x: Tensor<2>, weight: Tensor<2>, bias: Tensor<1>) -> Tensor<2> {
    let ([batch, inputs], [_, outputs]) = (x.dims(), weight.dims());
    run(x, weight, bias, Dense { batch, inputs, outputs })
}

/// Transposed convolution with kernels of 2×2 and stride 2: `[batch, out, 2 height, 2 width]` from
/// `[batch, in, height, width]`, `[in, out, 2, 2]` and `[out]`.
pub(crate) fn upsample(x: Tensor<4>, weight: Tensor<4>, bias: Tensor<1>) -> Tensor<4> {
    let [batch, inputs, height, width] = x.dims();
    let [_, outputs, ..] = weight.dims();
    run(x, weight, bias, Upsample { batch, inputs, outputs, size: [height, width] })
}

/// A dense layer on a batch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dense {
    pub(crate) batch: usize,
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
}

/// Runs an operation where its tensors are. No operation of burn's own is named here that would
/// bring its kernels for matrices and convolutions along: they are a third of the engine's size.
#[cfg(feature = "gpu")]
fn run<O, const D: usize>(
    x: Tensor<D>,
    weight: Tensor<D>,
    bias: Tensor<1>,
    operation: O,
) -> Tensor<D>
where
    O: Operation<Flex> + Operation<burn::backend::Cube>,
{
    if is_cpu(&x.device()) {
        learned::<Flex, _, D>(x, weight, bias, operation)
    } else {
        learned::<burn::backend::Cube, _, D>(x, weight, bias, operation)
    }
}

/// Runs an operation on the CPU, the only device of this build.
#[cfg(not(feature = "gpu"))]
fn run<O: Operation<Flex>, const D: usize>(
    x: Tensor<D>,
    weight: Tensor<D>,
    bias: Tensor<1>,
    operation: O,
) -> Tensor<D> {
    learned::<Flex, _, D>(x, weight, bias, operation)
}

/// An operation with kernels and bias on one backend.
pub(crate) trait Operation<B: Backend>: Clone + Send + Debug + 'static {
    fn forward(
        &self,
        x: &FloatTensor<B>,
        weight: &FloatTensor<B>,
        bias: &FloatTensor<B>,
    ) -> FloatTensor<B>;

    /// The output's gradient, as far as it comes through what follows the sums.
    fn through(&self, y: &FloatTensor<B>, gradient: FloatTensor<B>) -> FloatTensor<B>;

    fn backward_input(&self, weight: &FloatTensor<B>, gradient: &FloatTensor<B>) -> FloatTensor<B>;

    /// Gradients of kernels and bias.
    fn backward_weights(
        &self,
        x: &FloatTensor<B>,
        gradient: &FloatTensor<B>,
    ) -> [FloatTensor<B>; 2];
}

/// A convolution and what follows it.
#[derive(Clone, Debug)]
struct Convolution {
    conv: Conv,
    relu: bool,
}

impl<B: Kernels> Operation<B> for Convolution {
    fn forward(
        &self,
        x: &FloatTensor<B>,
        weight: &FloatTensor<B>,
        bias: &FloatTensor<B>,
    ) -> FloatTensor<B> {
        B::conv(&self.conv, self.relu, x, weight, bias)
    }

    fn through(&self, y: &FloatTensor<B>, gradient: FloatTensor<B>) -> FloatTensor<B> {
        if self.relu { B::relu_backward(y.clone(), gradient) } else { gradient }
    }

    fn backward_input(&self, weight: &FloatTensor<B>, gradient: &FloatTensor<B>) -> FloatTensor<B> {
        B::conv_backward_input(&self.conv, weight, gradient)
    }

    fn backward_weights(
        &self,
        x: &FloatTensor<B>,
        gradient: &FloatTensor<B>,
    ) -> [FloatTensor<B>; 2] {
        B::conv_backward_weights(&self.conv, x, gradient)
    }
}

fn learned<B, O, const D: usize>(
    x: Tensor<D>,
    weight: Tensor<D>,
    bias: Tensor<1>,
    operation: O,
) -> Tensor<D>
where
    B: Backend,
    O: Operation<B>,
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    if !x.device().is_autodiff() {
        let output =
            operation.forward(&plain::<B, D>(x), &plain::<B, D>(weight), &plain::<B, 1>(bias));
        return Tensor::from_primitive::<B>(output);
    }
    let (x, node_x) = tracked::<B, D>(x).into_parts();
    let (weight, node_weight) = tracked::<B, D>(weight).into_parts();
    let (bias, node_bias) = tracked::<B, 1>(bias).into_parts();
    let output = operation.forward(&x, &weight, &bias);
    let prepared = Learned(PhantomData::<O>)
        .prepare::<NoCheckpointing>([node_x, node_weight, node_bias])
        .compute_bound()
        .stateful();
    Tensor::from_primitive::<Autodiff<B>>(match prepared {
        OpsKind::Tracked(prepared) => {
            let state = State { operation, x, weight, y: output.clone() };
            prepared.finish(state, output)
        }
        OpsKind::UnTracked(prepared) => prepared.finish(output),
    })
}

/// The way back through an operation with kernels and bias.
#[derive(Debug)]
struct Learned<O>(PhantomData<O>);

/// What it needs for that.
#[derive(Clone, Debug)]
struct State<O, F> {
    operation: O,
    x: F,
    weight: F,
    y: F,
}

impl<B: Backend, O: Operation<B>> Backward<B, 3> for Learned<O> {
    type State = State<O, FloatTensor<B>>;

    fn backward(self, ops: Ops<Self::State, 3>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let [node_x, node_weight, node_bias] = ops.parents;
        let State { operation, x, weight, y } = ops.state;
        let gradient = operation.through(&y, gradients.consume::<B>(&ops.node));
        if let Some(node) = node_x {
            gradients.register::<B>(node.id, operation.backward_input(&weight, &gradient));
        }
        if node_weight.is_some() || node_bias.is_some() {
            let found = operation.backward_weights(&x, &gradient);
            for (node, found) in [node_weight, node_bias].into_iter().zip(found) {
                if let Some(node) = node {
                    gradients.register::<B>(node.id, found);
                }
            }
        }
    }
}

fn pooled<B: Kernels>(x: Tensor<4>) -> Tensor<4>
where
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    let shape = x.dims();
    if !x.device().is_autodiff() {
        return Tensor::from_primitive::<B>(B::pool(&plain::<B, 4>(x), shape));
    }
    let (x, node) = tracked::<B, 4>(x).into_parts();
    let output = B::pool(&x, shape);
    let prepared = Pooled.prepare::<NoCheckpointing>([node]).compute_bound().stateful();
    Tensor::from_primitive::<Autodiff<B>>(match prepared {
        OpsKind::Tracked(prepared) => prepared.finish((x, shape), output),
        OpsKind::UnTracked(prepared) => prepared.finish(output),
    })
}

/// The way back through max-pooling.
#[derive(Debug)]
struct Pooled;

impl<B: Kernels> Backward<B, 1> for Pooled {
    type State = (FloatTensor<B>, [usize; 4]);

    fn backward(self, ops: Ops<Self::State, 1>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let [node] = ops.parents;
        let (x, shape) = ops.state;
        let gradient = gradients.consume::<B>(&ops.node);
        if let Some(node) = node {
            gradients.register::<B>(node.id, B::pool_backward(&x, shape, &gradient));
        }
    }
}

/// The backend's tensor of one that is in no graph.
pub(crate) fn plain<B: Backend, const D: usize>(tensor: Tensor<D>) -> FloatTensor<B>
where
    DispatchTensor: DispatchKindConversion<B>,
{
    tensor.try_into_primitive::<B>().expect("a tensor of this backend")
}

fn tracked<B: Backend, const D: usize>(tensor: Tensor<D>) -> FloatTensor<Autodiff<B>>
where
    DispatchTensor: DispatchKindConversion<Autodiff<B>>,
{
    // Constants take part without a gradient.
    let tensor = if tensor.device().is_autodiff() { tensor } else { tensor.autodiff() };
    tensor.try_into_primitive::<Autodiff<B>>().expect("a tensor of this backend")
}
