//! Linear operations with weights and bias: convolutions and dense layers.

use std::fmt::Debug;
use std::marker::PhantomData;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, DispatchKindConversion};
use burn::tensor::{DispatchTensor, Tensor};
use kernels::Conv;

use super::backend::{Kernels, autodiff_primitive, primitive};

/// A linear operation with weights and bias on one backend.
pub(crate) trait LinearOp<B: Backend>: Clone + Send + Debug + 'static {
    fn forward(
        &self,
        x: &FloatTensor<B>,
        weight: &FloatTensor<B>,
        bias: &FloatTensor<B>,
    ) -> FloatTensor<B>;

    /// Propagates the gradient through the activation that follows, if any.
    fn backward_activation(&self, y: &FloatTensor<B>, gradient: FloatTensor<B>) -> FloatTensor<B>;

    fn backward_input(&self, weight: &FloatTensor<B>, gradient: &FloatTensor<B>) -> FloatTensor<B>;

    /// Computes the gradients of weights and bias.
    fn backward_weights(
        &self,
        x: &FloatTensor<B>,
        gradient: &FloatTensor<B>,
    ) -> [FloatTensor<B>; 2];
}

/// Shape of a dense layer applied to a batch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dense {
    pub(crate) batch: usize,
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    /// Whether ReLU follows.
    pub(crate) relu: bool,
}

/// A convolution, optionally followed by ReLU.
#[derive(Clone, Debug)]
pub(super) struct Convolution {
    pub(super) conv: Conv,
    pub(super) relu: bool,
}

impl<B: Kernels> LinearOp<B> for Convolution {
    fn forward(
        &self,
        x: &FloatTensor<B>,
        weight: &FloatTensor<B>,
        bias: &FloatTensor<B>,
    ) -> FloatTensor<B> {
        B::conv(&self.conv, self.relu, x, weight, bias)
    }

    fn backward_activation(&self, y: &FloatTensor<B>, gradient: FloatTensor<B>) -> FloatTensor<B> {
        if self.relu { B::relu_grad(y, &gradient) } else { gradient }
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

/// Runs an operation. It becomes part of the autodiff graph if its input is.
pub(super) fn linear<B, O, const D: usize>(
    x: Tensor<D>,
    weight: Tensor<D>,
    bias: Tensor<1>,
    operation: O,
) -> Tensor<D>
where
    B: Backend,
    O: LinearOp<B>,
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    if !x.device().is_autodiff() {
        let output = operation.forward(
            &primitive::<B, D>(x),
            &primitive::<B, D>(weight),
            &primitive::<B, 1>(bias),
        );
        return Tensor::from_primitive::<B>(output);
    }
    let (x, node_x) = autodiff_primitive::<B, D>(x).into_parts();
    let (weight, node_weight) = autodiff_primitive::<B, D>(weight).into_parts();
    let (bias, node_bias) = autodiff_primitive::<B, 1>(bias).into_parts();
    let output = operation.forward(&x, &weight, &bias);
    let prepared = LinearBackward(PhantomData::<O>)
        .prepare::<NoCheckpointing>([node_x, node_weight, node_bias])
        .compute_bound()
        .stateful();
    Tensor::from_primitive::<Autodiff<B>>(match prepared {
        OpsKind::Tracked(prepared) => {
            let state = Saved { operation, x, weight, y: output.clone() };
            prepared.finish(state, output)
        }
        OpsKind::UnTracked(prepared) => prepared.finish(output),
    })
}

/// Backward pass of a linear operation.
#[derive(Debug)]
struct LinearBackward<O>(PhantomData<O>);

/// Tensors saved for the backward pass.
#[derive(Clone, Debug)]
struct Saved<O, F> {
    operation: O,
    x: F,
    weight: F,
    y: F,
}

impl<B: Backend, O: LinearOp<B>> Backward<B, 3> for LinearBackward<O> {
    type State = Saved<O, FloatTensor<B>>;

    fn backward(self, ops: Ops<Self::State, 3>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let [node_x, node_weight, node_bias] = ops.parents;
        let Saved { operation, x, weight, y } = ops.state;
        let gradient = operation.backward_activation(&y, gradients.consume::<B>(&ops.node));
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
