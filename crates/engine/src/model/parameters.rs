//! Parameters on a device.

use burn::tensor::{Device, Gradients, Tensor, TensorData, Transaction};
use model::graph::Parameter;

/// A parameter on a device, in the shape in which checkpoints hold it.
#[derive(Clone, Debug)]
pub enum ParameterTensor {
    /// `[out]`: biases; scale, shift and running statistics of batch norm.
    Vector(Tensor<1>),
    /// `[in, out]`: weights of a dense layer, the transpose of PyTorch's.
    Matrix(Tensor<2>),
    /// `[out, in, kernel, kernel]`: weights of a convolution; `[in, out, 2, 2]` if it is transposed,
    /// `[channels, 1, kernel, kernel]` if it is depthwise.
    Kernels(Tensor<4>),
}

/// Evaluates an expression with the tensor of a parameter, whatever its rank.
macro_rules! with_tensor {
    ($parameter:expr, $tensor:ident => $result:expr) => {
        match $parameter {
            ParameterTensor::Vector($tensor) => $result,
            ParameterTensor::Matrix($tensor) => $result,
            ParameterTensor::Kernels($tensor) => $result,
        }
    };
}

impl ParameterTensor {
    /// Uploads values that are in PyTorch's layout.
    pub(crate) fn new(parameter: &Parameter, values: &[f32], device: &Device) -> Self {
        Self::stored(parameter, stored_values(parameter, values), device)
    }

    /// Uploads values in the layout of a checkpoint. A learned parameter becomes one whose gradients
    /// are computed; running statistics are outside the autodiff graph.
    pub(crate) fn stored(parameter: &Parameter, values: Vec<f32>, device: &Device) -> Self {
        let is_learned = parameter.kind.is_learned();
        let device = if is_learned { device.clone().autodiff() } else { device.clone().inner() };
        match parameter.stored_shape().as_slice() {
            [a, b, c, d] => ParameterTensor::Kernels(upload(values, [*a, *b, *c, *d], &device)),
            [a, b] => ParameterTensor::Matrix(upload(values, [*a, *b], &device)),
            _ => {
                let count = values.len();
                ParameterTensor::Vector(upload(values, [count], &device))
            }
        }
    }

    /// Returns the shape.
    pub fn shape(&self) -> Vec<usize> {
        with_tensor!(self, tensor => tensor.dims().to_vec())
    }

    /// Returns the number of values.
    pub fn len(&self) -> usize {
        self.shape().iter().product()
    }

    /// Returns whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the parameter outside the autodiff graph.
    pub fn inner(&self) -> Self {
        match self.clone() {
            ParameterTensor::Vector(tensor) => ParameterTensor::Vector(tensor.inner()),
            ParameterTensor::Matrix(tensor) => ParameterTensor::Matrix(tensor.inner()),
            ParameterTensor::Kernels(tensor) => ParameterTensor::Kernels(tensor.inner()),
        }
    }

    /// Registers the values for reading.
    pub fn read(&self, transaction: Transaction) -> Transaction {
        with_tensor!(self, tensor => transaction.register(tensor.clone().inner()))
    }

    /// Removes the gradient of the parameter, `[values]`, from `gradients`, if it has one.
    pub fn take_gradient(&self, gradients: &mut Gradients) -> Option<Tensor<1>> {
        let count = self.len();
        with_tensor!(self, tensor => Some(tensor.grad_remove(gradients)?.reshape([count])))
    }
}

/// Returns values that are in PyTorch's layout in that of a checkpoint.
pub(crate) fn stored_values(parameter: &Parameter, values: &[f32]) -> Vec<f32> {
    match (parameter.is_transposed, parameter.shape.as_slice()) {
        (true, [_, inputs]) => {
            let column = |input| values.iter().skip(input).step_by(*inputs);
            (0..*inputs).flat_map(column).copied().collect()
        }
        _ => values.to_vec(),
    }
}

/// Uploads values. On an autodiff device, their gradients are computed.
fn upload<const D: usize>(values: Vec<f32>, shape: [usize; D], device: &Device) -> Tensor<D> {
    let tensor = Tensor::from_data(TensorData::new(values, shape), device);
    if device.is_autodiff() { tensor.require_grad() } else { tensor }
}
