//! The update rules, set up to be PyTorch's. The golden tests hold them to it.
//!
//! Each is one pass over parameters, gradients and moments, where burn's are chains of a dozen tensor
//! operations. burn's own optimiser of modules is not used either: it can clip gradients, and what it
//! names for that would be a tenth of the engine.

use std::collections::HashMap;

use burn::backend::Flex;
use burn::module::{Module, ModuleMapper, Param, ParamId};
use burn::optim::GradientsParams;
use burn::tensor::Tensor;
use kernels::{Adam, Sgd, adam_step, sgd_step};

use crate::ops::cpu::{Floats, floats};
use crate::ops::{is_cpu, plain, zeros};

/// PyTorch's constants of Adam and AdamW.
const BETA_1: f32 = 0.9;
const BETA_2: f32 = 0.999;
const EPSILON: f32 = 1e-8;

/// An update rule and what it remembers.
pub struct Optimizer {
    rule: model::Optimizer,
    /// Updates made.
    time: i32,
    /// Of each parameter, `[values]`: Adam's two moments, or SGD's velocity.
    moments: HashMap<ParamId, Vec<Tensor<1>>>,
}

impl Optimizer {
    /// Without memory yet.
    pub fn new(rule: model::Optimizer) -> Self {
        Self { rule, time: 0, moments: HashMap::new() }
    }

    /// Updates every parameter that has a gradient, at that learning rate.
    pub fn step<M: Module>(&mut self, rate: f64, network: M, gradients: GradientsParams) -> M {
        // Beyond two billion steps Adam's corrections are 1.
        self.time = self.time.saturating_add(1);
        let numbers = self.numbers(rate as f32);
        network.map(&mut Update {
            optimizer: self,
            numbers,
            gradients,
            #[cfg(feature = "gpu")]
            scalars: None,
        })
    }

    fn numbers(&self, rate: f32) -> Numbers {
        let adam = |decay: f64| Adam {
            rate,
            beta_1: BETA_1,
            beta_2: BETA_2,
            epsilon: EPSILON,
            decay: decay as f32,
            time: self.time,
        };
        match self.rule {
            model::Optimizer::Sgd { momentum } => {
                Numbers::Sgd(Sgd { rate, momentum: momentum as f32 })
            }
            model::Optimizer::Adam => Numbers::Adam(adam(0.0)),
            model::Optimizer::AdamW { weight_decay } => Numbers::Adam(adam(weight_decay)),
        }
    }
}

/// The numbers of one update.
#[derive(Clone, Copy, Debug)]
enum Numbers {
    Sgd(Sgd),
    Adam(Adam),
}

impl Numbers {
    /// Tensors that are remembered of a parameter.
    fn memory(self) -> usize {
        match self {
            Numbers::Sgd(_) => 1,
            Numbers::Adam(_) => 2,
        }
    }
}

/// One update on its way through a network.
struct Update<'o> {
    optimizer: &'o mut Optimizer,
    numbers: Numbers,
    gradients: GradientsParams,
    /// The numbers on the GPU, uploaded once for all parameters.
    #[cfg(feature = "gpu")]
    scalars: Option<Tensor<1>>,
}

impl ModuleMapper for Update<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let (id, parameter, mapper) = param.consume();
        let parameter = match self.gradients.remove::<D>(id) {
            Some(gradient) => {
                let parameter = self.updated(id, parameter.inner(), gradient);
                Tensor::from_inner(parameter).require_grad()
            }
            None => parameter,
        };
        Param::from_mapped_value(id, parameter, mapper)
    }
}

impl Update<'_> {
    fn updated<const D: usize>(
        &mut self,
        id: ParamId,
        parameter: Tensor<D>,
        gradient: Tensor<D>,
    ) -> Tensor<D> {
        let count = parameter.dims().iter().product();
        let memory = self.numbers.memory();
        let fresh = || (0..memory).map(|_| zeros([count], &parameter.device())).collect();
        let moments = self.optimizer.moments.remove(&id).unwrap_or_else(fresh);
        let (parameter, moments) = if is_cpu(&parameter.device()) {
            on_cpu(self.numbers, parameter, gradient, moments)
        } else {
            self.on_gpu(parameter, gradient, moments)
        };
        self.optimizer.moments.insert(id, moments);
        parameter
    }

    #[cfg(feature = "gpu")]
    fn on_gpu<const D: usize>(
        &mut self,
        parameter: Tensor<D>,
        gradient: Tensor<D>,
        moments: Vec<Tensor<1>>,
    ) -> (Tensor<D>, Vec<Tensor<1>>) {
        use burn::backend::Cube;
        use burn::tensor::TensorData;

        use crate::ops::gpu::update;

        let numbers = self.numbers;
        let scalars = self.scalars.get_or_insert_with(|| {
            let values = match numbers {
                Numbers::Sgd(sgd) => vec![sgd.rate, sgd.momentum],
                Numbers::Adam(adam) => adam.scalars().to_vec(),
            };
            let count = values.len();
            Tensor::from_data(TensorData::new(values, [count]), &gradient.device())
        });
        let shape = parameter.dims();
        let (parameter, gradient) = (plain::<Cube, D>(parameter), plain::<Cube, D>(gradient));
        let scalars = plain::<Cube, 1>(scalars.clone());
        let moments: Vec<_> = moments.into_iter().map(plain::<Cube, 1>).collect();
        let tensors = [&parameter, &gradient, &scalars];
        let (parameter, moments) = match numbers {
            Numbers::Sgd(_) => update::sgd_step(tensors, &moments, &shape),
            Numbers::Adam(adam) => update::adam_step(adam, tensors, &moments, &shape),
        };
        let moments = moments.into_iter().map(Tensor::from_primitive::<Cube>).collect();
        (Tensor::from_primitive::<Cube>(parameter), moments)
    }

    /// There is no other device in this build.
    #[cfg(not(feature = "gpu"))]
    fn on_gpu<const D: usize>(
        &mut self,
        _: Tensor<D>,
        _: Tensor<D>,
        _: Vec<Tensor<1>>,
    ) -> (Tensor<D>, Vec<Tensor<1>>) {
        unreachable!("this build knows no device but the CPU")
    }
}

/// The updated parameter and what is remembered of it, on the CPU.
fn on_cpu<const D: usize>(
    numbers: Numbers,
    parameter: Tensor<D>,
    gradient: Tensor<D>,
    moments: Vec<Tensor<1>>,
) -> (Tensor<D>, Vec<Tensor<1>>) {
    let mut parameter = whole(plain::<Flex, D>(parameter));
    let gradient = plain::<Flex, D>(gradient);
    let mut moments: Vec<_> =
        moments.into_iter().map(|moment| whole(plain::<Flex, 1>(moment))).collect();
    let (values, slopes) = (parameter.storage_mut(), floats(&gradient));
    match (numbers, moments.as_mut_slice()) {
        (Numbers::Sgd(sgd), [velocity]) => {
            sgd_step(sgd, values, &slopes, velocity.storage_mut());
        }
        (Numbers::Adam(adam), [mean, square]) => {
            adam_step(adam, values, &slopes, mean.storage_mut(), square.storage_mut());
        }
        _ => unreachable!("as many tensors as the rule remembers"),
    }
    let moments = moments.into_iter().map(Tensor::from_primitive::<Flex>).collect();
    (Tensor::from_primitive::<Flex>(parameter), moments)
}

/// A tensor whose storage is its values, row by row, and nothing else.
fn whole(tensor: Floats) -> Floats {
    let is_whole = tensor
        .as_slice::<f32>()
        .is_some_and(|values| values.len() == tensor.storage::<f32>().len());
    if is_whole { tensor } else { tensor.to_contiguous() }
}
