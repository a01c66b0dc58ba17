//! Tensors on the CPU.

use std::borrow::Cow;

use burn::backend::Flex;
use burn::backend::TensorMetadata;
use burn::backend::tensor::FloatTensor;
use burn::tensor::TensorData;

/// A tensor of the CPU backend.
pub(crate) type Floats = FloatTensor<Flex>;

/// Returns the values of a tensor in row-major order.
pub(crate) fn floats(tensor: &Floats) -> Cow<'_, [f32]> {
    match tensor.as_slice::<f32>() {
        Some(values) => Cow::Borrowed(values),
        None => {
            let copy = tensor.to_contiguous();
            Cow::Owned(copy.as_slice::<f32>().expect("contiguous floats").to_vec())
        }
    }
}

pub(super) fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> Floats {
    Floats::from_data(TensorData::new(values, shape))
}

/// Creates a tensor with the shape of another one.
pub(super) fn like(tensor: &Floats, values: Vec<f32>) -> Floats {
    Floats::from_data(TensorData::new(values, tensor.shape()))
}
