//! Zero-padded copies of images, so that inner loops need no bounds checks at the border.

use crate::vectors::LANES;

/// Channels of one image with a border of zeros, and more zeros at the end of each row.
#[derive(Debug)]
pub(crate) struct Padded {
    /// Distance between rows, in floats.
    pub stride: usize,
    /// Distance between channels, in floats.
    pub plane: usize,
    pub values: Vec<f32>,
}

impl Padded {
    /// Allocates `channels` images of `height`×`width` with a border of `padding` zeros and
    /// `row_slack` more zeros at the end of each row.
    pub fn new(
        channels: usize,
        [height, width]: [usize; 2],
        padding: usize,
        row_slack: usize,
    ) -> Self {
        let stride = width + 2 * padding + row_slack;
        let plane = (height + 2 * padding) * stride;
        // Vector loads in the last row may extend beyond it.
        Self { stride, plane, values: vec![0.0; channels * plane + row_slack + LANES] }
    }

    /// Copies images `[channels, height, width]` into the area inside the border.
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
