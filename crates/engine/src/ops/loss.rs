//! Losses, see [`kernels::Loss`].

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Flex};
use burn::tensor::Tensor;
use kernels::Loss;

use super::backend::{on_backend_of, primitive, without_graph};
use super::cpu::{self, floats};
#[cfg(feature = "gpu")]
use super::gpu::launch::{self as gpu, Cube, Shader};
use super::operation::{Operation, input, is_tracked, run};

/// Computes the loss `[1]` of logits `[batch, classes, …]`, class ids `[batch, …]` as floats, and
/// class weights `[classes]`. Only the logits may be part of an autodiff graph.
pub(crate) fn loss<const D: usize, const E: usize>(
    loss: Loss,
    logits: Tensor<D>,
    targets: Tensor<E>,
    weights: Tensor<1>,
) -> Tensor<1> {
    let tracked = is_tracked(&logits);
    on_backend_of!(logits, B => {
        let (targets, weights) = (primitive::<B, E>(targets), primitive::<B, 1>(weights));
        let values = primitive::<B, D>(without_graph(logits.clone()));
        let [value, sums] = B::loss(&loss, [&values, &targets, &weights]);
        let operation = LossOf { loss, targets, weights, value, sums };
        run::<B, _, 1, 1>(operation, [input(logits, tracked)])
    })
}

/// A backend that computes losses.
pub(super) trait LossValue: Backend {
    /// See [`Loss::value`] and [`Loss::sums`]; `tensors` is logits, targets and weights. Returns
    /// `[1]` and `[sums]`.
    fn loss(loss: &Loss, tensors: [&FloatTensor<Self>; 3]) -> [FloatTensor<Self>; 2];
}

/// A loss as a function of the logits. Value and sums are computed before, together.
#[derive(Clone, Debug)]
pub(super) struct LossOf<F> {
    pub(super) loss: Loss,
    pub(super) targets: F,
    pub(super) weights: F,
    pub(super) value: F,
    pub(super) sums: F,
}

impl LossValue for Flex {
    fn loss(loss: &Loss, [logits, targets, weights]: [&cpu::Floats; 3]) -> [cpu::Floats; 2] {
        let sums = loss.sums(&floats(logits), &floats(targets), &floats(weights));
        let count = sums.len();
        [cpu::tensor(vec![loss.value(&sums)], [1]), cpu::tensor(sums, [count])]
    }
}

impl Operation<Flex, 1> for LossOf<cpu::Floats> {
    fn forward(&self, _: [&cpu::Floats; 1]) -> cpu::Floats {
        self.value.clone()
    }

    fn backward(
        &self,
        [logits]: [&cpu::Floats; 1],
        _: &cpu::Floats,
        gradient: cpu::Floats,
        _: [bool; 1],
    ) -> [Option<cpu::Floats>; 1] {
        let gradient = floats(&gradient)[0];
        let [values, targets, weights, sums] =
            [logits, &self.targets, &self.weights, &self.sums].map(floats);
        let found = self.loss.backward(&values, &targets, &weights, &sums, gradient);
        [Some(cpu::like(logits, found))]
    }
}

#[cfg(feature = "gpu")]
impl LossValue for Cube {
    fn loss(loss: &Loss, tensors: [&gpu::Floats; 3]) -> [gpu::Floats; 2] {
        let [logits, targets, weights] = tensors.map(gpu::contiguous);
        let groups = shaders::loss_groups(loss);
        let parts = Shader::LossPartialSums { loss: *loss, groups };
        let threads = groups * parts.workgroup_size() as usize;
        let sums = gpu::empty(&logits, &[loss.sum_count(), threads]);
        gpu::launch(parts, &[&logits, &targets, &weights, &sums]);
        let [value, total] = [1, loss.sum_count()].map(|count| gpu::empty(&logits, &[count]));
        gpu::launch(Shader::LossValue { loss: *loss, groups }, &[&sums, &value, &total]);
        [value, total]
    }
}

#[cfg(feature = "gpu")]
impl Operation<Cube, 1> for LossOf<gpu::Floats> {
    fn forward(&self, _: [&gpu::Floats; 1]) -> gpu::Floats {
        self.value.clone()
    }

    fn backward(
        &self,
        [logits]: [&gpu::Floats; 1],
        _: &gpu::Floats,
        gradient: gpu::Floats,
        _: [bool; 1],
    ) -> [Option<gpu::Floats>; 1] {
        let tensors = [logits, &self.targets, &self.weights, &self.sums, &gradient];
        let [logits, targets, weights, sums, gradient] = tensors.map(gpu::contiguous);
        let found = gpu::like(&logits);
        let bindings = [&logits, &targets, &weights, &sums, &gradient, &found];
        gpu::launch(Shader::LossGrad(self.loss), &bindings);
        [Some(found)]
    }
}
