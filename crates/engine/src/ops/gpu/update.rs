//! Optimizer update rules on a GPU.

use burn::backend::TensorMetadata;
use kernels::Adam;

use super::launch::{Floats, Shader, contiguous, empty, launch, like};

/// See [`kernels::adam_step`]. Returns the updated parameter and both moments, given parameter,
/// gradient and scalars (see [`Adam::scalars`]).
pub(crate) fn adam_step(
    adam: Adam,
    tensors: [&Floats; 3],
    moments: &[Floats],
    shape: &[usize],
) -> (Floats, Vec<Floats>) {
    let (beta_1, beta_2) = (adam.beta_1.to_bits(), adam.beta_2.to_bits());
    let shader = Shader::Adam { length: shape.iter().product(), beta_1, beta_2 };
    step(shader, tensors, moments, shape)
}

/// See [`kernels::sgd_step`]. Returns the updated parameter and velocity, given parameter, gradient
/// and scalars (learning rate and momentum).
pub(crate) fn sgd_step(
    tensors: [&Floats; 3],
    moments: &[Floats],
    shape: &[usize],
) -> (Floats, Vec<Floats>) {
    step(Shader::Sgd { length: shape.iter().product() }, tensors, moments, shape)
}

fn step(
    shader: Shader,
    [parameter, gradient, scalars]: [&Floats; 3],
    moments: &[Floats],
    shape: &[usize],
) -> (Floats, Vec<Floats>) {
    let [parameter, gradient] = [parameter, gradient].map(contiguous);
    debug_assert_eq!(parameter.shape().num_elements(), gradient.shape().num_elements());
    let new_parameter = empty(&parameter, shape);
    let new_moments: Vec<_> = moments.iter().map(like).collect();
    let mut bound = vec![&parameter, &gradient, scalars];
    bound.extend(moments);
    bound.push(&new_parameter);
    bound.extend(&new_moments);
    launch(shader, &bound);
    (new_parameter, new_moments)
}
