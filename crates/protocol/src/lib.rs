//! Messages between the page and its workers, and events for course pages.
//!
//! The page and a worker share no memory. The page sends [`Command`]s to the engine, which sends
//! [`Event`]s; likewise it sends an [`interpret::Query`] to the interpreter, which answers it. All
//! messages are encoded with `postcard` and sent through the worker's message port.
//!
//! - Commands and queries are fire-and-forget. The state of the engine is what its last event says.
//! - Every event of a run carries its [`RunId`]. The page drops the events of earlier runs.
//!
//! [`embed`] contains the events for course pages, [`embed_command`] the messages from them. Configurations and networks are in the crate
//! `model`.
//!
//! ```
//! use model::RunConfig;
//! use protocol::{Command, RunId};
//!
//! let config = RunConfig::default();
//! let command = Command::Configure { run: RunId(1), config, first_weights: None };
//! let bytes = postcard::to_stdvec(&command)?;
//! assert_eq!(postcard::from_bytes::<Command>(&bytes)?, command);
//! # Ok::<(), postcard::Error>(())
//! ```

mod batch_trace;
mod command;
mod data_info;
mod device;
pub mod dicom;
pub mod embed;
pub mod embed_command;
pub mod embed_limits;
mod event;
mod initial_weights;
pub mod interpret;
mod problem;
mod quantized_maps;
mod report;
mod segment_report;
mod step_trace;
pub mod study;

pub use batch_trace::{BatchTrace, BatchTracePhase};
pub use command::Command;
pub use data_info::{DataInfo, ImagesInfo, SlicesInfo};
pub use device::{DeviceInfo, DeviceKind};
pub use event::{Event, RunId, RunState, Timing};
pub use initial_weights::InitialWeights;
pub use problem::{ErrorCode, Problem};
pub use quantized_maps::QuantizedMaps;
pub use report::{EpochReport, Evaluation, StepReport, TestReport};
pub use segment_report::{CaseClassScore, CaseScore, LivePrediction, SegmentEvaluation};
pub use step_trace::{ParameterGradient, StepTrace, UnitUpdate};
