//! Differentiable operations, as parts of burn's autodiff graph.

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

/// An operation on `N` tensors, implemented for one backend.
pub(crate) trait Operation<B: Backend, const N: usize>:
    Clone + Send + Debug + 'static
{
    fn forward(&self, inputs: [&FloatTensor<B>; N]) -> FloatTensor<B>;

    /// Computes the gradients of the inputs from the inputs, the output `y` and the gradient of the
    /// output. Only those that are `wanted` are used.
    fn backward(
        &self,
        inputs: [&FloatTensor<B>; N],
        y: &FloatTensor<B>,
        gradient: FloatTensor<B>,
        wanted: [bool; N],
    ) -> [Option<FloatTensor<B>>; N];
}

/// An input of an operation.
pub(super) enum Input<B: Backend> {
    /// A tensor outside the autodiff graph.
    Plain(FloatTensor<B>),
    /// A tensor in the autodiff graph.
    Tracked(FloatTensor<Autodiff<B>>),
}

/// Returns whether a tensor is part of an autodiff graph.
pub(super) fn is_tracked<const D: usize>(tensor: &Tensor<D>) -> bool {
    tensor.device().is_autodiff()
}

/// Returns an input of an operation that is `tracked` or not. A tensor outside the autodiff graph
/// becomes a constant in it.
pub(super) fn input<B: Backend, const D: usize>(tensor: Tensor<D>, tracked: bool) -> Input<B>
where
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    if tracked {
        Input::Tracked(autodiff_primitive::<B, D>(tensor))
    } else {
        Input::Plain(primitive::<B, D>(tensor))
    }
}

/// Runs an operation. It becomes part of the autodiff graph if its inputs are. All inputs are
/// tracked, or none.
pub(super) fn run<B, O, const N: usize, const D: usize>(
    operation: O,
    inputs: [Input<B>; N],
) -> Tensor<D>
where
    B: Backend,
    O: Operation<B, N>,
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    let values = inputs.each_ref().map(|input| match input {
        Input::Plain(value) => value.clone(),
        Input::Tracked(tensor) => tensor.primitive().clone(),
    });
    let y = operation.forward(values.each_ref());
    let nodes = inputs.each_ref().map(|input| match input {
        Input::Plain(_) => None,
        Input::Tracked(tensor) => Some(tensor.node()),
    });
    if nodes.iter().any(Option::is_none) {
        return Tensor::from_primitive::<B>(y);
    }
    let prepared = OperationBackward(PhantomData::<O>)
        .prepare::<NoCheckpointing>(nodes.map(|node| node.expect("all inputs are tracked")))
        .compute_bound()
        .stateful();
    Tensor::from_primitive::<Autodiff<B>>(match prepared {
        OpsKind::Tracked(prepared) => {
            prepared.finish(Saved { operation, inputs: values, y: y.clone() }, y)
        }
        OpsKind::UnTracked(prepared) => prepared.finish(y),
    })
}

/// Runs an operation on tensors, on the backend of the first, which the operation may name. It
/// becomes part of the autodiff graph if one of them is.
macro_rules! apply {
    ($first:ident $(, $more:ident)*; $backend:ident => $operation:expr) => {{
        use $crate::ops::backend::on_backend_of;
        use $crate::ops::operation::{input, is_tracked, run};

        let tracked = is_tracked(&$first) $(|| is_tracked(&$more))*;
        on_backend_of!($first, $backend => run::<$backend, _, _, _>(
            $operation,
            [input($first, tracked) $(, input($more, tracked))*],
        ))
    }};
}
pub(super) use apply;

/// Backward pass of an operation.
#[derive(Debug)]
struct OperationBackward<O>(PhantomData<O>);

/// Tensors saved for the backward pass. They take no memory of their own: the inputs are outputs of
/// the operations before, which also save them, and the output is an input of the next.
#[derive(Clone, Debug)]
struct Saved<O, F, const N: usize> {
    operation: O,
    inputs: [F; N],
    y: F,
}

impl<B: Backend, O: Operation<B, N>, const N: usize> Backward<B, N> for OperationBackward<O> {
    type State = Saved<O, FloatTensor<B>, N>;

    fn backward(self, ops: Ops<Self::State, N>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let Saved { operation, inputs, y } = ops.state;
        let gradient = gradients.consume::<B>(&ops.node);
        let wanted = ops.parents.each_ref().map(Option::is_some);
        let found = operation.backward(inputs.each_ref(), &y, gradient, wanted);
        for (node, found) in ops.parents.into_iter().zip(found) {
            if let (Some(node), Some(found)) = (node, found) {
                gradients.register::<B>(node.id, found);
            }
        }
    }
}
