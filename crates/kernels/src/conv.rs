//! Direct convolution: cross-correlation with a stride and zero padding, as in PyTorch's `conv2d`,
//! and its gradients (Goodfellow, Bengio & Courville 2016, section 9.5).
//!
//! The loops in this file are for stride 1. In the forward pass, the sums for a block of four or five output channels times eight
//! neighboring pixels stay in registers, while the loop runs over all input channels and kernel
//! positions. The gradient with respect to the input is the same operation with flipped kernels.

use wide::f32x4;

use crate::correlation::{BLOCK_PIXELS, Epilogue, pack, store};
use crate::padded::Padded;
use crate::vectors::{LANES, load, mul_add};
use crate::window::Window;

/// Shape of a convolution applied to a batch of images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Conv {
    /// Number of images.
    pub batch: usize,
    /// Number of input channels.
    pub inputs: usize,
    /// Number of output channels.
    pub outputs: usize,
    /// Height and width of the input in pixels.
    pub size: [usize; 2],
    /// Side of the kernels in pixels, at least 1.
    pub kernel: usize,
    /// Distance between neighboring places of the kernel in pixels, at least 1.
    pub stride: usize,
    /// Zero padding on each side in pixels, less than `kernel`.
    pub padding: usize,
}

impl Conv {
    /// Returns the height and width of the output in pixels.
    pub fn output_size(&self) -> [usize; 2] {
        self.window().output_size()
    }

    /// Computes the convolution `[batch, outputs, height, width]` of images
    /// `[batch, inputs, height, width]`, kernels `[outputs, inputs, kernel, kernel]` and a bias
    /// `[outputs]`.
    pub fn forward(&self, x: &[f32], weight: &[f32], bias: &[f32], epilogue: Epilogue) -> Vec<f32> {
        assert_eq!(weight.len(), self.outputs * self.inputs * self.kernel_area(), "kernels");
        if self.stride != 1 {
            return self.strided_forward(x, weight, bias, epilogue);
        }
        let at = |output, input, place| {
            weight[(output * self.inputs + input) * self.kernel_area() + place]
        };
        self.correlate(x, at, bias, epilogue)
    }

    /// Computes the gradient with respect to the input, `[batch, inputs, height, width]`, from the
    /// gradient of the output, `[batch, outputs, height, width]`.
    pub fn backward_input(&self, weight: &[f32], gradient: &[f32]) -> Vec<f32> {
        assert_eq!(weight.len(), self.outputs * self.inputs * self.kernel_area(), "kernels");
        if self.stride != 1 {
            return self.strided_backward_input(weight, gradient);
        }
        let at = |output, input, place| {
            weight[(input * self.inputs + output + 1) * self.kernel_area() - 1 - place]
        };
        self.transposed().correlate(gradient, at, &vec![0.0; self.inputs], Epilogue::None)
    }

    /// Returns the convolution that computes the gradient with respect to the input of a convolution
    /// with stride 1 if its kernels are flipped.
    pub fn transposed(&self) -> Self {
        Self {
            inputs: self.outputs,
            outputs: self.inputs,
            size: self.output_size(),
            padding: self.kernel - 1 - self.padding,
            ..*self
        }
    }

    pub(crate) fn kernel_area(&self) -> usize {
        self.kernel * self.kernel
    }

    pub(crate) fn window(&self) -> Window {
        let Self { size, kernel, stride, padding, .. } = *self;
        Window { size, kernel, stride, padding }
    }

    /// Computes the cross-correlation with kernels that are read by `at(output, input, position)`.
    fn correlate(
        &self,
        x: &[f32],
        at: impl Fn(usize, usize, usize) -> f32,
        bias: &[f32],
        epilogue: Epilogue,
    ) -> Vec<f32> {
        // The layers of the lab have 8, 10, 16 or 20 channels, which blocks of four or five divide
        // evenly.
        let shape = [self.outputs, self.inputs, self.kernel_area()];
        if self.outputs.next_multiple_of(5) < self.outputs.next_multiple_of(4) {
            self.correlate_in_blocks::<5>(x, &pack(shape, at), bias, epilogue)
        } else {
            self.correlate_in_blocks::<4>(x, &pack(shape, at), bias, epilogue)
        }
    }

    fn correlate_in_blocks<const B: usize>(
        &self,
        x: &[f32],
        packed: &[[f32; B]],
        bias: &[f32],
        epilogue: Epilogue,
    ) -> Vec<f32> {
        let [height, width] = self.output_size();
        assert_eq!(x.len(), self.batch * self.inputs * self.size[0] * self.size[1], "images");
        assert_eq!(bias.len(), self.outputs, "one bias an output channel");
        let mut y = vec![0.0; self.batch * self.outputs * height * width];
        let mut padded = Padded::new(self.inputs, self.size, self.padding, BLOCK_PIXELS);
        let images = x.chunks_exact((self.inputs * self.size[0] * self.size[1]).max(1));
        for (image, out) in images.zip(y.chunks_exact_mut((self.outputs * height * width).max(1))) {
            padded.fill(image, self.size, self.padding);
            match self.kernel {
                1 => self.correlate_image::<1, B>(&padded, packed, bias, epilogue, out),
                3 => self.correlate_image::<3, B>(&padded, packed, bias, epilogue, out),
                5 => self.correlate_image::<5, B>(&padded, packed, bias, epilogue, out),
                7 => self.correlate_image::<7, B>(&padded, packed, bias, epilogue, out),
                _ => self.correlate_image::<0, B>(&padded, packed, bias, epilogue, out),
            }
        }
        y
    }

    /// Correlates one image. `K` is the side of the kernel, or 0 if it is not known at compile
    /// time.
    fn correlate_image<const K: usize, const B: usize>(
        &self,
        x: &Padded,
        packed: &[[f32; B]],
        bias: &[f32],
        epilogue: Epilogue,
        y: &mut [f32],
    ) {
        let [height, width] = self.output_size();
        let blocks = packed.chunks_exact(self.inputs * self.kernel_area());
        let channels = y.chunks_mut(B * height * width).zip(bias.chunks(B));
        for (kernels, (y, bias)) in blocks.zip(channels) {
            let bias: [f32; B] = std::array::from_fn(|lane| bias.get(lane).copied().unwrap_or(0.0));
            for row in 0..height {
                for column in (0..width).step_by(BLOCK_PIXELS) {
                    let left = width - column;
                    let place = row * width + column;
                    let start = row * x.stride + column;
                    if left > LANES {
                        let sums = self.sums::<K, 2, B>(x, start, kernels, bias);
                        store(&sums, y, height * width, place, left.min(BLOCK_PIXELS), epilogue);
                    } else {
                        let sums = self.sums::<K, 1, B>(x, start, kernels, bias);
                        store(&sums, y, height * width, place, left, epilogue);
                    }
                }
            }
        }
    }

    /// Returns the sums of `V` vectors of neighboring pixels for a block of output channels.
    #[inline(always)]
    fn sums<const K: usize, const V: usize, const B: usize>(
        &self,
        x: &Padded,
        start: usize,
        kernels: &[[f32; B]],
        bias: [f32; B],
    ) -> [[f32x4; V]; B] {
        let kernel = if K == 0 { self.kernel } else { K };
        let mut sums = bias.map(|bias| [f32x4::splat(bias); V]);
        for (input, kernels) in kernels.chunks_exact(kernel * kernel).enumerate() {
            let start = input * x.plane + start;
            for (row, weights) in kernels.chunks_exact(kernel).enumerate() {
                // A single bounds check for the whole row of the kernel.
                let pixels = &x.values[start + row * x.stride..][..kernel - 1 + V * LANES];
                for place in 0..kernel {
                    let window: [f32x4; V] =
                        std::array::from_fn(|vector| load(&pixels[place + vector * LANES..]));
                    for output in 0..B {
                        let weight = f32x4::splat(weights[place][output]);
                        for vector in 0..V {
                            sums[output][vector] =
                                mul_add(weight, window[vector], sums[output][vector]);
                        }
                    }
                }
            }
        }
        sums
    }
}
