//! Batch norm, see [`kernels::BatchNorm`].

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, DispatchKindConversion};
use burn::tensor::{DispatchTensor, Tensor};
use kernels::BatchNorm;

use super::backend::{Kernels, autodiff_primitive, primitive};

/// Parameters of a batch norm, `[channels]` each.
pub(crate) struct NormParams {
    pub(crate) scale: Tensor<1>,
    pub(crate) shift: Tensor<1>,
    /// Running mean and running variance.
    pub(crate) running: [Tensor<1>; 2],
}

/// Normalizes `[batch, channels, …]` with the statistics of the batch. Also returns the updated
/// running mean and variance.
pub(crate) fn batch_norm_train<const D: usize>(
    x: Tensor<D>,
    params: NormParams,
    relu: bool,
) -> (Tensor<D>, [Tensor<1>; 2]) {
    on_backend_of!(x, batch_norm_train_on[D](x, params, relu))
}

/// Normalizes `[batch, channels, …]` with the running statistics.
pub(crate) fn batch_norm<const D: usize>(
    x: Tensor<D>,
    params: NormParams,
    relu: bool,
) -> Tensor<D> {
    on_backend_of!(x, batch_norm_on[D](x, params, relu))
}

fn shape<const D: usize>(x: &Tensor<D>, relu: bool, running: bool) -> BatchNorm {
    let [batch, channels] = [x.dims()[0], x.dims()[1]];
    let pixels = x.dims()[2..].iter().product();
    BatchNorm { batch, channels, pixels, relu, running }
}

fn batch_norm_train_on<B: Kernels, const D: usize>(
    x: Tensor<D>,
    params: NormParams,
    relu: bool,
) -> (Tensor<D>, [Tensor<1>; 2])
where
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    let norm = shape(&x, relu, false);
    let values = if x.device().is_autodiff() { x.clone().inner() } else { x.clone() };
    let [mean, variance] = params.running.map(|running| primitive::<B, 1>(without_graph(running)));
    let [own_mean, own_variance, mean, variance] =
        B::norm_statistics(&norm, &primitive::<B, D>(values), [&mean, &variance]);
    let updated = [mean, variance].map(Tensor::from_primitive::<B>);
    let y = apply::<B, D>(norm, x, params.scale, params.shift, [own_mean, own_variance]);
    (y, updated)
}

fn batch_norm_on<B: Kernels, const D: usize>(
    x: Tensor<D>,
    params: NormParams,
    relu: bool,
) -> Tensor<D>
where
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    let norm = shape(&x, relu, true);
    let by = params.running.map(|running| primitive::<B, 1>(without_graph(running)));
    apply::<B, D>(norm, x, params.scale, params.shift, by)
}

fn apply<B: Kernels, const D: usize>(
    norm: BatchNorm,
    x: Tensor<D>,
    scale: Tensor<1>,
    shift: Tensor<1>,
    [mean, variance]: [FloatTensor<B>; 2],
) -> Tensor<D>
where
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    if !x.device().is_autodiff() {
        let (scale, shift) = (primitive::<B, 1>(scale), primitive::<B, 1>(shift));
        let by = [&mean, &variance, &scale, &shift];
        return Tensor::from_primitive::<B>(B::norm(&norm, &primitive::<B, D>(x), by));
    }
    let (x, node_x) = autodiff_primitive::<B, D>(x).into_parts();
    let (scale, node_scale) = autodiff_primitive::<B, 1>(scale).into_parts();
    let (shift, node_shift) = autodiff_primitive::<B, 1>(shift).into_parts();
    let y = B::norm(&norm, &x, [&mean, &variance, &scale, &shift]);
    let prepared = BatchNormBackward
        .prepare::<NoCheckpointing>([node_x, node_scale, node_shift])
        .compute_bound()
        .stateful();
    Tensor::from_primitive::<Autodiff<B>>(match prepared {
        OpsKind::Tracked(prepared) => {
            let state = Saved { norm, x, y: y.clone(), by: [mean, variance, scale, shift] };
            prepared.finish(state, y)
        }
        OpsKind::UnTracked(prepared) => prepared.finish(y),
    })
}

/// Backward pass of a batch norm.
#[derive(Debug)]
struct BatchNormBackward;

/// Tensors saved for the backward pass.
#[derive(Clone, Debug)]
struct Saved<F> {
    norm: BatchNorm,
    x: F,
    y: F,
    by: [F; 4],
}

impl<B: Kernels> Backward<B, 3> for BatchNormBackward {
    type State = Saved<FloatTensor<B>>;

    fn backward(self, ops: Ops<Self::State, 3>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let Saved { norm, x, y, by } = &ops.state;
        let gradient = gradients.consume::<B>(&ops.node);
        let found = B::norm_backward(norm, [x, y, &gradient], by.each_ref());
        for (node, found) in ops.parents.into_iter().zip(found) {
            if let Some(node) = node {
                gradients.register::<B>(node.id, found);
            }
        }
    }
}

/// Detaches a tensor from the autodiff graph.
fn without_graph(tensor: Tensor<1>) -> Tensor<1> {
    if tensor.device().is_autodiff() { tensor.inner() } else { tensor }
}
