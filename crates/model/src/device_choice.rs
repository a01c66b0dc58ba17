//! The device that a visitor requests.

use serde::{Deserialize, Serialize};

/// The visitor's choice of a training device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DeviceChoice {
    /// The faster of GPU and CPU. A software adapter is never chosen.
    #[default]
    Auto,
    /// WebGPU, even if the adapter is a software adapter.
    WebGpu,
    /// The CPU.
    Cpu,
}

impl DeviceChoice {
    /// All choices, in the order of menus.
    pub const ALL: [Self; 3] = [Self::Auto, Self::WebGpu, Self::Cpu];

    /// Returns the word used in links.
    pub const fn slug(self) -> &'static str {
        match self {
            DeviceChoice::Auto => "auto",
            DeviceChoice::WebGpu => "webgpu",
            DeviceChoice::Cpu => "cpu",
        }
    }
}
