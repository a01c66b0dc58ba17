//! Convolution with a stride: the forward pass, and the gradient with respect to the input.
//!
//! Both keep a block of sums in registers like the convolution with stride 1. In the forward pass
//! the image's columns are sorted by their remainder when divided by the stride, so that vectors
//! are loaded from neighboring values. In the gradient, the pixels with the same remainders of row
//! and column are computed together, each from those values of the kernel that it was multiplied
//! with; spreading the output's gradient over the image, with zeros between, would multiply stride²
//! times as much.

use crate::conv::Conv;
use crate::correlation::{BLOCK_PIXELS, Correlation, Epilogue, pack};
use crate::padded::Padded;

/// Number of output channels in a block.
const BLOCK_CHANNELS: usize = 4;

impl Conv {
    /// Same as [`Conv::forward`], for any stride.
    pub(crate) fn strided_forward(
        &self,
        x: &[f32],
        weight: &[f32],
        bias: &[f32],
        epilogue: Epilogue,
    ) -> Vec<f32> {
        let (window, size) = (self.window(), self.output_size());
        let (input, output) =
            (self.inputs * self.size[0] * self.size[1], self.outputs * size[0] * size[1]);
        assert_eq!((x.len(), bias.len()), (self.batch * input, self.outputs), "images and bias");
        let mut y = vec![0.0; self.batch * output];
        let area = self.kernel_area();
        let packed =
            pack::<BLOCK_CHANNELS>([self.outputs, self.inputs, area], |output, input, at| {
                weight[(output * self.inputs + input) * area + at]
            });
        let mut padded =
            Padded::sorted(self.inputs, self.size, self.padding, BLOCK_PIXELS, self.stride);
        let offsets = window.offsets(&padded);
        let row_step = self.stride * padded.stride;
        let sums = Correlation { inputs: self.inputs, size, row_step, offsets: &offsets };
        for (x, y) in x.chunks_exact(input.max(1)).zip(y.chunks_exact_mut(output.max(1))) {
            padded.fill(x, self.size, self.padding);
            sums.run(&padded, 0, &packed, bias, epilogue, y);
        }
        y
    }

    /// Same as [`Conv::backward_input`], for any stride.
    pub(crate) fn strided_backward_input(&self, weight: &[f32], gradient: &[f32]) -> Vec<f32> {
        let (window, size) = (self.window(), self.output_size());
        let (input, output) =
            (self.inputs * self.size[0] * self.size[1], self.outputs * size[0] * size[1]);
        assert_eq!(gradient.len(), self.batch * output, "gradients");
        let mut found = vec![0.0; self.batch * input];
        let padding = window.gradient_padding();
        let mut padded = Padded::new(self.outputs, size, padding, BLOCK_PIXELS);
        let phases = window.phases(&padded);
        let area = self.kernel_area();
        let kernels = phases.iter().map(|phase| {
            let shape = [self.inputs, self.outputs, phase.positions.len()];
            pack::<BLOCK_CHANNELS>(shape, |input, output, at| {
                weight[(output * self.inputs + input) * area + phase.positions[at]]
            })
        });
        let kernels: Vec<_> = kernels.collect();
        let no_bias = vec![0.0; self.inputs];
        let mut pixels = Vec::new();
        let images = gradient.chunks_exact(output.max(1)).zip(found.chunks_exact_mut(input.max(1)));
        for (gradient, found) in images {
            padded.fill(gradient, size, padding);
            for (phase, packed) in phases.iter().zip(&kernels) {
                let plane = phase.size[0] * phase.size[1];
                pixels.resize(self.inputs * plane, 0.0);
                let sums = Correlation {
                    inputs: self.outputs,
                    size: phase.size,
                    row_step: padded.stride,
                    offsets: &phase.offsets,
                };
                sums.run(&padded, 0, packed, &no_bias, Epilogue::None, &mut pixels);
                let channels = found.chunks_exact_mut(self.size[0] * self.size[1]);
                for (pixels, found) in pixels.chunks_exact(plane.max(1)).zip(channels) {
                    phase.scatter(&window, pixels, found);
                }
            }
        }
        found
    }
}
