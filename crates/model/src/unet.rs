//! Settings of the U-Net of the segmentation lab.
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
    /// Whether each block of two convolutions is a residual block (He et al. 2016): its input is added
    /// before the last ReLU, after a 1×1 convolution (and batch norm) where the channels differ.
    pub residual: bool,
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
            residual: false,
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

impl UNet {
    /// Returns the number of channels at a level. Level 0 is the finest, level `depth` the bottom.
    pub fn channels(&self, level: usize) -> usize {
        self.width << level
    }

    /// Returns true if the skip connection of a level (0 is the finest) is kept.
    pub fn has_skip(&self, level: usize) -> bool {
        level < self.depth && self.skips[level]
    }
}
