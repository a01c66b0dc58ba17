//! Logits and gradients of a network.

use data::rng::Rng;
use engine::burn::tensor::{Device, Gradients, Tensor, TensorData};
use engine::model::{Activations, DeviceNetwork};

use crate::networks::RandomNetwork;

/// Largest difference of a logit, relative to the largest logit (or 1, if that is larger).
const LOGIT_TOLERANCE: f64 = 1e-4;

/// Largest norm of the difference of a parameter's gradients, relative to their norm.
const GRADIENT_TOLERANCE: f64 = 1e-3;

/// The same, relative to the norm of all gradients together. A bias before batch norm has the
/// gradient 0, of which only rounding is left; with a small variance, batch norm enlarges it.
const ROUNDING_TOLERANCE: f64 = 1e-4;

/// What an implementation computes for a batch.
#[derive(Clone, Debug)]
pub struct Computed {
    /// Logits, `[batch, classes, height, width]`.
    pub logits: Vec<f32>,
    /// Name and gradient of each learned parameter, in the order of a checkpoint.
    pub gradients: Vec<(String, Vec<f32>)>,
}

impl Computed {
    /// Computes with the engine, in training mode if `dropout` is given.
    pub fn by_engine(
        random: &RandomNetwork,
        mut network: DeviceNetwork,
        dropout: Option<&mut Rng>,
    ) -> Self {
        let [height, width] = random.shape.size;
        let device = Device::flex();
        let data = TensorData::new(random.images(), [random.batch(), 1, height, width]);
        let images = Tensor::<4>::from_data(data, &device).autodiff();
        let logits = match dropout {
            Some(rng) => network.forward_train(images, rng),
            None => network.forward(images),
        };
        let (logits, gradients) = match logits {
            Activations::Maps(logits) => weighted_sum(logits, random.factors()),
            Activations::Vectors(logits) => weighted_sum(logits, random.factors()),
        };
        Self { logits, gradients: named_gradients(&network, gradients) }
    }

    /// Compares with another implementation.
    pub fn assert_close(&self, other: &Self, what: &str) {
        assert_eq!(self.logits.len(), other.logits.len(), "{what}");
        let largest = other.logits.iter().fold(1.0_f64, |m, v| m.max(f64::from(*v).abs()));
        for (place, (a, b)) in self.logits.iter().zip(&other.logits).enumerate() {
            let off = (f64::from(*a) - f64::from(*b)).abs();
            assert!(off <= LOGIT_TOLERANCE * largest, "{what}: logit {place} is {a}, not {b}");
        }
        assert_eq!(self.gradients.len(), other.gradients.len(), "{what}");
        let whole = other.gradient_norm();
        for ((name, a), (other_name, b)) in self.gradients.iter().zip(&other.gradients) {
            assert_eq!((name, a.len()), (other_name, b.len()), "{what}");
            let difference: Vec<f32> = a.iter().zip(b).map(|(a, b)| a - b).collect();
            let (off, norm) = (norm(&difference), norm(b));
            let most = tolerance(norm, whole);
            assert!(off <= most, "{what}: gradient of {name} is off by {off}, its norm is {norm}");
        }
    }

    /// Returns the norm of all gradients together.
    pub fn gradient_norm(&self) -> f64 {
        self.gradients.iter().map(|(_, gradient)| norm(gradient).powi(2)).sum::<f64>().sqrt()
    }
}

/// Returns the largest accepted difference of gradients with this norm.
pub fn tolerance(norm: f64, whole: f64) -> f64 {
    GRADIENT_TOLERANCE * norm + ROUNDING_TOLERANCE * whole
}

/// Returns the Euclidean norm.
pub fn norm(values: &[f32]) -> f64 {
    values.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>().sqrt()
}

fn weighted_sum<const D: usize>(logits: Tensor<D>, factors: Vec<f32>) -> (Vec<f32>, Gradients) {
    let factors = TensorData::new(factors, logits.dims());
    let factors = Tensor::<D>::from_data(factors, &Device::flex()).autodiff();
    let gradients = (logits.clone() * factors).sum().backward();
    (logits.inner().into_data().iter::<f32>().collect(), gradients)
}

fn named_gradients(network: &DeviceNetwork, mut gradients: Gradients) -> Vec<(String, Vec<f32>)> {
    let parameters = network.graph().parameters().iter().zip(network.parameters());
    let learned = parameters.filter(|(parameter, _)| parameter.kind.is_learned());
    learned
        .map(|(parameter, tensor)| {
            let gradient = tensor.take_gradient(&mut gradients).expect("a gradient");
            (parameter.name.clone(), gradient.into_data().iter::<f32>().collect())
        })
        .collect()
}
