//! The engine, its worker and the data that it has loaded.

use model::{DataShape, DeviceChoice};
use protocol::{DataInfo, DeviceInfo};

use crate::dataset_key::DatasetKey;
use crate::progress::Progress;

/// The engine and the worker that it lives in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Engine {
    /// Its status.
    pub status: EngineStatus,
    /// Number of the present worker; messages of earlier ones are dropped.
    pub worker: u32,
    /// The device that the present worker was told to train on.
    pub device: DeviceChoice,
    /// Whether that is the page's own choice, not the visitor's.
    pub automatic: bool,
    /// Set when the engine died on the chosen device: why the CPU is used instead.
    pub on_cpu: Option<String>,
    /// Times in a row that a worker died without a step in between.
    pub crashes: u32,
    /// Data that the engine has loaded.
    pub data: EngineData,
}

/// Status of the engine.
#[derive(Clone, Debug, PartialEq)]
pub enum EngineStatus {
    /// Its module is on the way.
    Loading(Progress),
    /// The worker chooses its device.
    Starting,
    /// It trains on this.
    Ready(DeviceInfo),
    /// It will not come; the sentence says why and what to do.
    Failed(String),
}

impl Default for EngineStatus {
    fn default() -> Self {
        Self::Loading(Progress::default())
    }
}

/// Data that the engine has loaded.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum EngineData {
    /// Nothing yet.
    #[default]
    None,
    /// Sent to the engine.
    Loading(DatasetKey),
    /// Decoded.
    Ready(DatasetKey, DataInfo),
}

impl EngineData {
    /// Returns classes and size of the data; zeros while there are none.
    pub(crate) fn shape(&self) -> DataShape {
        match self {
            EngineData::Ready(_, info) => info.shape(),
            EngineData::None | EngineData::Loading(_) => DataShape { classes: 0, size: [0; 2] },
        }
    }
}
