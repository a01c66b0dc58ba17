//! Images with room around them, so that inner loops need no checks at the border.

use crate::vectors::LANES;

/// Some channels of one image, each row followed by zeros, and the whole framed by them.
#[derive(Debug)]
pub(crate) struct Padded {
    /// Floats from a row to the next.
    pub stride: usize,
    /// Floats from a channel to the next.
    pub plane: usize,
    pub values: Vec<f32>,
}

impl Padded {
    /// Room for `channels` images of `height`×`width`, with a frame of `padding` zeros and
    /// `beyond` more zeros at the end of each row.
    pub fn new(
        channels: usize,
        [height, width]: [usize; 2],
        padding: usize,
        beyond: usize,
    ) -> Self {
        let stride = width + 2 * padding + beyond;
        let plane = (height + 2 * padding) * stride;
        // Loads of the last row may reach beyond it.
        Self { stride, plane, values: vec![0.0; channels * plane + beyond + LANES] }
    }

    /// Copies images `[channels, height, width]` into the frame.
    pub fn fill(&mut self, images: &[f32], [height, width]: [usize; 2], padding: usize) {
        for (channel, image) in images.chunks_exact(height * width).enumerate() {
            let start = channel * self.plane + padding * self.stride + padding;
            let rows = self.values[start..].chunks_mut(self.stride);
            for (from, to) in image.chunks_exact(width).zip(rows) {
                to[..width].copy_from_slice(from);
            }
        }
    }
}
