//! Batch norm, see [`kernels::BatchNorm`].

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Flex};
use burn::tensor::Tensor;
use kernels::{BatchNorm, NormParameters};

use super::backend::{on_backend_of, primitive, without_graph};
use super::cpu::{self, floats};
#[cfg(feature = "gpu")]
use super::gpu::launch::{self as gpu, Cube, Shader};
use super::operation::{Operation, input, is_tracked, run};

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
    let norm = shape(&x, relu, false);
    let NormParams { scale, shift, running } = params;
    let tracked = is_tracked(&x);
    on_backend_of!(x, B => {
        let [mean, variance] = running.map(|running| primitive::<B, 1>(without_graph(running)));
        let values = primitive::<B, D>(without_graph(x.clone()));
        let [own_mean, own_variance, mean, variance] =
            B::norm_statistics(&norm, &values, [&mean, &variance]);
        let updated = [mean, variance].map(Tensor::from_primitive::<B>);
        let operation = Normalize { norm, mean: own_mean, variance: own_variance };
        let inputs = [input(x, tracked), input(scale, tracked), input(shift, tracked)];
        (run::<B, _, 3, D>(operation, inputs), updated)
    })
}

/// Normalizes `[batch, channels, …]` with the running statistics.
pub(crate) fn batch_norm<const D: usize>(
    x: Tensor<D>,
    params: NormParams,
    relu: bool,
) -> Tensor<D> {
    let norm = shape(&x, relu, true);
    let NormParams { scale, shift, running } = params;
    let tracked = is_tracked(&x);
    on_backend_of!(x, B => {
        let [mean, variance] = running.map(|running| primitive::<B, 1>(without_graph(running)));
        let inputs = [input(x, tracked), input(scale, tracked), input(shift, tracked)];
        run::<B, _, 3, D>(Normalize { norm, mean, variance }, inputs)
    })
}

fn shape<const D: usize>(x: &Tensor<D>, relu: bool, running: bool) -> BatchNorm {
    let [batch, channels] = [x.dims()[0], x.dims()[1]];
    let pixels = x.dims()[2..].iter().product();
    BatchNorm { batch, channels, pixels, relu, running }
}

/// A backend that computes the statistics of a batch.
pub(super) trait NormStatistics: Backend {
    /// Returns the mean and variance of each channel, and the updated running mean and variance
    /// (see [`BatchNorm::updated_running`]); `[channels]` each.
    fn norm_statistics(
        norm: &BatchNorm,
        x: &FloatTensor<Self>,
        running: [&FloatTensor<Self>; 2],
    ) -> [FloatTensor<Self>; 4];
}

/// Normalization with given statistics. The inputs are x, scale and shift.
#[derive(Clone, Debug)]
pub(super) struct Normalize<F> {
    pub(super) norm: BatchNorm,
    pub(super) mean: F,
    pub(super) variance: F,
}

impl NormStatistics for Flex {
    fn norm_statistics(
        norm: &BatchNorm,
        x: &cpu::Floats,
        running: [&cpu::Floats; 2],
    ) -> [cpu::Floats; 4] {
        let [mean, variance] = norm.statistics(&floats(x));
        let [old_mean, old_variance] = running.map(floats);
        let [new_mean, new_variance] =
            norm.updated_running([&old_mean, &old_variance], [&mean, &variance]);
        [mean, variance, new_mean, new_variance].map(|values| cpu::tensor(values, [norm.channels]))
    }
}

impl Operation<Flex, 3> for Normalize<cpu::Floats> {
    fn forward(&self, [x, scale, shift]: [&cpu::Floats; 3]) -> cpu::Floats {
        let [mean, variance, scale, shift] = [&self.mean, &self.variance, scale, shift].map(floats);
        let by = NormParameters { mean: &mean, variance: &variance, scale: &scale, shift: &shift };
        cpu::like(x, self.norm.forward(&floats(x), &by))
    }

    fn backward(
        &self,
        [x, scale, shift]: [&cpu::Floats; 3],
        y: &cpu::Floats,
        gradient: cpu::Floats,
        _: [bool; 3],
    ) -> [Option<cpu::Floats>; 3] {
        let [mean, variance, scale, shift] = [&self.mean, &self.variance, scale, shift].map(floats);
        let by = NormParameters { mean: &mean, variance: &variance, scale: &scale, shift: &shift };
        let found = self.norm.backward(&floats(x), &floats(y), &floats(&gradient), &by);
        let channels = [self.norm.channels];
        let [scale_grad, shift_grad] =
            [found.scale, found.shift].map(|values| Some(cpu::tensor(values, channels)));
        [Some(cpu::like(x, found.x)), scale_grad, shift_grad]
    }
}

#[cfg(feature = "gpu")]
impl NormStatistics for Cube {
    fn norm_statistics(
        norm: &BatchNorm,
        x: &gpu::Floats,
        running: [&gpu::Floats; 2],
    ) -> [gpu::Floats; 4] {
        let x = gpu::contiguous(x);
        let [running_mean, running_variance] = running.map(gpu::contiguous);
        let parts = shaders::norm_parts(norm);
        let moments = gpu::empty(&x, &[norm.channels, norm.batch * parts, 2]);
        gpu::launch(Shader::NormMoments { norm: *norm, parts }, &[&x, &moments]);
        let found = [(); 4].map(|()| gpu::empty(&x, &[norm.channels]));
        let [mean, variance, next_mean, next_variance] = &found;
        gpu::launch(
            Shader::NormStatistics { norm: *norm, parts },
            &[&moments, &running_mean, &running_variance, mean, variance, next_mean, next_variance],
        );
        found
    }
}

#[cfg(feature = "gpu")]
impl Operation<Cube, 3> for Normalize<gpu::Floats> {
    fn forward(&self, [x, scale, shift]: [&gpu::Floats; 3]) -> gpu::Floats {
        let x = gpu::contiguous(x);
        let [mean, variance, scale, shift] =
            [&self.mean, &self.variance, scale, shift].map(gpu::contiguous);
        let y = gpu::like(&x);
        let shader = Shader::NormApply(self.norm);
        gpu::launch(shader, &[&x, &mean, &variance, &scale, &shift, &y]);
        y
    }

    fn backward(
        &self,
        [x, scale, _]: [&gpu::Floats; 3],
        y: &gpu::Floats,
        gradient: gpu::Floats,
        _: [bool; 3],
    ) -> [Option<gpu::Floats>; 3] {
        let norm = self.norm;
        let [x, y, gradient] = [x, y, &gradient].map(gpu::contiguous);
        let [mean, variance, scale] = [&self.mean, &self.variance, scale].map(gpu::contiguous);
        let parts = shaders::norm_parts(&norm);
        let sums = gpu::empty(&x, &[norm.channels, norm.batch * parts, 2]);
        // The output comes last because only a shader with ReLU reads it.
        let bound = if norm.relu { 5 } else { 4 };
        let bindings = [&x, &gradient, &mean, &sums, &y];
        gpu::launch(Shader::NormGradSums { norm, parts }, &bindings[..bound]);
        let [scale_grad, shift_grad] = [(); 2].map(|()| gpu::empty(&x, &[norm.channels]));
        let coefficients = gpu::empty(&x, &[3, norm.channels]);
        gpu::launch(
            Shader::NormParamGrad { norm, parts },
            &[&sums, &mean, &variance, &scale, &scale_grad, &shift_grad, &coefficients],
        );
        let found = gpu::like(&x);
        let bindings = [&x, &gradient, &coefficients, &found, &y];
        gpu::launch(Shader::NormInputGrad(norm), &bindings[..bound]);
        [Some(found), Some(scale_grad), Some(shift_grad)]
    }
}
