//! The device used for training.

use serde::{Deserialize, Serialize};

use model::DeviceChoice;

/// Kind of processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeviceKind {
    /// A GPU, through WebGPU.
    Gpu,
    /// The CPU, in WebAssembly.
    Cpu,
}

/// The device used for training, and the reason why it was chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceInfo {
    /// GPU or CPU.
    pub kind: DeviceKind,
    /// Name of the GPU adapter as reported by the browser; empty for the CPU.
    pub adapter: String,
    /// Reason for this device, in one sentence.
    pub reason: String,
    /// Device that the visitor has chosen.
    pub choice: DeviceChoice,
    /// Measured speed relative to the other device; `None` before the measurement.
    pub speedup: Option<f64>,
}
