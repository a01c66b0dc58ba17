//! Gathering of rows, see [`kernels::gather_rows`].

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Flex};
use burn::tensor::Tensor;
#[cfg(feature = "gpu")]
use burn::tensor::TensorData;

use super::backend::{on_backend_of, primitive};
use super::cpu::{self, floats};
#[cfg(feature = "gpu")]
use super::gpu::launch::{self as gpu, Cube, Shader};

/// Gathers rows of a table, outside the autodiff graph: `[indices, width]` from `[rows, width]`.
pub(crate) fn gather_rows(table: &Tensor<2>, indices: &[usize]) -> Tensor<2> {
    let width = table.dims()[1];
    on_backend_of!(table, B => {
        let rows = B::gather_rows(&primitive::<B, 2>(table.clone()), width, indices);
        Tensor::from_primitive::<B>(rows)
    })
}

/// A backend that gathers rows.
pub(super) trait GatherRows: Backend {
    /// See [`kernels::gather_rows`].
    fn gather_rows(table: &FloatTensor<Self>, width: usize, indices: &[usize])
    -> FloatTensor<Self>;
}

impl GatherRows for Flex {
    fn gather_rows(table: &cpu::Floats, width: usize, indices: &[usize]) -> cpu::Floats {
        cpu::tensor(kernels::gather_rows(&floats(table), width, indices), [indices.len(), width])
    }
}

/// The indices are passed as floats, which are exact up to 2²⁴.
#[cfg(feature = "gpu")]
impl GatherRows for Cube {
    fn gather_rows(table: &gpu::Floats, width: usize, indices: &[usize]) -> gpu::Floats {
        let table = gpu::contiguous(table);
        let count = indices.len();
        let indices: Vec<f32> = indices.iter().map(|index| *index as f32).collect();
        let device = Tensor::<1>::from_primitive::<Cube>(table.clone()).device();
        let indices = Tensor::<1>::from_data(TensorData::new(indices, [count]), &device);
        let y = gpu::empty(&table, &[count, width]);
        let shader = Shader::GatherRows { count, width };
        gpu::launch(shader, &[&table, &primitive::<Cube, 1>(indices), &y]);
        y
    }
}
