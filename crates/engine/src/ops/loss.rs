//! Losses: see [`kernels::Loss`].

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, DispatchKindConversion};
use burn::tensor::{DispatchTensor, Tensor};
use kernels::Loss;

use super::{Kernels, plain, tracked};

/// The loss `[1]` of logits `[batch, classes, …]`, class ids `[batch, …]` as floats, and the classes'
/// weights `[classes]`. Only the logits may be in a graph.
pub(crate) fn loss<const D: usize, const E: usize>(
    kind: Loss,
    logits: Tensor<D>,
    targets: Tensor<E>,
    weights: Tensor<1>,
) -> Tensor<1> {
    on_backend_of!(logits, lost[D, E](kind, logits, targets, weights))
}

fn lost<B: Kernels, const D: usize, const E: usize>(
    kind: Loss,
    logits: Tensor<D>,
    targets: Tensor<E>,
    weights: Tensor<1>,
) -> Tensor<1>
where
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    let (targets, weights) = (plain::<B, E>(targets), plain::<B, 1>(weights));
    if !logits.device().is_autodiff() {
        let [value, _] = B::loss(&kind, [&plain::<B, D>(logits), &targets, &weights]);
        return Tensor::from_primitive::<B>(value);
    }
    let (logits, node) = tracked::<B, D>(logits).into_parts();
    let [value, sums] = B::loss(&kind, [&logits, &targets, &weights]);
    let prepared = Lost.prepare::<NoCheckpointing>([node]).compute_bound().stateful();
    Tensor::from_primitive::<Autodiff<B>>(match prepared {
        OpsKind::Tracked(prepared) => {
            prepared.finish((kind, [logits, targets, weights, sums]), value)
        }
        OpsKind::UnTracked(prepared) => prepared.finish(value),
    })
}

/// The way back through a loss.
#[derive(Debug)]
struct Lost;

impl<B: Kernels> Backward<B, 1> for Lost {
    type State = (Loss, [FloatTensor<B>; 4]);

    fn backward(self, ops: Ops<Self::State, 1>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let [node] = ops.parents;
        let (kind, [logits, targets, weights, sums]) = &ops.state;
        let slope = gradients.consume::<B>(&ops.node);
        if let Some(node) = node {
            let found = B::loss_backward(kind, [logits, targets, weights, sums, &slope]);
            gradients.register::<B>(node.id, found);
        }
    }
}
