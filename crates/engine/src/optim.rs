//! The update rules, set up to be PyTorch's. The golden tests hold them to it.

use burn::backend::Flex;
use burn::optim::momentum::MomentumConfig;
use burn::optim::{
    AdamConfig, AdamState, AdamWConfig, AdaptiveMomentumState, ModuleOptimizer, SgdConfig,
};
use burn::tensor::{Device, Tensor};
use kernels::{Adam, adam_step};
use protocol::Optimizer;

use crate::ops::cpu::{Floats, floats};
use crate::ops::{is_cpu, plain};

/// PyTorch's constants of Adam and AdamW; burn's own epsilon is a thousand times larger.
const BETA_1: f32 = 0.9;
const BETA_2: f32 = 0.999;
const EPSILON: f32 = 1e-8;

/// An optimiser without memory yet, for parameters on that device.
pub fn optimizer(rule: Optimizer, device: &Device) -> ModuleOptimizer {
    match rule {
        Optimizer::Sgd { momentum } => {
            let momentum = (momentum > 0.0)
                .then(|| MomentumConfig::new().with_momentum(momentum).with_dampening(0.0));
            SgdConfig::new().with_momentum(momentum).init()
        }
        Optimizer::Adam if is_cpu(device) => CpuAdam { decay: 0.0 }.into(),
        Optimizer::AdamW { weight_decay } if is_cpu(device) => {
            CpuAdam { decay: weight_decay as f32 }.into()
        }
        Optimizer::Adam => {
            AdamConfig::new().with_beta_1(BETA_1).with_beta_2(BETA_2).with_epsilon(EPSILON).init()
        }
        Optimizer::AdamW { weight_decay } => AdamWConfig::new()
            .with_beta_1(BETA_1)
            .with_beta_2(BETA_2)
            .with_epsilon(EPSILON)
            .with_weight_decay(weight_decay as f32)
            .init(),
    }
}

/// Adam and AdamW on the CPU, in one pass over parameters, gradients and moments.
#[derive(Clone, Debug)]
struct CpuAdam {
    /// Decoupled weight decay.
    decay: f32,
}

impl burn::optim::Optimizer for CpuAdam {
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
            None => (1, gradient.zeros_like(), gradient.zeros_like()),
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
        let [mut parameter, mut mean, mut square] =
            [parameter, mean, square].map(|tensor| whole(plain::<Flex, D>(tensor)));
        adam_step(
            adam,
            parameter.storage_mut(),
            &floats(&plain::<Flex, D>(gradient)),
            mean.storage_mut(),
            square.storage_mut(),
        );
        let [parameter, mean, square] =
            [parameter, mean, square].map(Tensor::<D>::from_primitive::<Flex>);
        let moments = AdaptiveMomentumState::new(time, mean, square);
        (parameter, Some(AdamState::new(moments)))
    }

    fn to_device<const D: usize>(mut state: AdamState<D>, device: &Device) -> AdamState<D> {
        state.momentum = state.momentum.to_device(device);
        state
    }
}

/// A tensor whose storage is its values, row by row, and nothing else.
fn whole(tensor: Floats) -> Floats {
    let is_whole = tensor
        .as_slice::<f32>()
        .is_some_and(|values| values.len() == tensor.storage::<f32>().len());
    if is_whole { tensor } else { tensor.to_contiguous() }
}
