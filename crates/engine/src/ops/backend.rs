//! Access to the tensors of the backends.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, DispatchDevice, DispatchKindConversion};
use burn::tensor::{Device, DispatchTensor, Tensor};

/// Evaluates an expression for the backend of a tensor, which the expression calls by the given
/// name.
macro_rules! on_backend_of {
    ($tensor:expr, $backend:ident => $body:expr) => {{
        #[cfg(feature = "gpu")]
        if !$crate::ops::is_cpu(&$tensor.device()) {
            type $backend = burn::backend::Cube;
            return $body;
        }
        type $backend = burn::backend::Flex;
        $body
    }};
}
pub(super) use on_backend_of;

/// Returns whether a device is the CPU.
pub(crate) fn is_cpu(device: &Device) -> bool {
    matches!(device.clone().inner().as_dispatch(), DispatchDevice::Flex(_))
}

/// Returns the backend's tensor of a tensor outside the autodiff graph.
pub(crate) fn primitive<B: Backend, const D: usize>(tensor: Tensor<D>) -> FloatTensor<B>
where
    DispatchTensor: DispatchKindConversion<B>,
{
    tensor.try_into_primitive::<B>().expect("a tensor of this backend")
}

/// Returns the autodiff backend's tensor. A tensor outside the graph is treated as a constant.
pub(super) fn autodiff_primitive<B: Backend, const D: usize>(
    tensor: Tensor<D>,
) -> FloatTensor<Autodiff<B>>
where
    DispatchTensor: DispatchKindConversion<Autodiff<B>>,
{
    let tensor = if tensor.device().is_autodiff() { tensor } else { tensor.autodiff() };
    tensor.try_into_primitive::<Autodiff<B>>().expect("a tensor of this backend")
}

/// Returns the tensor outside the autodiff graph.
pub(super) fn without_graph<const D: usize>(tensor: Tensor<D>) -> Tensor<D> {
    if tensor.device().is_autodiff() { tensor.inner() } else { tensor }
}
