//! Dropout with a precomputed mask.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, DispatchKindConversion};
use burn::tensor::{DispatchTensor, Tensor, TensorData};

use super::backend::{Kernels, autodiff_primitive, primitive};

/// Multiplies each value by its factor in the mask.
pub(crate) fn dropout<const D: usize>(x: Tensor<D>, factors: Vec<f32>) -> Tensor<D> {
    on_backend_of!(x, dropout_on[D](x, factors))
}

fn dropout_on<B: Kernels, const D: usize>(x: Tensor<D>, factors: Vec<f32>) -> Tensor<D>
where
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    let factors = TensorData::new(factors, x.dims());
    let factors = primitive::<B, D>(Tensor::from_data(factors, &x.device().inner()));
    if !x.device().is_autodiff() {
        return Tensor::from_primitive::<B>(B::multiply(&primitive::<B, D>(x), &factors));
    }
    let (x, node) = autodiff_primitive::<B, D>(x).into_parts();
    let y = B::multiply(&x, &factors);
    let prepared = DropoutBackward.prepare::<NoCheckpointing>([node]).compute_bound().stateful();
    Tensor::from_primitive::<Autodiff<B>>(match prepared {
        OpsKind::Tracked(prepared) => prepared.finish(factors, y),
        OpsKind::UnTracked(prepared) => prepared.finish(y),
    })
}

/// Backward pass of dropout.
#[derive(Debug)]
struct DropoutBackward;

impl<B: Kernels> Backward<B, 1> for DropoutBackward {
    type State = FloatTensor<B>;

    fn backward(self, ops: Ops<Self::State, 1>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let [node] = ops.parents;
        let gradient = gradients.consume::<B>(&ops.node);
        if let Some(node) = node {
            gradients.register::<B>(node.id, B::multiply(&gradient, &ops.state));
        }
    }
}
