//! The messages that the page and its workers exchange.
//!
//! The page (`app`) and the engine never share memory: commands go one way, events the other,
//! through a worker's message port, encoded by `postcard`. Two rules keep that simple:
//!
//! - Commands are fire-and-forget. What is true is what the last event said.
//! - Every event of a run carries its [`RunId`]; the page drops those of an older run.
//!
//! [`interpret`] holds the interpreter's queries, [`embed`] the events for course pages. What a run is
//! stands in crate `model`.

pub mod embed;
pub mod interpret;
mod message;
mod problem;
mod segment;

pub use message::{
    BatchTrace, BatchTracePhase, Command, DataInfo, DeviceInfo, DeviceKind, EpochReport,
    Evaluation, Event, ImagesInfo, RunId, RunState, TestReport, Timing,
};
pub use problem::{ErrorCode, Problem};
pub use segment::{
    CaseClassScore, CaseScore, LivePrediction, QuantizedMaps, SegmentEvaluation, SlicesInfo,
};
