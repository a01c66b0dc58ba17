//! Operations on one tensor without parameters: pooling, activations, nearest-neighbor upsampling.

use std::fmt::Debug;
use std::marker::PhantomData;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, DispatchKindConversion};
use burn::tensor::{DispatchTensor, Tensor};

use super::backend::{autodiff_primitive, primitive};

/// An operation on one tensor, implemented for one backend.
pub(crate) trait UnaryOp<B: Backend>: Clone + Send + Debug + 'static {
    fn forward(&self, x: &FloatTensor<B>) -> FloatTensor<B>;

    /// Computes the gradient of x from x, the output and the gradient of the output.
    fn backward(
        &self,
        x: &FloatTensor<B>,
        y: &FloatTensor<B>,
        gradient: &FloatTensor<B>,
    ) -> FloatTensor<B>;
}

/// Runs an operation. It becomes part of the autodiff graph if its input is.
pub(super) fn unary<B, O, const D: usize>(x: Tensor<D>, operation: O) -> Tensor<D>
where
    B: Backend,
    O: UnaryOp<B>,
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    if !x.device().is_autodiff() {
        return Tensor::from_primitive::<B>(operation.forward(&primitive::<B, D>(x)));
    }
    let (x, node) = autodiff_primitive::<B, D>(x).into_parts();
    let y = operation.forward(&x);
    let prepared = UnaryBackward(PhantomData::<O>)
        .prepare::<NoCheckpointing>([node])
        .compute_bound()
        .stateful();
    Tensor::from_primitive::<Autodiff<B>>(match prepared {
        OpsKind::Tracked(prepared) => prepared.finish((operation, x, y.clone()), y),
        OpsKind::UnTracked(prepared) => prepared.finish(y),
    })
}

/// Backward pass of an operation on one tensor.
#[derive(Debug)]
struct UnaryBackward<O>(PhantomData<O>);

impl<B: Backend, O: UnaryOp<B>> Backward<B, 1> for UnaryBackward<O> {
    type State = (O, FloatTensor<B>, FloatTensor<B>);

    fn backward(self, ops: Ops<Self::State, 1>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let [node] = ops.parents;
        let (operation, x, y) = ops.state;
        let gradient = gradients.consume::<B>(&ops.node);
        if let Some(node) = node {
            gradients.register::<B>(node.id, operation.backward(&x, &y, &gradient));
        }
    }
}
