//! The update rules on a GPU.

use kernels::Adam;

use super::Floats;
use super::launch::{contiguous, empty, launch};
use super::shader::Shader;

/// See [`kernels::adam_step`]: the updated parameter and both means. `scalars` are those of
/// [`Adam::scalars`].
pub(crate) fn adam_step(
    adam: Adam,
    [parameter, gradient, mean, square, scalars]: [&Floats; 5],
    shape: &[usize],
) -> [Floats; 3] {
    let [parameter, gradient, mean, square] = [parameter, gradient, mean, square].map(contiguous);
    let found = [(); 3].map(|()| empty(&parameter, shape));
    let shader = Shader::Adam {
        length: shape.iter().product(),
        beta_1: adam.beta_1.to_bits(),
        beta_2: adam.beta_2.to_bits(),
    };
    let [new_parameter, new_mean, new_square] = &found;
    let tensors =
        [&parameter, &gradient, &mean, &square, scalars, new_parameter, new_mean, new_square];
    launch(shader, &tensors);
    found
}

/// See [`kernels::sgd_step`]: the updated parameter and velocity. `scalars` are rate and momentum.
pub(crate) fn sgd_step(
    [parameter, gradient, velocity, scalars]: [&Floats; 4],
    shape: &[usize],
) -> [Floats; 2] {
    let [parameter, gradient, velocity] = [parameter, gradient, velocity].map(contiguous);
    let found = [(); 2].map(|()| empty(&parameter, shape));
    let shader = Shader::Sgd { length: shape.iter().product() };
    let [new_parameter, new_velocity] = &found;
    launch(shader, &[&parameter, &gradient, &velocity, scalars, new_parameter, new_velocity]);
    found
}
