//! Transposed convolution on a GPU. As in [`kernels::TransposedConv`], it is a 1×1 convolution with
//! four times the channels, followed by a pixel shuffle.

use burn::backend::Cube;
use kernels::{Conv, TransposedConv};
use shaders::Shader;

use super::launch::{Floats, contiguous, empty, launch};
use crate::ops::backend::Kernels;
use crate::ops::linear::LinearOp;

/// Returns the convolution that computes the four pixels of each 2×2 square as four channels.
fn conv(upsample: &TransposedConv) -> Conv {
    let TransposedConv { batch, inputs, outputs, size } = *upsample;
    Conv { batch, inputs, outputs: 4 * outputs, size, kernel: 1, stride: 1, padding: 0 }
}

/// Rearranges a gradient, so that the four pixels of each 2×2 square become four channels.
fn pixel_unshuffle(upsample: &TransposedConv, gradient: &Floats) -> Floats {
    let TransposedConv { batch, outputs, size: [height, width], .. } = *upsample;
    let gradient = contiguous(gradient);
    let parts = empty(&gradient, &[batch, 4 * outputs, height, width]);
    launch(Shader::PixelUnshuffle(*upsample), &[&gradient, &parts]);
    parts
}

impl LinearOp<Cube> for TransposedConv {
    fn forward(&self, x: &Floats, weight: &Floats, bias: &Floats) -> Floats {
        let TransposedConv { batch, outputs, size: [height, width], .. } = *self;
        let [x, weight, bias] = [x, weight, bias].map(contiguous);
        let parts = empty(&x, &[batch, 4 * outputs, height, width]);
        // Kernels `[inputs, outputs·4]` have the layout of those of the input gradient.
        let shader = Shader::Conv { conv: conv(self), flipped: true, bias: false, relu: false };
        launch(shader, &[&x, &weight, &parts]);
        let y = empty(&x, &[batch, outputs, 2 * height, 2 * width]);
        launch(Shader::PixelShuffle(*self), &[&parts, &bias, &y]);
        y
    }

    fn backward_activation(&self, _y: &Floats, gradient: Floats) -> Floats {
        gradient
    }

    fn backward_input(&self, weight: &Floats, gradient: &Floats) -> Floats {
        let [weight, parts] = [contiguous(weight), pixel_unshuffle(self, gradient)];
        let found = empty(&parts, &[self.batch, self.inputs, self.size[0], self.size[1]]);
        let conv = conv(self).transposed();
        let shader = Shader::Conv { conv, flipped: false, bias: false, relu: false };
        launch(shader, &[&parts, &weight, &found]);
        found
    }

    fn backward_weights(&self, x: &Floats, gradient: &Floats) -> [Floats; 2] {
        let TransposedConv { inputs, outputs, .. } = *self;
        let found = Cube::conv_backward_weights(&conv(self), x, &pixel_unshuffle(self, gradient));
        let [weight, bias] = [empty(x, &[inputs, outputs, 2, 2]), empty(x, &[outputs])];
        launch(
            Shader::UpsampleWeightGrad { inputs, outputs },
            &[&found[0], &found[1], &weight, &bias],
        );
        [weight, bias]
    }
}
