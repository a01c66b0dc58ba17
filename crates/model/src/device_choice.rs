//! The device a visitor asks for.

use serde::{Deserialize, Serialize};

/// Where the visitor wants the network to train.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DeviceChoice {
    /// The GPU where there is a real one with what burn needs, else the CPU.
    #[default]
    Auto,
    /// WebGPU, also on a software adapter.
    WebGpu,
    /// The CPU.
    Cpu,
}

impl DeviceChoice {
    /// The word used in links.
    pub fn slug(self) -> &'static str {
        match self {
            DeviceChoice::Auto => "auto",
            DeviceChoice::WebGpu => "webgpu",
            DeviceChoice::Cpu => "cpu",
        }
    }
}
