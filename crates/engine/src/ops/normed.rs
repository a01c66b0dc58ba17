//! Batch normalisation: see [`kernels::Norm`].

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, DispatchKindConversion};
use burn::tensor::{DispatchTensor, Tensor};
use kernels::Norm;

use super::{Kernels, plain, tracked};

/// What a normalisation takes beside its input, `[channels]` each.
pub(crate) struct Learned {
    pub(crate) scale: Tensor<1>,
    pub(crate) shift: Tensor<1>,
    /// Running mean and variance.
    pub(crate) running: [Tensor<1>; 2],
}

/// `[batch, channels, …]` normalised by its own statistics, and the running mean and variance that
/// follow.
pub(crate) fn norm_train<const D: usize>(
    x: Tensor<D>,
    learned: Learned,
    relu: bool,
) -> (Tensor<D>, [Tensor<1>; 2]) {
    on_backend_of!(x, train[D](x, learned, relu))
}

/// `[batch, channels, …]` normalised by running statistics.
pub(crate) fn norm<const D: usize>(x: Tensor<D>, learned: Learned, relu: bool) -> Tensor<D> {
    on_backend_of!(x, evaluate[D](x, learned, relu))
}

fn shape<const D: usize>(x: &Tensor<D>, relu: bool, running: bool) -> Norm {
    let [batch, channels] = [x.dims()[0], x.dims()[1]];
    let pixels = x.dims()[2..].iter().product();
    Norm { batch, channels, pixels, relu, running }
}

fn train<B: Kernels, const D: usize>(
    x: Tensor<D>,
    learned: Learned,
    relu: bool,
) -> (Tensor<D>, [Tensor<1>; 2])
where
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    let norm = shape(&x, relu, false);
    let values = if x.device().is_autodiff() { x.clone().inner() } else { x.clone() };
    let [mean, variance] = learned.running.map(|running| plain::<B, 1>(inner(running)));
    let [own_mean, own_variance, mean, variance] =
        B::norm_statistics(&norm, &plain::<B, D>(values), [&mean, &variance]);
    let remembered = [mean, variance].map(Tensor::from_primitive::<B>);
    let y = apply::<B, D>(norm, x, learned.scale, learned.shift, [own_mean, own_variance]);
    (y, remembered)
}

fn evaluate<B: Kernels, const D: usize>(x: Tensor<D>, learned: Learned, relu: bool) -> Tensor<D>
where
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    let norm = shape(&x, relu, true);
    let by = learned.running.map(|running| plain::<B, 1>(inner(running)));
    apply::<B, D>(norm, x, learned.scale, learned.shift, by)
}

fn apply<B: Kernels, const D: usize>(
    norm: Norm,
    x: Tensor<D>,
    scale: Tensor<1>,
    shift: Tensor<1>,
    [mean, variance]: [FloatTensor<B>; 2],
) -> Tensor<D>
where
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    if !x.device().is_autodiff() {
        let (scale, shift) = (plain::<B, 1>(scale), plain::<B, 1>(shift));
        let by = [&mean, &variance, &scale, &shift];
        return Tensor::from_primitive::<B>(B::norm(&norm, &plain::<B, D>(x), by));
    }
    let (x, node_x) = tracked::<B, D>(x).into_parts();
    let (scale, node_scale) = tracked::<B, 1>(scale).into_parts();
    let (shift, node_shift) = tracked::<B, 1>(shift).into_parts();
    let y = B::norm(&norm, &x, [&mean, &variance, &scale, &shift]);
    let prepared = Normed
        .prepare::<NoCheckpointing>([node_x, node_scale, node_shift])
        .compute_bound()
        .stateful();
    Tensor::from_primitive::<Autodiff<B>>(match prepared {
        OpsKind::Tracked(prepared) => {
            let state = State { norm, x, y: y.clone(), by: [mean, variance, scale, shift] };
            prepared.finish(state, y)
        }
        OpsKind::UnTracked(prepared) => prepared.finish(y),
    })
}

/// The way back through a normalisation.
#[derive(Debug)]
struct Normed;

/// What it needs for that.
#[derive(Clone, Debug)]
struct State<F> {
    norm: Norm,
    x: F,
    y: F,
    by: [F; 4],
}

impl<B: Kernels> Backward<B, 3> for Normed {
    type State = State<FloatTensor<B>>;

    fn backward(self, ops: Ops<Self::State, 3>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let State { norm, x, y, by } = &ops.state;
        let gradient = gradients.consume::<B>(&ops.node);
        let found = B::norm_backward(norm, [x, y, &gradient], by.each_ref());
        for (node, found) in ops.parents.into_iter().zip(found) {
            if let Some(node) = node {
                gradients.register::<B>(node.id, found);
            }
        }
    }
}

/// The values, without their graph where they are in one.
fn inner(tensor: Tensor<1>) -> Tensor<1> {
    if tensor.device().is_autodiff() { tensor.inner() } else { tensor }
}
