//! Stochastic gradient descent with momentum in one pass over parameters, gradients and velocities.

use burn::backend::Flex;
use burn::optim::{AdamState, AdaptiveMomentumState};
use burn::tensor::{Device, Tensor};
use kernels::{Sgd, sgd_step};

use super::{Scalars, whole};
use crate::ops::cpu::floats;
use crate::ops::{is_cpu, plain, zeros};

/// SGD, with whatever momentum.
#[derive(Clone, Debug)]
pub(super) struct OnePassSgd {
    momentum: f32,
    scalars: Scalars,
}

impl OnePassSgd {
    pub(super) fn new(momentum: f32) -> Self {
        Self { momentum, scalars: Scalars::default() }
    }
}

impl burn::optim::Optimizer for OnePassSgd {
    /// Of Adam's state only the first moment, for the velocity: burn's state of SGD keeps its own to
    /// itself.
    type State<const D: usize> = AdamState<D>;

    fn step<const D: usize>(
        &self,
        rate: f64,
        parameter: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<AdamState<D>>,
    ) -> (Tensor<D>, Option<AdamState<D>>) {
        let device = gradient.device();
        let (velocity, unused) = match state {
            Some(AdamState { momentum: m }) => (m.moment_1, m.moment_2),
            None => (zeros(gradient.dims(), &device), zeros([1; D], &device)),
        };
        let sgd = Sgd { rate: rate as f32, momentum: self.momentum };
        let [parameter, velocity] = if is_cpu(&device) {
            on_cpu(sgd, [parameter, velocity], gradient)
        } else {
            on_gpu(&self.scalars, sgd, [parameter, velocity], gradient)
        };
        (parameter, Some(AdamState::new(AdaptiveMomentumState::new(1, velocity, unused))))
    }

    fn to_device<const D: usize>(mut state: AdamState<D>, device: &Device) -> AdamState<D> {
        state.momentum = state.momentum.to_device(device);
        state
    }
}

/// The updated parameter and velocity, on the CPU.
fn on_cpu<const D: usize>(
    sgd: Sgd,
    tensors: [Tensor<D>; 2],
    gradient: Tensor<D>,
) -> [Tensor<D>; 2] {
    let [mut parameter, mut velocity] = tensors.map(|tensor| whole(plain::<Flex, D>(tensor)));
    let gradient = plain::<Flex, D>(gradient);
    sgd_step(sgd, parameter.storage_mut(), &floats(&gradient), velocity.storage_mut());
    [parameter, velocity].map(Tensor::from_primitive::<Flex>)
}

/// The updated parameter and velocity, on a GPU.
#[cfg(feature = "gpu")]
fn on_gpu<const D: usize>(
    scalars: &Scalars,
    sgd: Sgd,
    tensors: [Tensor<D>; 2],
    gradient: Tensor<D>,
) -> [Tensor<D>; 2] {
    use burn::backend::Cube;

    let shape = gradient.dims();
    let scalars = scalars.on(&[sgd.rate, sgd.momentum], &gradient.device());
    let [parameter, velocity] = tensors.map(plain::<Cube, D>);
    let (gradient, scalars) = (plain::<Cube, D>(gradient), plain::<Cube, 1>(scalars));
    let all = [&parameter, &gradient, &velocity, &scalars];
    crate::ops::gpu::update::sgd_step(all, &shape).map(Tensor::from_primitive::<Cube>)
}

/// There is no other device in this build.
#[cfg(not(feature = "gpu"))]
fn on_gpu<const D: usize>(_: &Scalars, _: Sgd, _: [Tensor<D>; 2], _: Tensor<D>) -> [Tensor<D>; 2] {
    unreachable!("this build knows no device but the CPU")
}
