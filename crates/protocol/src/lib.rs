//! Messages between the page and its workers, and events for course pages.
//!
//! The page and a worker share no memory: a [`Command`] goes to the engine, an [`Event`] comes back, and
//! [`interpret::Query`] and [`interpret::Answer`] do the same for the interpreter. All are encoded by
//! `postcard` and cross a worker's message port.
//!
//! - Commands and queries are fire-and-forget. The last event is the truth.
//! - Every event of a run carries its [`RunId`]; the page drops those of an older run.
//!
//! [`embed`] holds the events that a course page hears. Configurations and networks are in crate `model`.
//!
//! ```
//! use model::RunConfig;
//! use protocol::{Command, RunId};
//!
//! let command = Command::Configure { run: RunId(1), config: RunConfig::default() };
//! let bytes = postcard::to_stdvec(&command)?;
//! assert_eq!(postcard::from_bytes::<Command>(&bytes)?, command);
//! # Ok::<(), postcard::Error>(())
//! ```

mod batch_trace;
mod command;
mod data_info;
mod device;
pub mod embed;
mod event;
pub mod interpret;
mod problem;
mod quantized_maps;
mod report;
mod segment_report;

pub use batch_trace::{BatchTrace, BatchTracePhase};
pub use command::Command;
pub use data_info::{DataInfo, ImagesInfo, SlicesInfo};
pub use device::{DeviceInfo, DeviceKind};
pub use event::{Event, RunId, RunState, Timing};
pub use problem::{ErrorCode, Problem};
pub use quantized_maps::QuantizedMaps;
pub use report::{EpochReport, Evaluation, TestReport};
pub use segment_report::{CaseClassScore, CaseScore, LivePrediction, SegmentEvaluation};
