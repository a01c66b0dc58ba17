//! Activation maximization: computes an image that maximizes the activation of a unit.

use data::rng::Rng;
use model::PixelRect;
use protocol::interpret::{FeatureVisualization, UnitRef};

use crate::activation_stats::value_range;
use crate::network::{Model, ModelError};
use crate::quantize::root_mean_square;

/// Regularization of the gradient ascent. Without it, the result is high-frequency noise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Regularization {
    /// Maximum random shift of the image before each step in pixels, along either axis (Mordvintsev
    /// et al. 2015). It suppresses patterns that depend on the grid of the pooling windows.
    pub jitter: usize,
    /// Standard deviation of the Gaussian with which the gradient is blurred, in the first and in
    /// the last step, relative to the square root of the receptive field's side in pixels. Coarse
    /// shapes form first, as with octaves. For a 5 × 5 filter, the standard deviation ends at half
    /// a pixel; for a neuron with a receptive field of 64 × 64, at two. The blur preconditions the
    /// gradient (Olah et al. 2017).
    pub blur: [f64; 2],
    /// Fraction by which each pixel decays toward middle gray in each step (Yosinski et al. 2015),
    /// so that pixels without influence stay gray.
    pub decay: f32,
}

impl Regularization {
    /// The regularization used on the page. With less, the images of units in dense layers are
    /// covered with dots; with more, some of the images activate their unit less than the best test
    /// image does.
    pub const SMOOTH: Self = Self { jitter: 3, blur: [0.6, 0.25], decay: 0.1 };
    /// Plain gradient ascent, for comparison.
    pub const NONE: Self = Self { jitter: 0, blur: [0.0; 2], decay: 0.0 };
}

/// Gradient ascent on the pre-activation of a unit, starting from a gray image (Erhan et al. 2009).
/// The pre-activation is used because it has a gradient even where the ReLU is inactive. The
/// positions of a map are weighted by the softmax of their values. The result depends only on the
/// unit and the weights.
#[derive(Clone, Debug)]
pub struct ActivationMaximization {
    unit_ref: UnitRef,
    regularization: Regularization,
    /// The node whose output is maximized.
    node: usize,
    /// Square root of the receptive field's side in pixels.
    scale: f64,
    /// Gray values, clamped to the range 0 to 1.
    image: Vec<f32>,
    step: usize,
    rng: Rng,
}

impl ActivationMaximization {
    const STEPS: usize = 64;
    /// Maximum number of steps per call of [`advance`](Self::advance).
    const BATCH: usize = 8;
    /// Root mean square of the change of the pixels in each step.
    const STEP_RMS: f32 = 0.05;

    /// Starts from low-amplitude noise around middle gray. Returns an error if the network does not
    /// have the unit.
    pub fn new(
        model: &Model,
        unit_ref: UnitRef,
        regularization: Regularization,
    ) -> Result<Self, ModelError> {
        let layer = model.unit(unit_ref.layer, unit_ref.unit)?;
        // The node in front of the activation function, if there is one.
        let node = match model.layers[unit_ref.layer].activation {
            Some(_) => model.graph().nodes()[layer.activation_node()].inputs[0],
            None => layer.output,
        };
        let [_, height, width] = model.shape(node);
        let [row, column] = [height / 2, width / 2];
        let middle = PixelRect { rows: row..row + 1, columns: column..column + 1 };
        let seen = model.receptive_field(node, middle);
        let scale = (seen.rows.len().max(seen.columns.len()) as f64).sqrt();
        let mut rng = Rng::new(unit_ref.unit as u64 + 1);
        let image =
            (0..model.pixels()).map(|_| 0.5 + 0.02 * rng.uniform_in(-1.0, 1.0) as f32).collect();
        Ok(Self { unit_ref, regularization, node, scale, image, step: 0, rng })
    }

    /// Makes the next few steps.
    pub fn advance(&mut self, model: &Model, weights: &[f32]) {
        let [_, height, width] = model.shape(0);
        let size = [height, width];
        let steps = model.batch_size_with_backward(Self::BATCH);
        for _ in 0..steps.min(Self::STEPS - self.step) {
            let jitter = self.regularization.jitter;
            let [down, across] =
                size.map(|side| self.rng.below(2 * jitter as u64 + 1) as usize + side - jitter);
            let image = roll(&self.image, size, [down, across]);
            let values = model.forward(weights, image, self.node);
            let seed = (self.node, self.objective_gradient(model, &values.nodes[self.node]));
            let gradients = model.backward(weights, &values, seed, false);
            let grad = roll(&gradients.nodes[0], size, [2 * height - down, 2 * width - across]);
            let grad = gaussian_blur(&grad, size, self.scale * self.blur_sigma());
            let norm = root_mean_square(&grad).max(f32::MIN_POSITIVE);
            for (pixel, grad) in self.image.iter_mut().zip(&grad) {
                let stride =
                    Self::STEP_RMS * grad / norm - self.regularization.decay * (*pixel - 0.5);
                *pixel = (*pixel + stride).clamp(0.0, 1.0);
            }
            self.step += 1;
        }
    }

    /// Returns the standard deviation of the blur in the next step in pixels, which decays
    /// exponentially.
    fn blur_sigma(&self) -> f64 {
        let [first, last] = self.regularization.blur;
        let share = self.step as f64 / (Self::STEPS - 1) as f64;
        if first > 0.0 { first * (last / first).powf(share) } else { 0.0 }
    }

    /// Returns whether all steps are completed.
    pub fn is_done(&self) -> bool {
        self.step >= Self::STEPS
    }

    /// Returns the current image.
    pub fn visualization(&self, model: &Model, weights: &[f32]) -> FeatureVisualization {
        let node = model.graph().layers()[self.unit_ref.layer].output;
        let values = model.forward(weights, self.image.clone(), node);
        let [_, height, width] = model.shape(node);
        let size = height * width;
        let of_unit = &values.nodes[node][self.unit_ref.unit * size..][..size];
        let (_, largest) = value_range([of_unit].into_iter());
        FeatureVisualization {
            unit_ref: self.unit_ref,
            pixels: self.image.iter().map(|pixel| (255.0 * pixel).round() as u8).collect(),
            value: largest,
            step: self.step,
            steps: Self::STEPS,
        }
    }

    /// Returns the gradient of the objective with respect to the output of the maximized node.
    fn objective_gradient(&self, model: &Model, output: &[f32]) -> Vec<f32> {
        let [_, height, width] = model.shape(self.node);
        let range = self.unit_ref.unit * height * width..(self.unit_ref.unit + 1) * height * width;
        let values = &output[range.clone()];
        let (_, largest) = value_range([values].into_iter());
        let spread = values.iter().map(|value| largest - value).sum::<f32>() / values.len() as f32;
        let share = |value: &f32| ((value - largest) / spread.max(f32::MIN_POSITIVE)).exp();
        let total: f32 = values.iter().map(share).sum();
        let mut seed = vec![0.0; output.len()];
        for (seed, value) in seed[range].iter_mut().zip(values) {
            *seed = share(value) / total;
        }
        seed
    }
}

/// Shifts an image cyclically down and to the right.
fn roll(image: &[f32], [height, width]: [usize; 2], [down, across]: [usize; 2]) -> Vec<f32> {
    let mut moved = vec![0.0; image.len()];
    for row in 0..height {
        for column in 0..width {
            let to = (row + down) % height * width + (column + across) % width;
            moved[to] = image[row * width + column];
        }
    }
    moved
}

/// Blurs an image with a Gaussian of standard deviation `sigma` in pixels. The image is mirrored at
/// its border.
fn gaussian_blur(image: &[f32], [height, width]: [usize; 2], sigma: f64) -> Vec<f32> {
    if sigma <= 0.0 {
        return image.to_vec();
    }
    let reach = (3.0 * sigma).ceil() as i64;
    let weights = (-reach..=reach).map(|x| (-0.5 * (x as f64 / sigma).powi(2)).exp());
    let weights: Vec<f64> = weights.collect();
    let total: f64 = weights.iter().sum();
    let kernel: Vec<f32> = weights.iter().map(|weight| (weight / total) as f32).collect();
    let mirrored = |at: i64, length: usize| {
        let at = at.rem_euclid(2 * length as i64) as usize;
        at.min(2 * length - 1 - at)
    };
    let mut across = vec![0.0; image.len()];
    for (from, to) in image.chunks_exact(width).zip(across.chunks_exact_mut(width)) {
        let wide: Vec<f32> =
            (-reach..width as i64 + reach).map(|at| from[mirrored(at, width)]).collect();
        for (column, to) in to.iter_mut().enumerate() {
            let seen = &wide[column..];
            *to = kernel.iter().zip(seen).map(|(weight, value)| weight * value).sum();
        }
    }
    let mut both = vec![0.0; image.len()];
    for (row, to) in both.chunks_exact_mut(width).enumerate() {
        for (weight, at) in kernel.iter().zip(row as i64 - reach..) {
            let from = &across[mirrored(at, height) * width..][..width];
            to.iter_mut().zip(from).for_each(|(to, value)| *to += weight * value);
        }
    }
    both
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blur_keeps_what_there_is_and_spreads_it_by_its_sigma() {
        let size @ [height, width] = [21, 33];
        let mut image = vec![0.0; height * width];
        image[10 * width + 16] = 1.0;
        let found = gaussian_blur(&image, size, 1.5);
        let moment = |of: &dyn Fn(f32, f32) -> f32| -> f32 {
            let places = (0..height * width).map(|place| {
                let [y, x] = [(place / width) as f32 - 10.0, (place % width) as f32 - 16.0];
                found[place] * of(y, x)
            });
            places.sum()
        };
        assert!((moment(&|_, _| 1.0) - 1.0).abs() < 1e-5);
        assert!(moment(&|y, _| y).abs() < 1e-5 && moment(&|_, x| x).abs() < 1e-5);
        // The variance is slightly too small, since the kernel is cut off at three sigma.
        for variance in [moment(&|y, _| y * y), moment(&|_, x| x * x)] {
            assert!((variance - 2.25).abs() < 0.08, "{variance}");
        }
        assert!(gaussian_blur(&[0.3; 35], [5, 7], 4.0).iter().all(|v| (v - 0.3).abs() < 1e-6));
    }

    #[test]
    fn an_image_rolls_back_to_where_it_was() {
        let image: Vec<f32> = (0..35).map(|value| value as f32).collect();
        let moved = roll(&image, [5, 7], [6, 9]);
        assert_eq!(moved[7 + 2], 0.0);
        assert_eq!(roll(&moved, [5, 7], [10 - 6, 14 - 9]), image);
    }
}
