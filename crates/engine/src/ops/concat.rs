//! Concatenation along channels, for skip connections.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, DispatchKindConversion};
use burn::tensor::{DispatchTensor, Tensor};
use kernels::Concat;

use super::backend::{Kernels, autodiff_primitive, primitive};

/// Concatenates along channels: `[batch, a + b, height, width]` from `[batch, a, height, width]`
/// and `[batch, b, height, width]`.
pub(crate) fn concat(a: Tensor<4>, b: Tensor<4>) -> Tensor<4> {
    on_backend_of!(a, concat_on[](a, b))
}

fn concat_on<B: Kernels>(a: Tensor<4>, b: Tensor<4>) -> Tensor<4>
where
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    let shapes = [a.dims(), b.dims()];
    let [batch, first, height, width] = shapes[0];
    let join = Concat { batch, lengths: shapes.map(|shape| shape[1..].iter().product()) };
    let shape = [batch, first + shapes[1][1], height, width];
    if !a.device().is_autodiff() {
        let y = B::concat(&join, shape, &primitive::<B, 4>(a), &primitive::<B, 4>(b));
        return Tensor::from_primitive::<B>(y);
    }
    let (a, node_a) = autodiff_primitive::<B, 4>(a).into_parts();
    let (b, node_b) = autodiff_primitive::<B, 4>(b).into_parts();
    let y = B::concat(&join, shape, &a, &b);
    let prepared =
        ConcatBackward.prepare::<NoCheckpointing>([node_a, node_b]).compute_bound().stateful();
    Tensor::from_primitive::<Autodiff<B>>(match prepared {
        OpsKind::Tracked(prepared) => prepared.finish((join, shapes), y),
        OpsKind::UnTracked(prepared) => prepared.finish(y),
    })
}

/// Backward pass of a concatenation.
#[derive(Debug)]
struct ConcatBackward;

impl<B: Kernels> Backward<B, 2> for ConcatBackward {
    type State = (Concat, [[usize; 4]; 2]);

    fn backward(self, ops: Ops<Self::State, 2>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let (join, shapes) = ops.state;
        let gradient = gradients.consume::<B>(&ops.node);
        let found: [FloatTensor<B>; 2] = B::split(&join, shapes, &gradient);
        for (node, found) in ops.parents.into_iter().zip(found) {
            if let Some(node) = node {
                gradients.register::<B>(node.id, found);
            }
        }
    }
}
