//! Zero-padded copies of images, so that inner loops need no bounds checks at the border.

use crate::vectors::LANES;

/// Channels of one image with a border of zeros, and more zeros at the end of each row.
///
/// For convolutions with a stride, the columns of each row are sorted by their remainder when
/// divided by the stride, so that the pixels that neighboring sums multiply with the same value of
/// the kernel are neighbors.
#[derive(Debug)]
pub(crate) struct Padded {
    /// Distance between rows, in floats.
    pub stride: usize,
    /// Distance between channels, in floats.
    pub plane: usize,
    pub values: Vec<f32>,
    /// Divisor by which columns are sorted; 1 keeps their order.
    divisor: usize,
    /// Distance between columns of consecutive remainders, in floats.
    part: usize,
}

impl Padded {
    /// Allocates `channels` images of `height`×`width` with a border of `padding` zeros and
    /// `row_slack` more zeros at the end of each row.
    pub fn new(channels: usize, size: [usize; 2], padding: usize, row_slack: usize) -> Self {
        Self::sorted(channels, size, padding, row_slack, 1)
    }

    /// Allocates images like [`Self::new`], with columns sorted by their remainder when divided by
    /// `divisor`. There are `row_slack` zeros after the columns of each remainder.
    pub fn sorted(
        channels: usize,
        [height, width]: [usize; 2],
        padding: usize,
        row_slack: usize,
        divisor: usize,
    ) -> Self {
        let part = (width + 2 * padding).div_ceil(divisor) + row_slack;
        let stride = divisor * part;
        let plane = (height + 2 * padding) * stride;
        // Vector loads in the last row may extend beyond it.
        let values = vec![0.0; channels * plane + row_slack + LANES];
        Self { stride, plane, values, divisor, part }
    }

    /// Returns the place of a column within its row. Columns count from the border's left edge.
    #[inline(always)]
    pub fn column(&self, column: usize) -> usize {
        column % self.divisor * self.part + column / self.divisor
    }

    /// Copies images `[channels, height, width]` into the area inside the border.
    pub fn fill(&mut self, images: &[f32], [height, width]: [usize; 2], padding: usize) {
        let (divisor, part) = (self.divisor, self.part);
        for (channel, image) in images.chunks_exact(height * width).enumerate() {
            let start = channel * self.plane + padding * self.stride;
            let rows = self.values[start..].chunks_mut(self.stride);
            for (from, to) in image.chunks_exact(width).zip(rows) {
                if divisor == 1 {
                    to[padding..padding + width].copy_from_slice(from);
                    continue;
                }
                for remainder in 0..divisor {
                    // The first column inside the border with this remainder.
                    let first = (remainder + divisor - padding % divisor) % divisor;
                    let to = &mut to[remainder * part + (padding + first) / divisor..];
                    let from = from.iter().skip(first).step_by(divisor);
                    from.zip(to).for_each(|(from, to)| *to = *from);
                }
            }
        }
    }
}
