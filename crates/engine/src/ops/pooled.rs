//! Max-pooling.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, DispatchKindConversion};
use burn::tensor::{DispatchTensor, Tensor};

use super::{Kernels, Pool, plain, tracked};

/// Pools, as a part of the graph where there is one.
pub(super) fn pooled<B: Kernels>(x: Tensor<4>, relu: bool) -> Tensor<4>
where
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    let pool = Pool { shape: x.dims(), relu };
    if !x.device().is_autodiff() {
        return Tensor::from_primitive::<B>(B::pool(&pool, &plain::<B, 4>(x)));
    }
    let (x, node) = tracked::<B, 4>(x).into_parts();
    let output = B::pool(&pool, &x);
    let prepared = Pooled.prepare::<NoCheckpointing>([node]).compute_bound().stateful();
    Tensor::from_primitive::<Autodiff<B>>(match prepared {
        OpsKind::Tracked(prepared) => prepared.finish((x, pool), output),
        OpsKind::UnTracked(prepared) => prepared.finish(output),
    })
}

/// The way back through max-pooling.
#[derive(Debug)]
struct Pooled;

impl<B: Kernels> Backward<B, 1> for Pooled {
    type State = (FloatTensor<B>, Pool);

    fn backward(self, ops: Ops<Self::State, 1>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let [node] = ops.parents;
        let (x, pool) = ops.state;
        let gradient = gradients.consume::<B>(&ops.node);
        if let Some(node) = node {
            gradients.register::<B>(node.id, B::pool_backward(&pool, &x, &gradient));
        }
    }
}
