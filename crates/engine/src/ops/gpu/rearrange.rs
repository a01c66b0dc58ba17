//! Pooling, nearest-neighbor upsampling and gathering of rows, on a GPU.

use burn::backend::Cube;
use burn::tensor::{Tensor, TensorData};
use kernels::{NearestUpsample, Pool};
use shaders::Shader;

use super::launch::{Floats, contiguous, empty, launch};
use crate::ops::backend::primitive;
use crate::ops::unary_op::UnaryOp;

impl UnaryOp<Cube> for Pool {
    fn forward(&self, x: &Floats) -> Floats {
        let x = contiguous(x);
        let ([batch, channels, ..], [rows, columns]) = (self.shape, self.output_size());
        let y = empty(&x, &[batch, channels, rows, columns]);
        launch(Shader::Pool(*self), &[&x, &y]);
        y
    }

    fn backward(&self, x: &Floats, _y: &Floats, gradient: &Floats) -> Floats {
        let [x, gradient] = [x, gradient].map(contiguous);
        let found = empty(&x, &self.shape);
        launch(Shader::PoolGrad(*self), &[&x, &gradient, &found]);
        found
    }
}

impl UnaryOp<Cube> for NearestUpsample {
    fn forward(&self, x: &Floats) -> Floats {
        let x = contiguous(x);
        let [batch, channels, height, width] = self.shape;
        let y = empty(&x, &[batch, channels, 2 * height, 2 * width]);
        launch(Shader::UpsampleNearest(*self), &[&x, &y]);
        y
    }

    fn backward(&self, _x: &Floats, _y: &Floats, gradient: &Floats) -> Floats {
        let gradient = contiguous(gradient);
        let found = empty(&gradient, &self.shape);
        launch(Shader::UpsampleNearestGrad(*self), &[&gradient, &found]);
        found
    }
}

/// See [`kernels::gather_rows`]. The indices are passed as floats, which are exact up to 2²⁴.
pub(super) fn gather_rows(table: &Floats, width: usize, indices: &[usize]) -> Floats {
    let table = contiguous(table);
    let count = indices.len();
    let indices: Vec<f32> = indices.iter().map(|index| *index as f32).collect();
    let device = Tensor::<1>::from_primitive::<Cube>(table.clone()).device();
    let indices = Tensor::<1>::from_data(TensorData::new(indices, [count]), &device);
    let y = empty(&table, &[count, width]);
    let shader = Shader::GatherRows { count, width };
    launch(shader, &[&table, &primitive::<Cube, 1>(indices), &y]);
    y
}
