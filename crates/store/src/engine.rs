//! The engine, its worker, and the data loaded in it.

use model::{DataShape, DeviceChoice};
use protocol::{DataInfo, DeviceInfo};

use crate::progress::Progress;
use model::DatasetKey;

/// State of the engine and of the worker that it runs in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Engine {
    /// Status of the engine.
    pub status: EngineStatus,
    /// Number of the current worker. Messages from earlier workers are dropped.
    pub worker: u32,
    /// Device on which the current worker was told to train.
    pub device: DeviceChoice,
    /// Whether the page chose this device. If false, the visitor did.
    pub automatic: bool,
    /// Reason why the CPU is used instead of the chosen device, set after the engine crashed on
    /// that device.
    pub on_cpu: Option<String>,
    /// Number of consecutive worker crashes without a training step in between.
    pub crashes: u32,
    /// Data loaded in the engine.
    pub data: EngineData,
}

/// Status of the engine.
#[derive(Clone, Debug, PartialEq)]
pub enum EngineStatus {
    /// The worker's module is being downloaded.
    Loading(Progress),
    /// The worker is choosing its device.
    Starting,
    /// The engine is ready to train on this device.
    Ready(DeviceInfo),
    /// The engine cannot be started. The sentence says why, and what to do.
    Failed(String),
}

impl Default for EngineStatus {
    fn default() -> Self {
        Self::Loading(Progress::default())
    }
}

/// Data loaded in the engine.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum EngineData {
    /// No data has been sent.
    #[default]
    None,
    /// The data set was sent and is being decoded.
    Loading(DatasetKey),
    /// The data set is ready for training.
    Ready(DatasetKey, DataInfo),
}

impl EngineData {
    /// Returns the description of the data, once they are ready.
    pub(crate) fn info(&self) -> Option<&DataInfo> {
        match self {
            EngineData::Ready(_, info) => Some(info),
            EngineData::None | EngineData::Loading(_) => None,
        }
    }

    /// Returns the number of classes and the image size of the data, or zeros if no data is ready.
    pub(crate) fn shape(&self) -> DataShape {
        match self {
            EngineData::Ready(_, info) => info.shape(),
            EngineData::None | EngineData::Loading(_) => DataShape { classes: 0, size: [0; 2] },
        }
    }
}
