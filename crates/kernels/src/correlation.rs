//! Sums of products of kernels with an image, for a block of output channels and neighboring
//! pixels at a time.
//!
//! [`Correlation`] reads the image at any offsets, for convolutions with a stride and for each
//! channel on its own. The convolution with stride 1 has a faster loop in `conv.rs`.

use wide::f32x4;

use crate::padded::Padded;
use crate::pointwise::relu;
use crate::vectors::{LANES, load, mul_add};

/// Number of neighboring pixels in a block.
pub(crate) const BLOCK_PIXELS: usize = 2 * LANES;

/// Function applied to each sum before it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Epilogue {
    /// Identity.
    None,
    /// max(0, sum)
    Relu,
}

/// Sums over input channels and kernel positions.
#[derive(Debug)]
pub(crate) struct Correlation<'a> {
    /// Number of input channels.
    pub inputs: usize,
    /// Height and width of the result in pixels.
    pub size: [usize; 2],
    /// Distance in the padded image between the places where neighboring rows of the result start.
    pub row_step: usize,
    /// For each kernel position, where the first pixel of the result reads the padded image.
    pub offsets: &'a [usize],
}

impl Correlation<'_> {
    /// Computes the result `[outputs, height, width]` from the image's channels that begin at
    /// `start`, packed kernels (see [`pack`]) and a bias `[outputs]`.
    pub fn run<const B: usize>(
        &self,
        x: &Padded,
        start: usize,
        packed: &[[f32; B]],
        bias: &[f32],
        epilogue: Epilogue,
        y: &mut [f32],
    ) {
        let [height, width] = self.size;
        if height * width == 0 {
            return;
        }
        let blocks = packed.chunks_exact(self.inputs * self.offsets.len());
        let channels = y.chunks_mut(B * height * width).zip(bias.chunks(B));
        for (kernels, (y, bias)) in blocks.zip(channels) {
            let bias: [f32; B] = std::array::from_fn(|lane| bias.get(lane).copied().unwrap_or(0.0));
            for row in 0..height {
                for column in (0..width).step_by(BLOCK_PIXELS) {
                    let left = width - column;
                    let place = row * width + column;
                    let start = start + row * self.row_step + column;
                    if left > LANES {
                        let sums = self.sums::<2, B>(x, start, kernels, bias);
                        store(&sums, y, height * width, place, left.min(BLOCK_PIXELS), epilogue);
                    } else {
                        let sums = self.sums::<1, B>(x, start, kernels, bias);
                        store(&sums, y, height * width, place, left, epilogue);
                    }
                }
            }
        }
    }

    /// Returns the sums of `V` vectors of neighboring pixels for a block of output channels.
    #[inline(always)]
    fn sums<const V: usize, const B: usize>(
        &self,
        x: &Padded,
        start: usize,
        kernels: &[[f32; B]],
        bias: [f32; B],
    ) -> [[f32x4; V]; B] {
        let mut sums = bias.map(|bias| [f32x4::splat(bias); V]);
        for (input, kernels) in kernels.chunks_exact(self.offsets.len()).enumerate() {
            let plane = &x.values[start + input * x.plane..];
            for (offset, weights) in self.offsets.iter().zip(kernels) {
                let pixels = &plane[*offset..][..V * LANES];
                let window: [f32x4; V] =
                    std::array::from_fn(|vector| load(&pixels[vector * LANES..]));
                for output in 0..B {
                    let weight = f32x4::splat(weights[output]);
                    for vector in 0..V {
                        sums[output][vector] =
                            mul_add(weight, window[vector], sums[output][vector]);
                    }
                }
            }
        }
        sums
    }
}

/// Packs kernels that are read by `at(output, input, position)` in the order in which the inner
/// loop reads them, one block of output channels at a time: `[blocks, inputs, positions, B]`, with
/// zeros beyond the last channel.
pub(crate) fn pack<const B: usize>(
    [outputs, inputs, positions]: [usize; 3],
    at: impl Fn(usize, usize, usize) -> f32,
) -> Vec<[f32; B]> {
    let mut packed = Vec::with_capacity(outputs.div_ceil(B) * inputs * positions);
    for first in (0..outputs).step_by(B) {
        for input in 0..inputs {
            for place in 0..positions {
                packed.push(std::array::from_fn(|lane| match first + lane {
                    output if output < outputs => at(output, input, place),
                    _ => 0.0,
                }));
            }
        }
    }
    packed
}

/// Stores the first `count` pixels of each channel in `y`.
#[inline(always)]
pub(crate) fn store<const V: usize, const B: usize>(
    sums: &[[f32x4; V]; B],
    y: &mut [f32],
    plane: usize,
    place: usize,
    count: usize,
    epilogue: Epilogue,
) {
    for (sums, y) in sums.iter().zip(y.chunks_exact_mut(plane)) {
        let pixels = y[place..place + count].chunks_mut(LANES);
        for (sums, pixels) in sums.iter().zip(pixels) {
            let sums = match epilogue {
                Epilogue::None => sums.to_array(),
                Epilogue::Relu => sums.to_array().map(relu),
            };
            pixels.copy_from_slice(&sums[..pixels.len()]);
        }
    }
}
