//! The language that the page and the engine speak. Read this crate first.
//!
//! The page (`app`) and the engine never share memory: commands go one way, events the other,
//! through a worker's message port, encoded by `postcard`. Three rules keep that simple:
//!
//! - Commands are fire-and-forget. What is true is what the last event said.
//! - Every event of a run carries its [`RunId`]; the page drops those of an older run.
//! - One [`RunConfig`] describes a run wholly, and [`query`] is its only text form. The same
//!   config, seed and device give the same curve.
//!
//! Nothing in here computes with tensors or touches a browser.

mod config;
mod error;
pub mod interpret;
mod message;
mod network;
pub mod page;
pub mod query;
pub mod score;
mod segment;
mod unet;

pub use config::{
    BATCH_RANGE, DataShape, DataSource, DeviceChoice, EPOCHS_RANGE, Lab, Optimizer, RunConfig,
    RunConfigError, Task, Ventricles, check_learning_rate,
};
pub use error::{ErrorCode, Problem};
pub use message::{
    Command, DataInfo, DeviceInfo, DeviceKind, EpochReport, Evaluation, Event, ImageRef,
    ImagesInfo, Lens, LensPhase, RunId, RunState, Split, TestReport, Timing,
};
pub use network::{
    Activation, ConvLayer, ConvPlace, DenseLayer, FeatureShape, Layer, LayerSummary,
    LayerSyntaxError, Model, Network, NetworkError, NetworkSummary, Setting, ShapeError,
};
pub use segment::{
    CaseClassScore, CaseScore, FeatureMaps, Glimpse, SegmentEvaluation, SegmentLoss, Segmentation,
    SlicesInfo, WATCHED, class_weights, mean,
};
pub use unet::{
    Area, DEPTH_RANGE, MAX_DEPTH, ReceptiveField, UNet, UNetBlock, UNetBlockSummary, UNetError,
    UNetSummary, Upsampling, WIDTH_RANGE,
};

/// Side of the square images that every network of the classification lab sees, in pixels.
pub const IMAGE_SIDE: usize = 64;

/// Values in one image: `IMAGE_SIDE` squared, one gray channel.
pub const IMAGE_LEN: usize = IMAGE_SIDE * IMAGE_SIDE;
