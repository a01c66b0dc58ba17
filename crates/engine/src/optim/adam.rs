//! Adam and AdamW in one pass over parameters, gradients and moments, where burn's are a chain of a
//! dozen tensor operations.

use burn::backend::Flex;
use burn::optim::{AdamState, AdaptiveMomentumState};
use burn::tensor::{Device, Tensor};
use kernels::{Adam, adam_step};

use super::{Scalars, whole};
use crate::ops::cpu::floats;
use crate::ops::{is_cpu, plain, zeros};

/// PyTorch's constants.
const BETA_1: f32 = 0.9;
const BETA_2: f32 = 0.999;
const EPSILON: f32 = 1e-8;

/// Adam, or AdamW where there is a decay.
#[derive(Clone, Debug)]
pub(super) struct OnePassAdam {
    /// Decoupled weight decay.
    decay: f32,
    scalars: Scalars,
}

impl OnePassAdam {
    pub(super) fn new(decay: f32) -> Self {
        Self { decay, scalars: Scalars::default() }
    }
}

impl burn::optim::Optimizer for OnePassAdam {
    type State<const D: usize> = AdamState<D>;

    fn step<const D: usize>(
        &self,
        rate: f64,
        parameter: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<AdamState<D>>,
    ) -> (Tensor<D>, Option<AdamState<D>>) {
        let (time, mean, square) = match state {
            Some(AdamState { momentum: m }) => (m.time + 1, m.moment_1, m.moment_2),
            None => {
                let zeros = || zeros(gradient.dims(), &gradient.device());
                (1, zeros(), zeros())
            }
        };
        let adam = Adam {
            rate: rate as f32,
            beta_1: BETA_1,
            beta_2: BETA_2,
            epsilon: EPSILON,
            decay: self.decay,
            // Beyond two billion steps both corrections are 1.
            time: i32::try_from(time).unwrap_or(i32::MAX),
        };
        let tensors = [parameter, mean, square];
        let [parameter, mean, square] = if is_cpu(&gradient.device()) {
            on_cpu(adam, tensors, gradient)
        } else {
            on_gpu(&self.scalars, adam, tensors, gradient)
        };
        let moments = AdaptiveMomentumState::new(time, mean, square);
        (parameter, Some(AdamState::new(moments)))
    }

    fn to_device<const D: usize>(mut state: AdamState<D>, device: &Device) -> AdamState<D> {
        state.momentum = state.momentum.to_device(device);
        state
    }
}

/// The updated parameter and both moments, on the CPU.
fn on_cpu<const D: usize>(
    adam: Adam,
    tensors: [Tensor<D>; 3],
    gradient: Tensor<D>,
) -> [Tensor<D>; 3] {
    let [mut parameter, mut mean, mut square] =
        tensors.map(|tensor| whole(plain::<Flex, D>(tensor)));
    adam_step(
        adam,
        parameter.storage_mut(),
        &floats(&plain::<Flex, D>(gradient)),
        mean.storage_mut(),
        square.storage_mut(),
    );
    [parameter, mean, square].map(Tensor::from_primitive::<Flex>)
}

/// The updated parameter and both moments, on a GPU.
#[cfg(feature = "gpu")]
fn on_gpu<const D: usize>(
    scalars: &Scalars,
    adam: Adam,
    tensors: [Tensor<D>; 3],
    gradient: Tensor<D>,
) -> [Tensor<D>; 3] {
    use burn::backend::Cube;

    let shape = gradient.dims();
    let scalars = scalars.on(&adam.scalars(), &gradient.device());
    let [parameter, mean, square] = tensors.map(plain::<Cube, D>);
    let (gradient, scalars) = (plain::<Cube, D>(gradient), plain::<Cube, 1>(scalars));
    let all = [&parameter, &gradient, &mean, &square, &scalars];
    crate::ops::gpu::update::adam_step(adam, all, &shape).map(Tensor::from_primitive::<Cube>)
}

/// There is no other device in this build.
#[cfg(not(feature = "gpu"))]
fn on_gpu<const D: usize>(_: &Scalars, _: Adam, _: [Tensor<D>; 3], _: Tensor<D>) -> [Tensor<D>; 3] {
    unreachable!("this build knows no device but the CPU")
}
