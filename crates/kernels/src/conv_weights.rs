//! Gradient of a convolution with respect to its kernels and bias.
//!
//! The gradient of a kernel at one position is the product of the output's gradient with the input
//! shifted by that position, summed over the image. The sums for a whole row of the kernel and
//! several output channels stay in registers while the loop runs over the image.

use wide::f32x4;

use crate::conv::Conv;
use crate::padded::Padded;
use crate::vectors::{LANES, load, mul_add, sum};

/// Gradients of the weights and bias of a layer, `[outputs]` for the bias. The weights are the
/// kernels of a convolution, `[outputs, inputs, kernel, kernel]`, or the matrix of a dense layer,
/// `[inputs, outputs]`.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightGradients {
    /// Gradient of the kernels, or of the weight matrix.
    pub weight: Vec<f32>,
    /// Gradient of the bias.
    pub bias: Vec<f32>,
}

impl Conv {
    /// Computes the gradients with respect to kernels and bias, summed over the batch, from the
    /// input `[batch, inputs, height, width]` and the gradient of the output,
    /// `[batch, outputs, height, width]`.
    pub fn backward_weights(&self, x: &[f32], gradient: &[f32]) -> WeightGradients {
        let [height, width] = self.output_size();
        let (input, output) =
            (self.inputs * self.size[0] * self.size[1], self.outputs * height * width);
        assert_eq!((x.len(), gradient.len()), (self.batch * input, self.batch * output), "images");
        let mut total = WeightGradients {
            weight: vec![0.0; self.outputs * self.inputs * self.kernel_area()],
            bias: vec![0.0; self.outputs],
        };
        let aligned = width.next_multiple_of(LANES);
        // Each row of the gradient is padded with zeros to whole vectors, so rows of the input must
        // be readable equally far.
        let mut images =
            Padded::sorted(self.inputs, self.size, self.padding, 2 * LANES, self.stride);
        let mut gradients = Padded::new(self.outputs, [height, width], 0, aligned - width);
        for (x, gradient) in x.chunks_exact(input.max(1)).zip(gradient.chunks_exact(output.max(1)))
        {
            images.fill(x, self.size, self.padding);
            gradients.fill(gradient, [height, width], 0);
            for (bias, plane) in total.bias.iter_mut().zip(gradient.chunks_exact(height * width)) {
                *bias += sum(plane);
            }
            match self.kernel {
                _ if self.stride != 1 => {
                    self.add_image::<1, 4>(&images, &gradients, &mut total.weight)
                }
                1 => self.add_image::<1, 4>(&images, &gradients, &mut total.weight),
                2 => self.add_image::<2, 4>(&images, &gradients, &mut total.weight),
                3 => self.add_image::<3, 4>(&images, &gradients, &mut total.weight),
                5 => self.add_image::<5, 2>(&images, &gradients, &mut total.weight),
                7 => self.add_image::<7, 1>(&images, &gradients, &mut total.weight),
                _ => self.add_image::<1, 4>(&images, &gradients, &mut total.weight),
            }
        }
        total
    }

    /// Adds the contribution of one image, for `K` positions in a row of the kernel and `B` output
    /// channels at a time.
    fn add_image<const K: usize, const B: usize>(
        &self,
        x: &Padded,
        gradient: &Padded,
        weight: &mut [f32],
    ) {
        let [height, _] = self.output_size();
        let row_step = self.stride * x.stride;
        for first in (0..self.outputs).step_by(B) {
            for input in 0..self.inputs {
                for row in 0..self.kernel {
                    for place in (0..self.kernel).step_by(K) {
                        let start = input * x.plane + row * x.stride + x.column(place);
                        let sums = if first + B <= self.outputs {
                            products::<K, B>(x, start, row_step, gradient, first, height)
                        } else {
                            // The remaining channels, one at a time.
                            let mut sums = [[0.0; K]; B];
                            let left = first..self.outputs;
                            for (sums, output) in sums.iter_mut().zip(left) {
                                [*sums] =
                                    products::<K, 1>(x, start, row_step, gradient, output, height);
                            }
                            sums
                        };
                        for (sums, output) in sums.iter().zip(first..self.outputs) {
                            let kernel = (output * self.inputs + input) * self.kernel_area();
                            let to = kernel + row * self.kernel + place;
                            for (sum, to) in sums.iter().zip(&mut weight[to..]) {
                                *to += sum;
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Returns the products of the gradients of the channels starting at `first` with the input
/// shifted by 0 to `K`-1 pixels, summed over the `height` rows of the gradient. Neighboring rows read
/// the input at a distance of `row_step`, beginning at `start`.
#[inline(always)]
pub(crate) fn products<const K: usize, const B: usize>(
    x: &Padded,
    start: usize,
    row_step: usize,
    gradient: &Padded,
    first: usize,
    height: usize,
) -> [[f32; K]; B] {
    let mut sums = [[f32x4::ZERO; K]; B];
    let planes: [&[f32]; B] = std::array::from_fn(|channel| {
        &gradient.values[(first + channel) * gradient.plane..][..gradient.plane]
    });
    for row in 0..height {
        let pixels = &x.values[start + row * row_step..][..gradient.stride + K - 1];
        let rows: [&[f32]; B] =
            planes.map(|plane| &plane[row * gradient.stride..][..gradient.stride]);
        for column in (0..gradient.stride).step_by(LANES) {
            let pixels = &pixels[column..][..LANES + K - 1];
            // Whichever of the two has fewer vectors is loaded first and kept, so that there
            // are enough registers.
            if K > B {
                let grads: [f32x4; B] = rows.map(|row| load(&row[column..]));
                for place in 0..K {
                    let window = load(&pixels[place..]);
                    for channel in 0..B {
                        let sum = &mut sums[channel][place];
                        *sum = mul_add(window, grads[channel], *sum);
                    }
                }
            } else {
                let windows: [f32x4; K] = std::array::from_fn(|place| load(&pixels[place..]));
                for channel in 0..B {
                    let grads = load(&rows[channel][column..]);
                    for place in 0..K {
                        let sum = &mut sums[channel][place];
                        *sum = mul_add(windows[place], grads, *sum);
                    }
                }
            }
        }
    }
    sums.map(|sums| sums.map(|sum| sum.reduce_add()))
}
