//! Gathering of rows, see [`kernels::gather_rows`].

#[cfg(feature = "gpu")]
use std::cell::OnceCell;

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Flex};
use burn::tensor::Tensor;
#[cfg(feature = "gpu")]
use burn::tensor::TensorData;

use super::backend::{on_backend_of, primitive};
use super::cpu::{self, floats};
#[cfg(feature = "gpu")]
use super::gpu::launch::{self as gpu, Cube, Shader};

/// Indices of rows, which may be gathered from several tables.
pub(crate) struct RowIndices<'a> {
    indices: &'a [usize],
    /// The indices on a GPU, uploaded for the first table. They are floats, which are exact up to 2²⁴.
    #[cfg(feature = "gpu")]
    on_gpu: OnceCell<Tensor<1>>,
}

impl<'a> RowIndices<'a> {
    /// Creates indices. Nothing is uploaded yet.
    pub fn new(indices: &'a [usize]) -> Self {
        Self {
            indices,
            #[cfg(feature = "gpu")]
            on_gpu: OnceCell::new(),
        }
    }

    /// Returns the indices.
    pub fn indices(&self) -> &'a [usize] {
        self.indices
    }
}

/// Gathers rows of a table, outside the autodiff graph: `[indices, width]` from `[rows, width]`.
pub(crate) fn gather_rows(table: &Tensor<2>, indices: &RowIndices<'_>) -> Tensor<2> {
    let width = table.dims()[1];
    on_backend_of!(table, B => {
        let rows = B::gather_rows(&primitive::<B, 2>(table.clone()), width, indices);
        Tensor::from_primitive::<B>(rows)
    })
}

/// A backend that gathers rows.
pub(super) trait GatherRows: Backend {
    /// See [`kernels::gather_rows`].
    fn gather_rows(
        table: &FloatTensor<Self>,
        width: usize,
        indices: &RowIndices<'_>,
    ) -> FloatTensor<Self>;
}

impl GatherRows for Flex {
    fn gather_rows(table: &cpu::Floats, width: usize, indices: &RowIndices<'_>) -> cpu::Floats {
        let indices = indices.indices;
        cpu::tensor(kernels::gather_rows(&floats(table), width, indices), [indices.len(), width])
    }
}

#[cfg(feature = "gpu")]
impl GatherRows for Cube {
    fn gather_rows(table: &gpu::Floats, width: usize, indices: &RowIndices<'_>) -> gpu::Floats {
        let table = gpu::contiguous(table);
        let count = indices.indices.len();
        let uploaded = indices.on_gpu.get_or_init(|| {
            let values: Vec<f32> = indices.indices.iter().map(|index| *index as f32).collect();
            let device = Tensor::<1>::from_primitive::<Cube>(table.clone()).device();
            Tensor::from_data(TensorData::new(values, [count]), &device)
        });
        let y = gpu::empty(&table, &[count, width]);
        let shader = Shader::GatherRows { count, width };
        gpu::launch(shader, &[&table, &primitive::<Cube, 1>(uploaded.clone()), &y]);
        y
    }
}
