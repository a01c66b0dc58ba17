//! Depthwise convolution: each channel is convolved with a kernel of its own, as in PyTorch's
//! `conv2d` with as many groups as channels (Chollet 2017, "Xception"). Zero padding and a stride
//! are as in [`Conv`](crate::Conv).

use crate::conv_weights::{WeightGradients, products};
use crate::correlation::{BLOCK_PIXELS, Correlation, Epilogue};
use crate::padded::Padded;
use crate::vectors::{LANES, sum};
use crate::window::Window;

/// Shape of a depthwise convolution applied to a batch of images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DepthwiseConv {
    /// Number of images.
    pub batch: usize,
    /// Number of channels.
    pub channels: usize,
    /// Height and width of the input in pixels.
    pub size: [usize; 2],
    /// Side of the kernels in pixels, at least 1.
    pub kernel: usize,
    /// Distance between neighboring places of the kernel in pixels, at least 1.
    pub stride: usize,
    /// Zero padding on each side in pixels, less than `kernel`.
    pub padding: usize,
}

impl DepthwiseConv {
    /// Returns the height and width of the output in pixels.
    pub fn output_size(&self) -> [usize; 2] {
        self.window().output_size()
    }

    /// Computes the convolution `[batch, channels, height, width]` of images
    /// `[batch, channels, height, width]`, kernels `[channels, 1, kernel, kernel]` and a bias
    /// `[channels]`.
    pub fn forward(&self, x: &[f32], weight: &[f32], bias: &[f32], epilogue: Epilogue) -> Vec<f32> {
        let (window, size) = (self.window(), self.output_size());
        let (image, plane, area) = (self.image(), size[0] * size[1], self.kernel * self.kernel);
        assert_eq!(x.len(), self.batch * image, "images");
        assert_eq!((weight.len(), bias.len()), (self.channels * area, self.channels), "kernels");
        let mut y = vec![0.0; self.batch * self.channels * plane];
        let kernels: Vec<[f32; 1]> = weight.iter().map(|weight| [*weight]).collect();
        let mut padded =
            Padded::sorted(self.channels, self.size, self.padding, BLOCK_PIXELS, self.stride);
        let offsets = window.offsets(&padded);
        let row_step = self.stride * padded.stride;
        let sums = Correlation { inputs: 1, size, row_step, offsets: &offsets };
        let images = x.chunks_exact(image.max(1));
        for (x, y) in images.zip(y.chunks_exact_mut((self.channels * plane).max(1))) {
            padded.fill(x, self.size, self.padding);
            let channels = y.chunks_exact_mut(plane).zip(bias.chunks_exact(1));
            for (channel, (y, bias)) in channels.enumerate() {
                let kernel = &kernels[channel * area..][..area];
                sums.run(&padded, channel * padded.plane, kernel, bias, epilogue, y);
            }
        }
        y
    }

    /// Computes the gradient with respect to the input, `[batch, channels, height, width]`, from
    /// the gradient of the output, `[batch, channels, height, width]`.
    pub fn backward_input(&self, weight: &[f32], gradient: &[f32]) -> Vec<f32> {
        let (window, size) = (self.window(), self.output_size());
        let (image, plane, area) = (self.image(), size[0] * size[1], self.kernel * self.kernel);
        assert_eq!(gradient.len(), self.batch * self.channels * plane, "gradients");
        assert_eq!(weight.len(), self.channels * area, "kernels");
        let mut found = vec![0.0; self.batch * image];
        let padding = window.gradient_padding();
        let mut padded = Padded::new(self.channels, size, padding, BLOCK_PIXELS);
        let phases = window.phases(&padded);
        let (mut kernel, mut pixels) = (Vec::new(), Vec::new());
        let images = gradient.chunks_exact((self.channels * plane).max(1));
        for (gradient, found) in images.zip(found.chunks_exact_mut(image.max(1))) {
            padded.fill(gradient, size, padding);
            let channels = found.chunks_exact_mut(self.size[0] * self.size[1]);
            for (channel, found) in channels.enumerate() {
                let weight = &weight[channel * area..][..area];
                for phase in &phases {
                    kernel.clear();
                    kernel.extend(phase.positions.iter().map(|at| [weight[*at]]));
                    pixels.resize(phase.size[0] * phase.size[1], 0.0);
                    let sums = Correlation {
                        inputs: 1,
                        size: phase.size,
                        row_step: padded.stride,
                        offsets: &phase.offsets,
                    };
                    let start = channel * padded.plane;
                    sums.run(&padded, start, &kernel, &[0.0], Epilogue::None, &mut pixels);
                    phase.scatter(&window, &pixels, found);
                }
            }
        }
        found
    }

    /// Computes the gradients with respect to kernels and bias, summed over the batch, from the
    /// input and the gradient of the output.
    pub fn backward_weights(&self, x: &[f32], gradient: &[f32]) -> WeightGradients {
        let size @ [height, width] = self.output_size();
        let (image, plane, area) = (self.image(), height * width, self.kernel * self.kernel);
        assert_eq!(
            (x.len(), gradient.len()),
            (self.batch * image, self.batch * self.channels * plane),
            "images"
        );
        let mut total = WeightGradients {
            weight: vec![0.0; self.channels * area],
            bias: vec![0.0; self.channels],
        };
        if plane == 0 {
            return total;
        }
        let row_slack = 2 * LANES;
        let mut images =
            Padded::sorted(self.channels, self.size, self.padding, row_slack, self.stride);
        let aligned = width.next_multiple_of(LANES);
        let mut gradients = Padded::new(self.channels, size, 0, aligned - width);
        let row_step = self.stride * images.stride;
        let pairs = x.chunks_exact(image.max(1));
        for (x, gradient) in pairs.zip(gradient.chunks_exact((self.channels * plane).max(1))) {
            images.fill(x, self.size, self.padding);
            gradients.fill(gradient, size, 0);
            for (channel, gradient) in gradient.chunks_exact(plane).enumerate() {
                total.bias[channel] += sum(gradient);
                let kernel = &mut total.weight[channel * area..][..area];
                for (at, to) in kernel.iter_mut().enumerate() {
                    let start = channel * images.plane
                        + at / self.kernel * images.stride
                        + images.column(at % self.kernel);
                    let [[product]] =
                        products::<1, 1>(&images, start, row_step, &gradients, channel, height);
                    *to += product;
                }
            }
        }
        total
    }

    /// Returns the number of values of an image.
    fn image(&self) -> usize {
        self.channels * self.size[0] * self.size[1]
    }

    fn window(&self) -> Window {
        let Self { size, kernel, stride, padding, .. } = *self;
        Window { size, kernel, stride, padding }
    }
}
