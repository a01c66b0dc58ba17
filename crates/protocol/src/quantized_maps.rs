//! Feature maps with eight bits per value.

use serde::{Deserialize, Serialize};

/// Feature maps quantized to eight bits per value, for display.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuantizedMaps {
    /// Channels, height and width.
    pub shape: [usize; 3],
    /// Value represented by 0.
    pub low: f32,
    /// Value represented by 255.
    pub high: f32,
    /// Quantized values, in 255 equal steps from `low` to `high`: channel by channel, row by row.
    pub values: Vec<u8>,
}
