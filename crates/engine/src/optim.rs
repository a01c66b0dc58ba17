//! The update rules, set up to be PyTorch's. The golden tests hold them to it.

#[cfg(feature = "gpu")]
use std::sync::{Arc, Mutex, PoisonError};

use burn::backend::Flex;
use burn::optim::momentum::MomentumConfig;
use burn::optim::{AdamState, AdaptiveMomentumState, ModuleOptimizer, SgdConfig};
use burn::tensor::{Device, Tensor};
use kernels::{Adam, adam_step};
use protocol::Optimizer;

use crate::ops::cpu::{Floats, floats};
use crate::ops::{is_cpu, plain};

/// PyTorch's constants of Adam and AdamW.
const BETA_1: f32 = 0.9;
const BETA_2: f32 = 0.999;
const EPSILON: f32 = 1e-8;

/// An optimiser without memory yet.
pub fn optimizer(rule: Optimizer) -> ModuleOptimizer {
    match rule {
        Optimizer::Sgd { momentum } => {
            let momentum = (momentum > 0.0)
                .then(|| MomentumConfig::new().with_momentum(momentum).with_dampening(0.0));
            SgdConfig::new().with_momentum(momentum).init()
        }
        Optimizer::Adam => OnePassAdam::new(0.0).into(),
        Optimizer::AdamW { weight_decay } => OnePassAdam::new(weight_decay as f32).into(),
    }
}

/// Adam and AdamW in one pass over parameters, gradients and moments, where burn's are a chain of a
/// dozen tensor operations.
#[derive(Clone, Debug)]
struct OnePassAdam {
    /// Decoupled weight decay.
    decay: f32,
    /// The numbers of the present update, on the GPU. All parameters share them.
    #[cfg(feature = "gpu")]
    scalars: Arc<Mutex<Option<(Adam, Tensor<1>)>>>,
}

impl OnePassAdam {
    fn new(decay: f32) -> Self {
        Self {
            decay,
            #[cfg(feature = "gpu")]
            scalars: Arc::default(),
        }
    }

    /// The updated parameter and both moments, on a GPU.
    #[cfg(feature = "gpu")]
    fn on_gpu<const D: usize>(
        &self,
        adam: Adam,
        tensors: [Tensor<D>; 3],
        gradient: Tensor<D>,
    ) -> [Tensor<D>; 3] {
        use burn::backend::Cube;
        use burn::tensor::TensorData;

        let shape = gradient.dims();
        let scalars = {
            let mut kept = self.scalars.lock().unwrap_or_else(PoisonError::into_inner);
            match &*kept {
                Some((of, scalars)) if *of == adam => scalars.clone(),
                _ => {
                    let data = TensorData::new(adam.scalars().to_vec(), [3]);
                    let scalars = Tensor::<1>::from_data(data, &gradient.device());
                    *kept = Some((adam, scalars.clone()));
                    scalars
                }
            }
        };
        let [parameter, mean, square] = tensors.map(plain::<Cube, D>);
        let (gradient, scalars) = (plain::<Cube, D>(gradient), plain::<Cube, 1>(scalars));
        let all = [&parameter, &gradient, &mean, &square, &scalars];
        crate::ops::gpu::dense::adam_step(adam, all, &shape).map(Tensor::from_primitive::<Cube>)
    }

    /// There is no other device in this build.
    #[cfg(not(feature = "gpu"))]
    fn on_gpu<const D: usize>(&self, _: Adam, _: [Tensor<D>; 3], _: Tensor<D>) -> [Tensor<D>; 3] {
        unreachable!("this build knows no device but the CPU")
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
        let tensors = [parameter, mean, square];
        let [parameter, mean, square] = if is_cpu(&gradient.device()) {
            on_cpu(adam, tensors, gradient)
        } else {
            self.on_gpu(adam, tensors, gradient)
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

/// A tensor whose storage is its values, row by row, and nothing else.
fn whole(tensor: Floats) -> Floats {
    let is_whole = tensor
        .as_slice::<f32>()
        .is_some_and(|values| values.len() == tensor.storage::<f32>().len());
    if is_whole { tensor } else { tensor.to_contiguous() }
}
