//! What a run is.
//!
//! One [`RunConfig`] describes a run wholly: data, network, optimizer, seed, device. The same config
//! gives the same curve. [`permalink`] is its text form. Nothing in here computes with tensors, sends
//! messages or touches a browser.

mod data_source;
mod dataset;
mod device_choice;
mod layer;
mod layer_syntax;
mod layer_table;
mod network;
mod network_error;
mod optimizer;
pub mod permalink;
mod receptive_field;
mod run_config;
pub mod score;
mod segmentation;
mod task;
mod unet;

pub use data_source::{DataSource, Ventricles};
pub use dataset::{DataShape, IMAGE_LEN, IMAGE_SIDE, ImageRef, PREVIEW_SLICES, Split};
pub use device_choice::DeviceChoice;
pub use layer::{Activation, ConvLayer, DenseLayer, FeatureShape, Layer};
pub use layer_syntax::LayerSyntaxError;
pub use layer_table::{LayerInfo, LayerKind, OpKind, layer_table};
pub use network::{Architecture, LayerSummary, Network, NetworkSummary};
pub use network_error::{ConvPosition, LayerField, NetworkError, ShapeError};
pub use optimizer::Optimizer;
pub use receptive_field::{PixelRect, ReceptiveField};
pub use run_config::{BATCH_RANGE, EPOCHS_RANGE, RunConfig, RunConfigError, check_learning_rate};
pub use segmentation::{SegmentLoss, Segmentation, class_weights};
pub use task::{Lab, Task};
pub use unet::{
    DEPTH_RANGE, MAX_DEPTH, UNet, UNetBlock, UNetBlockSummary, UNetError, UNetSummary, Upsampling,
    WIDTH_RANGE,
};
