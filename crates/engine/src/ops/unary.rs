//! Operations on one tensor, without anything learned: pooling, activations, upsampling by
//! repetition.

use std::fmt::Debug;
use std::marker::PhantomData;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, DispatchKindConversion};
use burn::tensor::{DispatchTensor, Tensor};

use super::{plain, tracked};

/// An operation on one tensor on one backend.
pub(crate) trait Unary<B: Backend>: Clone + Send + Debug + 'static {
    fn forward(&self, x: &FloatTensor<B>) -> FloatTensor<B>;

    /// The gradient of x from x, the output, and the output's gradient.
    fn backward(
        &self,
        x: &FloatTensor<B>,
        y: &FloatTensor<B>,
        gradient: &FloatTensor<B>,
    ) -> FloatTensor<B>;
}

/// Runs an operation, as a part of the graph where there is one.
pub(super) fn unary<B, O, const D: usize>(x: Tensor<D>, operation: O) -> Tensor<D>
where
    B: Backend,
    O: Unary<B>,
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    if !x.device().is_autodiff() {
        return Tensor::from_primitive::<B>(operation.forward(&plain::<B, D>(x)));
    }
    let (x, node) = tracked::<B, D>(x).into_parts();
    let y = operation.forward(&x);
    let prepared =
        Mapped(PhantomData::<O>).prepare::<NoCheckpointing>([node]).compute_bound().stateful();
    Tensor::from_primitive::<Autodiff<B>>(match prepared {
        OpsKind::Tracked(prepared) => prepared.finish((operation, x, y.clone()), y),
        OpsKind::UnTracked(prepared) => prepared.finish(y),
    })
}

/// The way back through an operation on one tensor.
#[derive(Debug)]
struct Mapped<O>(PhantomData<O>);

impl<B: Backend, O: Unary<B>> Backward<B, 1> for Mapped<O> {
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
