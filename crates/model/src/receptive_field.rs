//! Receptive fields: the parts of the image and of each block that one output pixel depends on.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::{UNet, UNetBlock, Upsampling};

/// A rectangle of pixels, as half-open ranges of rows and columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PixelRect {
    /// Rows.
    pub rows: Range<usize>,
    /// Columns.
    pub columns: Range<usize>,
}

/// Receptive field of one output pixel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceptiveField {
    /// Rectangle in the image.
    pub image: PixelRect,
    /// Rectangle in the output of each block, in the order of
    /// [`UNetSummary::blocks`](crate::UNetSummary::blocks). For the head it is the output pixel
    /// itself.
    pub blocks: Vec<(UNetBlock, PixelRect)>,
}

impl UNet {
    /// Computes the receptive field of the output pixel at `[row, column]`, for images of `[height,
    /// width]`. The result is exact for a U-Net that [`summary`](Self::summary) accepts, except
    /// that the bounding rectangle of two paths may include additional corners.
    pub fn receptive_field(
        &self,
        [row, column]: [usize; 2],
        [height, width]: [usize; 2],
    ) -> ReceptiveField {
        let size = |level: usize| [height >> level, width >> level];
        let pixel = PixelRect { rows: row..row + 1, columns: column..column + 1 };
        let mut decoders = Vec::new();
        let mut by_skip = Vec::new();
        // From the output back to the bottom: the pixels that each decoder block depends on.
        let mut needed = pixel.clone();
        for level in 0..self.depth {
            decoders.push((UNetBlock::Decoder(level), needed.clone()));
            let joined = needed.grown(2, size(level));
            by_skip.push(self.has_skip(level).then(|| joined.clone()));
            let upsampled = match self.upsampling {
                Upsampling::Transposed => joined,
                Upsampling::Nearest => joined.grown(1, size(level)),
            };
            needed = upsampled.halved();
        }
        let bottom = needed.clone();
        let mut encoders = Vec::new();
        for level in (0..self.depth).rev() {
            let pooled = needed.grown(2, size(level + 1)).doubled();
            needed = match &by_skip[level] {
                Some(skip) => pooled.united(skip),
                None => pooled,
            };
            encoders.push((UNetBlock::Encoder(level), needed.clone()));
        }
        let image = needed.grown(2, size(0));
        encoders.reverse();
        decoders.reverse();
        let mut blocks = encoders;
        blocks.push((UNetBlock::Bottom, bottom));
        blocks.extend(decoders);
        blocks.push((UNetBlock::Head, pixel));
        ReceptiveField { image, blocks }
    }
}

impl PixelRect {
    /// Returns the rectangle enlarged by `n` pixels on each side and clipped to the image.
    fn grown(&self, n: usize, [height, width]: [usize; 2]) -> Self {
        let grow = |range: &Range<usize>, end: usize| {
            range.start.saturating_sub(n)..(range.end + n).min(end)
        };
        Self { rows: grow(&self.rows, height), columns: grow(&self.columns, width) }
    }

    /// Returns the pixels at half the resolution from which these are upsampled.
    fn halved(&self) -> Self {
        let half = |range: &Range<usize>| range.start / 2..range.end.div_ceil(2);
        Self { rows: half(&self.rows), columns: half(&self.columns) }
    }

    /// Returns the pixels at twice the resolution from which these are pooled.
    fn doubled(&self) -> Self {
        let double = |range: &Range<usize>| range.start * 2..range.end * 2;
        Self { rows: double(&self.rows), columns: double(&self.columns) }
    }

    /// Returns the bounding rectangle of both rectangles.
    fn united(&self, other: &Self) -> Self {
        let unite = |a: &Range<usize>, b: &Range<usize>| a.start.min(b.start)..a.end.max(b.end);
        Self { rows: unite(&self.rows, &other.rows), columns: unite(&self.columns, &other.columns) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MAX_DEPTH;

    const SIZE: [usize; 2] = [64, 64];

    #[test]
    fn the_receptive_field_of_a_pixel_grows_downwards_and_stays_inside() {
        let unet = UNet { depth: 1, ..UNet::default() };
        let field = unet.receptive_field([32, 32], SIZE);
        // Sizes: decoder output 1, concatenated maps 5 (30..35), bottom 3 (15..18), grown by 2 and
        // doubled 14 (26..40); the convolutions of the encoder block add 2 more on each side.
        assert_eq!(
            field.blocks[1],
            (UNetBlock::Bottom, PixelRect { rows: 15..18, columns: 15..18 })
        );
        assert_eq!(field.blocks[0].1.rows, 26..40);
        assert_eq!(field.image.rows, 24..42);
        let corner = UNet { depth: 4, ..UNet::default() }.receptive_field([0, 63], SIZE);
        assert_eq!((corner.image.rows.start, corner.image.columns.end), (0, 64));
        assert_eq!(corner.blocks.len(), 10);
        // Without the skip connection, the same area reaches the encoder through the bottom block.
        let cut = UNet { skips: [false; MAX_DEPTH], ..unet };
        assert_eq!(cut.receptive_field([32, 32], SIZE).image.rows, 24..42);
    }
}
