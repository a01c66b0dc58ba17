//! Messages of the interpreter.
//!
//! The interpreter is a worker beside the engine. It receives the engine's weights as [`Checkpoint`]s
//! and computes from them what a network has learned. Queries are fire-and-forget; a later query of the
//! same kind and [`Side`] replaces an earlier one that has not been answered.

mod activations;
mod checkpoint;
mod explanation;
mod images;
mod mistakes;
mod op_trace;
mod probe;
mod query;
mod unit;

pub use activations::{LayerActivations, NetworkActivations};
pub use checkpoint::{Checkpoint, NetworkRef, Snapshot};
pub use explanation::{Attribution, AttributionMethod, ExplainTarget, Explanation};
pub use images::{InterpreterDataset, LabeledImage, MapPoint};
pub use mistakes::{Mistake, Mistakes};
pub use op_trace::{OpTrace, TracedOp};
pub use probe::{Embedding, LayerProbe};
pub use query::{Answer, Query, QueryHeader, Side};
pub use unit::{FeatureVisualization, Histogram, TopActivation, UnitActivations, UnitRef};
