//! Losses, see [`kernels::Loss`].

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, DispatchKindConversion};
use burn::tensor::{DispatchTensor, Tensor};
use kernels::Loss;

use super::backend::{Kernels, autodiff_primitive, primitive};

/// Computes the loss `[1]` of logits `[batch, classes, …]`, class ids `[batch, …]` as floats, and
/// class weights `[classes]`. Only the logits may be part of an autodiff graph.
pub(crate) fn loss<const D: usize, const E: usize>(
    kind: Loss,
    logits: Tensor<D>,
    targets: Tensor<E>,
    weights: Tensor<1>,
) -> Tensor<1> {
    on_backend_of!(logits, loss_on[D, E](kind, logits, targets, weights))
}

fn loss_on<B: Kernels, const D: usize, const E: usize>(
    kind: Loss,
    logits: Tensor<D>,
    targets: Tensor<E>,
    weights: Tensor<1>,
) -> Tensor<1>
where
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    let (targets, weights) = (primitive::<B, E>(targets), primitive::<B, 1>(weights));
    if !logits.device().is_autodiff() {
        let [value, _] = B::loss(&kind, [&primitive::<B, D>(logits), &targets, &weights]);
        return Tensor::from_primitive::<B>(value);
    }
    let (logits, node) = autodiff_primitive::<B, D>(logits).into_parts();
    let [value, sums] = B::loss(&kind, [&logits, &targets, &weights]);
    let prepared = LossBackward.prepare::<NoCheckpointing>([node]).compute_bound().stateful();
    Tensor::from_primitive::<Autodiff<B>>(match prepared {
        OpsKind::Tracked(prepared) => {
            prepared.finish((kind, [logits, targets, weights, sums]), value)
        }
        OpsKind::UnTracked(prepared) => prepared.finish(value),
    })
}

/// Backward pass of a loss.
#[derive(Debug)]
struct LossBackward;

impl<B: Kernels> Backward<B, 1> for LossBackward {
    type State = (Loss, [FloatTensor<B>; 4]);

    fn backward(self, ops: Ops<Self::State, 1>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let [node] = ops.parents;
        let (kind, [logits, targets, weights, sums]) = &ops.state;
        let gradient = gradients.consume::<B>(&ops.node);
        if let Some(node) = node {
            let found = B::loss_backward(kind, [logits, targets, weights, sums, &gradient]);
            gradients.register::<B>(node.id, found);
        }
    }
}
