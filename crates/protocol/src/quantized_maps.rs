//! Feature maps with eight bits a value.

use serde::{Deserialize, Serialize};

/// Feature maps quantized to eight bits, for display.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuantizedMaps {
    /// Channels, height, width.
    pub shape: [usize; 3],
    /// Value that 0 stands for.
    pub low: f32,
    /// Value that 255 stands for.
    pub high: f32,
    /// Values between `low` and `high`, in 255 equal steps, channel by channel, row by row.
    pub values: Vec<u8>,
}
