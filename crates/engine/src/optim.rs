//! The update rules, set up to be PyTorch's. The golden tests hold them to it.

mod adam;
mod sgd;

use std::sync::{Arc, Mutex};

use burn::optim::ModuleOptimizer;
use burn::tensor::Tensor;
use protocol::Optimizer;

use crate::ops::cpu::Floats;
use adam::OnePassAdam;
use sgd::OnePassSgd;

/// An optimiser without memory yet.
pub fn optimizer(rule: Optimizer) -> ModuleOptimizer {
    match rule {
        Optimizer::Sgd { momentum } => OnePassSgd::new(momentum as f32).into(),
        Optimizer::Adam => OnePassAdam::new(0.0).into(),
        Optimizer::AdamW { weight_decay } => OnePassAdam::new(weight_decay as f32).into(),
    }
}

/// The numbers of the present update on a GPU. All parameters share them, so that they are uploaded
/// once a step.
#[derive(Clone, Debug, Default)]
#[cfg_attr(not(feature = "gpu"), expect(dead_code))]
struct Scalars(Arc<Mutex<Option<Uploaded>>>);

/// Values and their tensor.
type Uploaded = (Vec<f32>, Tensor<1>);

#[cfg(feature = "gpu")]
impl Scalars {
    /// The tensor of these values on that device.
    fn on(&self, values: &[f32], device: &burn::tensor::Device) -> Tensor<1> {
        use burn::tensor::TensorData;
        use std::sync::PoisonError;

        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*kept {
            Some((of, tensor)) if of == values => tensor.clone(),
            _ => {
                let data = TensorData::new(values.to_vec(), [values.len()]);
                let tensor = Tensor::<1>::from_data(data, device);
                *kept = Some((values.to_vec(), tensor.clone()));
                tensor
            }
        }
    }
}

/// A tensor whose storage is its values, row by row, and nothing else.
fn whole(tensor: Floats) -> Floats {
    let is_whole = tensor
        .as_slice::<f32>()
        .is_some_and(|values| values.len() == tensor.storage::<f32>().len());
    if is_whole { tensor } else { tensor.to_contiguous() }
}
