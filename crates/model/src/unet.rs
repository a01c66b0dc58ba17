//! The U-Net of the segmentation lab: settings, output shapes, parameter counts.
//!
//! Each encoder block has two 3×3 convolutions with padding 1 and ReLU, and 2×2 max-pooling leads
//! to the next level. Each decoder block also has two 3×3 convolutions. Its input is the upsampled
//! output of the level below, preceded by the skip connection of its own level (concatenated along
//! the channels) unless that is cut. A final 1×1 convolution computes one logit per class
//! (Ronneberger, Fischer & Brox 2015, with padding).

use std::fmt;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Allowed depths. The depth is the number of times that the image is halved.
pub const DEPTH_RANGE: RangeInclusive<usize> = 1..=4;

/// Allowed widths. The width is the number of channels at full resolution, doubled at each level
/// below.
pub const WIDTH_RANGE: RangeInclusive<usize> = 4..=32;

/// Maximum depth, which is also the maximum number of skip connections.
pub const MAX_DEPTH: usize = *DEPTH_RANGE.end();

/// Upsampling method of the decoder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Upsampling {
    /// Transposed 2×2 convolution with stride 2.
    #[default]
    Transposed,
    /// Nearest-neighbor upsampling by 2, then a 3×3 convolution with padding 1.
    Nearest,
}

impl Upsampling {
    /// All variants, in the order of menus.
    pub const ALL: [Upsampling; 2] = [Upsampling::Transposed, Upsampling::Nearest];

    /// Returns the word used in links.
    pub const fn slug(self) -> &'static str {
        match self {
            Upsampling::Transposed => "transposed",
            Upsampling::Nearest => "nearest",
        }
    }

    /// Returns the name shown to people.
    pub fn name(self) -> &'static str {
        match self {
            Upsampling::Transposed => "transposed convolution",
            Upsampling::Nearest => "nearest + convolution",
        }
    }

    /// Returns the variant with this slug.
    pub fn from_slug(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|u| u.slug() == key)
    }
}

/// Settings of a U-Net.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UNet {
    /// Number of times that the image is halved, in [`DEPTH_RANGE`].
    pub depth: usize,
    /// Channels at full resolution, in [`WIDTH_RANGE`].
    pub width: usize,
    /// Upsampling method.
    pub upsampling: Upsampling,
    /// Batch norm between each 3×3 convolution and its ReLU.
    pub batch_norm: bool,
    /// Whether each skip connection is kept, finest level first. Entries beyond `depth` have no
    /// effect, but keep their value when the depth changes.
    pub skips: [bool; MAX_DEPTH],
}

impl Default for UNet {
    /// Returns the default settings, which include batch norm: without it, about one seed in three
    /// ends with all ReLUs dead and an empty mask.
    fn default() -> Self {
        Self {
            depth: 2,
            width: 8,
            upsampling: Upsampling::Transposed,
            batch_norm: true,
            skips: [true; MAX_DEPTH],
        }
    }
}

/// Reason why a U-Net cannot be built.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum UNetError {
    /// The depth is outside [`DEPTH_RANGE`].
    #[error("The depth must be between {min} and {max}, not {0}.", min = DEPTH_RANGE.start(), max = DEPTH_RANGE.end())]
    Depth(usize),
    /// The width is outside [`WIDTH_RANGE`].
    #[error("The width must be between {min} and {max} channels, not {0}.", min = WIDTH_RANGE.start(), max = WIDTH_RANGE.end())]
    Width(usize),
    /// A side of the image cannot be halved `depth` times.
    #[error(
        "A depth of {depth} halves the image {depth} times, and {side} pixels cannot be divided by {by}. Choose a smaller depth.", by = 1_usize << depth
    )]
    Indivisible {
        /// The depth.
        depth: usize,
        /// Height or width of the images, in pixels.
        side: usize,
    },
}

/// A block of a U-Net.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum UNetBlock {
    /// Encoder block; 0 is the finest level.
    Encoder(usize),
    /// The block at the lowest resolution.
    Bottom,
    /// Decoder block; 0 is the finest level.
    Decoder(usize),
    /// The final 1×1 convolution, which computes one logit per class.
    Head,
}

impl fmt::Display for UNetBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UNetBlock::Encoder(level) => write!(f, "Encoder {}", level + 1),
            UNetBlock::Bottom => f.write_str("Bottom"),
            UNetBlock::Decoder(level) => write!(f, "Decoder {}", level + 1),
            UNetBlock::Head => f.write_str("Head"),
        }
    }
}

/// Output shape and parameter count of one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UNetBlockSummary {
    /// The block.
    pub block: UNetBlock,
    /// Output shape for one image: channels, height, width.
    pub output: [usize; 3],
    /// Number of trainable parameters, including the upsampling before a decoder block.
    pub parameters: usize,
}

/// Output shapes and parameter counts of a U-Net.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UNetSummary {
    /// Blocks in the order of computation: encoder, bottom, decoder, head.
    pub blocks: Vec<UNetBlockSummary>,
    /// Total number of trainable parameters.
    pub parameters: usize,
}

impl UNet {
    /// Returns the number of channels at a level. Level 0 is the finest, level `depth` the bottom.
    pub fn channels(&self, level: usize) -> usize {
        self.width << level
    }

    /// Returns true if the skip connection of a level (0 is the finest) is kept.
    pub fn has_skip(&self, level: usize) -> bool {
        level < self.depth && self.skips[level]
    }

    /// Computes the output shape and parameter count of each block for gray images of `[height,
    /// width]`.
    ///
    /// # Errors
    ///
    /// Returns the reason why the U-Net cannot be built.
    pub fn summary(
        &self,
        classes: usize,
        [height, width]: [usize; 2],
    ) -> Result<UNetSummary, UNetError> {
        if !DEPTH_RANGE.contains(&self.depth) {
            return Err(UNetError::Depth(self.depth));
        }
        if !WIDTH_RANGE.contains(&self.width) {
            return Err(UNetError::Width(self.width));
        }
        for side in [height, width] {
            if side == 0 || !side.is_multiple_of(1 << self.depth) {
                return Err(UNetError::Indivisible { depth: self.depth, side });
            }
        }
        let conv =
            |inputs: usize, outputs: usize, kernel: usize| (inputs * kernel * kernel + 1) * outputs;
        let norm = |channels: usize| if self.batch_norm { 2 * channels } else { 0 };
        let double = |inputs: usize, outputs: usize| {
            conv(inputs, outputs, 3) + conv(outputs, outputs, 3) + 2 * norm(outputs)
        };
        let place = |block, level: usize, parameters| UNetBlockSummary {
            block,
            output: [self.channels(level), height >> level, width >> level],
            parameters,
        };
        let mut blocks = Vec::with_capacity(2 * self.depth + 2);
        let mut inputs = 1;
        for level in 0..self.depth {
            let outputs = self.channels(level);
            blocks.push(place(UNetBlock::Encoder(level), level, double(inputs, outputs)));
            inputs = outputs;
        }
        let bottom = double(inputs, self.channels(self.depth));
        blocks.push(place(UNetBlock::Bottom, self.depth, bottom));
        for level in (0..self.depth).rev() {
            let (below, outputs) = (self.channels(level + 1), self.channels(level));
            let kernel = match self.upsampling {
                Upsampling::Transposed => 2,
                Upsampling::Nearest => 3,
            };
            let joined = if self.has_skip(level) { 2 * outputs } else { outputs };
            let parameters = conv(below, outputs, kernel) + double(joined, outputs);
            blocks.push(place(UNetBlock::Decoder(level), level, parameters));
        }
        blocks.push(UNetBlockSummary {
            block: UNetBlock::Head,
            output: [classes, height, width],
            parameters: conv(self.width, classes, 1),
        });
        let parameters = blocks.iter().map(|block| block.parameters).sum();
        Ok(UNetSummary { blocks, parameters })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: [usize; 2] = [64, 64];

    #[test]
    fn the_default_has_the_parameters_of_the_reference() {
        let summary = UNet::default().summary(3, SIZE).unwrap();
        // PyTorch's count for the network of the golden values, which has no batch norm. Batch norm
        // adds scale and shift for two convolutions in each of five blocks.
        let plain = UNet { batch_norm: false, ..UNet::default() }.summary(3, SIZE).unwrap();
        assert_eq!(plain.parameters, 29_339);
        assert_eq!(summary.parameters - plain.parameters, 4 * (8 + 16 + 32 + 16 + 8));
        let outputs: Vec<_> = summary.blocks.iter().map(|block| block.output).collect();
        assert_eq!(
            outputs,
            [[8, 64, 64], [16, 32, 32], [32, 16, 16], [16, 32, 32], [8, 64, 64], [3, 64, 64]]
        );
        assert_eq!(summary.blocks[3].block, UNetBlock::Decoder(1));
    }

    #[test]
    fn cut_skips_and_nearest_change_the_count() {
        let count = |unet: UNet| unet.summary(3, SIZE).unwrap().parameters;
        let whole = count(UNet::default());
        let mut skips = [true; MAX_DEPTH];
        skips[0] = false;
        assert_eq!(whole - count(UNet { skips, ..UNet::default() }), 8 * 8 * 9);
        // 32→16 and 16→8 channels, with 9 instead of 4 weights each.
        let nearest = UNet { upsampling: Upsampling::Nearest, ..UNet::default() };
        assert_eq!(count(nearest) - whole, 5 * (32 * 16 + 16 * 8));
    }

    #[test]
    fn what_cannot_be_built_is_refused_with_its_reason() {
        let with = |depth, width| UNet { depth, width, ..UNet::default() };
        assert_eq!(with(0, 8).summary(3, SIZE), Err(UNetError::Depth(0)));
        assert_eq!(with(2, 64).summary(3, SIZE), Err(UNetError::Width(64)));
        let error = with(3, 8).summary(3, [64, 60]).unwrap_err();
        assert_eq!(error, UNetError::Indivisible { depth: 3, side: 60 });
        assert_eq!(
            error.to_string(),
            "A depth of 3 halves the image 3 times, and 60 pixels cannot be divided by 8. Choose \
             a smaller depth."
        );
    }
}
