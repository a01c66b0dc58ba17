//! The language that the page and the engine speak. Read this crate first.
//!
//! The page (`app`) and the engine never share memory: commands go one way, events the other,
//! through a worker's message port, encoded by `postcard`. Three rules keep that simple:
//!
//! - Commands are fire-and-forget. What is true is what the last event said.
//! - Every event of a run carries its [`RunId`]; the page drops those of an older run.
//! - One [`RunConfig`] describes a run wholly, and [`permalink`] is its only text form. The same
//!   config, seed and device give the same curve.
//!
//! Nothing in here computes with tensors or touches a browser.

mod config;
pub mod embed;
pub mod interpret;
mod message;
mod network;
pub mod permalink;
mod problem;
pub mod score;
mod segment;
mod unet;

pub use config::{
    BATCH_RANGE, DataShape, DataSource, DeviceChoice, EPOCHS_RANGE, Lab, Optimizer, RunConfig,
    RunConfigError, Task, Ventricles, check_learning_rate,
};
pub use message::{
    BatchTrace, BatchTracePhase, Command, DataInfo, DeviceInfo, DeviceKind, EpochReport,
    Evaluation, Event, ImageRef, ImagesInfo, RunId, RunState, Split, TestReport, Timing,
};
pub use network::{
    Activation, Architecture, ConvLayer, ConvPosition, DenseLayer, FeatureShape, Layer, LayerField,
    LayerSummary, LayerSyntaxError, Network, NetworkError, NetworkSummary, ShapeError,
};
pub use problem::{ErrorCode, Problem};
pub use segment::{
    CaseClassScore, CaseScore, LivePrediction, PREVIEW_SLICES, QuantizedMaps, SegmentEvaluation,
    SegmentLoss, Segmentation, SlicesInfo, class_weights, mean_of_some,
};
pub use unet::{
    DEPTH_RANGE, MAX_DEPTH, PixelRect, ReceptiveField, UNet, UNetBlock, UNetBlockSummary,
    UNetError, UNetSummary, Upsampling, WIDTH_RANGE,
};

/// Side of the square images that every network of the classification lab sees, in pixels.
pub const IMAGE_SIDE: usize = 64;

/// Values in one image: `IMAGE_SIDE` squared, one gray channel.
pub const IMAGE_LEN: usize = IMAGE_SIDE * IMAGE_SIDE;
