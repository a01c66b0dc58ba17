//! The device a visitor asks for.

use serde::{Deserialize, Serialize};

/// The visitor's choice of the device to train on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DeviceChoice {
    /// The faster of GPU and CPU; never a software adapter.
    #[default]
    Auto,
    /// WebGPU, also on a software adapter.
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
