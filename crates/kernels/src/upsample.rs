//! Transposed convolution with 2×2 kernels and stride 2, as in PyTorch's `conv_transpose2d`. Each
//! pixel becomes a square of 2×2 pixels. It is computed as a 1×1 convolution with four times the
//! channels, followed by a rearrangement (pixel shuffle).

use crate::conv::Conv;
use crate::conv_weights::WeightGradients;
use crate::correlation::Epilogue;

/// Shape of a transposed convolution with 2×2 kernels and stride 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TransposedConv {
    /// Number of images.
    pub batch: usize,
    /// Number of input channels.
    pub inputs: usize,
    /// Number of output channels.
    pub outputs: usize,
    /// Height and width of the input in pixels.
    pub size: [usize; 2],
}

impl TransposedConv {
    /// Computes `[batch, outputs, 2·height, 2·width]` from images `[batch, inputs, height, width]`,
    /// kernels `[inputs, outputs, 2, 2]` and a bias `[outputs]`.
    pub fn forward(&self, x: &[f32], weight: &[f32], bias: &[f32]) -> Vec<f32> {
        let bias: Vec<f32> = bias.iter().flat_map(|bias| [*bias; 4]).collect();
        let parts = self.pointwise_conv().forward(
            x,
            &self.transposed_weight(weight),
            &bias,
            Epilogue::None,
        );
        self.pixel_shuffle(&parts)
    }

    /// Computes the gradient with respect to the input, `[batch, inputs, height, width]`, from the
    /// gradient of the output.
    pub fn backward_input(&self, weight: &[f32], gradient: &[f32]) -> Vec<f32> {
        self.pointwise_conv()
            .backward_input(&self.transposed_weight(weight), &self.pixel_unshuffle(gradient))
    }

    /// Computes the gradients with respect to kernels `[inputs, outputs, 2, 2]` and bias
    /// `[outputs]`, summed over the batch.
    pub fn backward_weights(&self, x: &[f32], gradient: &[f32]) -> WeightGradients {
        let gradients = self.pointwise_conv().backward_weights(x, &self.pixel_unshuffle(gradient));
        let width = 4 * self.outputs;
        let weight = (0..self.inputs * width)
            .map(|i| gradients.weight[i % width * self.inputs + i / width])
            .collect();
        let bias = gradients.bias.chunks_exact(4).map(|parts| parts.iter().sum()).collect();
        WeightGradients { weight, bias }
    }

    /// Returns the 1×1 convolution that computes the four pixels of a square as four channels.
    fn pointwise_conv(&self) -> Conv {
        Conv {
            batch: self.batch,
            inputs: self.inputs,
            outputs: 4 * self.outputs,
            size: self.size,
            kernel: 1,
            stride: 1,
            padding: 0,
        }
    }

    /// Transposes a weight `[inputs, outputs·4]` to `[outputs·4, inputs]`.
    fn transposed_weight(&self, weight: &[f32]) -> Vec<f32> {
        let width = 4 * self.outputs;
        assert_eq!(weight.len(), self.inputs * width, "kernels");
        (0..weight.len()).map(|i| weight[i % self.inputs * width + i / self.inputs]).collect()
    }

    /// Rearranges `[batch, outputs·4, height, width]` to `[batch, outputs, 2·height, 2·width]`.
    fn pixel_shuffle(&self, parts: &[f32]) -> Vec<f32> {
        let [height, width] = self.size;
        let mut y = vec![0.0; parts.len()];
        let squares = parts.chunks_exact(4 * height * width);
        for (parts, y) in squares.zip(y.chunks_exact_mut(4 * height * width)) {
            for (row, out) in y.chunks_exact_mut(2 * width).enumerate() {
                let (pair, at) = (row % 2 * 2, row / 2 * width);
                let left = &parts[pair * height * width + at..][..width];
                let right = &parts[(pair + 1) * height * width + at..][..width];
                for ((out, left), right) in out.chunks_exact_mut(2).zip(left).zip(right) {
                    (out[0], out[1]) = (*left, *right);
                }
            }
        }
        y
    }

    /// Inverse of [`Self::pixel_shuffle`].
    fn pixel_unshuffle(&self, y: &[f32]) -> Vec<f32> {
        let [height, width] = self.size;
        assert_eq!(y.len(), self.batch * self.outputs * 4 * height * width, "gradients");
        let mut parts = vec![0.0; y.len()];
        let squares = y.chunks_exact(4 * height * width);
        for (y, parts) in squares.zip(parts.chunks_exact_mut(4 * height * width)) {
            let (upper, lower) = parts.split_at_mut(2 * height * width);
            for (row, values) in y.chunks_exact(2 * width).enumerate() {
                let half = if row % 2 == 0 { &mut *upper } else { &mut *lower };
                let (left, right) = half.split_at_mut(height * width);
                let at = row / 2 * width;
                let targets = left[at..].iter_mut().zip(&mut right[at..]);
                for (values, (left, right)) in values.chunks_exact(2).zip(targets) {
                    (*left, *right) = (values[0], values[1]);
                }
            }
        }
        parts
    }
}
