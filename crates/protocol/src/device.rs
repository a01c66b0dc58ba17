//! The device that trains.

use serde::{Deserialize, Serialize};

use model::DeviceChoice;

/// Kind of processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeviceKind {
    /// A graphics processor through WebGPU.
    Gpu,
    /// The CPU, in WebAssembly.
    Cpu,
}

/// The device that trains, and the reason for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceInfo {
    /// GPU or CPU.
    pub kind: DeviceKind,
    /// Name of the adapter as far as the browser gives it; empty for the CPU.
    pub adapter: String,
    /// Reason for this device, in one sentence.
    pub reason: String,
    /// The visitor's choice.
    pub choice: DeviceChoice,
    /// Measured speed relative to the other device; none before the measurement.
    pub speedup: Option<f64>,
}
