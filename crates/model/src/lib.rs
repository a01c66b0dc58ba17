//! Description of a run: configuration, parameters, networks, permalinks.
//!
//! One [`RunConfig`] describes a run completely: data set, network, optimizer, seed, device. The
//! same configuration on the same device gives the same curve. [`params`] is the table of its
//! parameters, [`permalink`] its text form. This crate does not compute with tensors, send messages
//! or use browser APIs.
//!
//! ```
//! use model::{Lab, permalink};
//!
//! let (link, complaints) = permalink::parse("?lab=segment&depth=3");
//! assert!(complaints.is_empty());
//! assert_eq!(link.config.lab(), Lab::Segment);
//! assert_eq!(link.config.segmentation().map(|part| part.unet.depth), Some(3));
//! assert!(permalink::write(&link).contains("&depth=3&"));
//! ```

mod augmentation;
mod classical_method;
mod config_diff;
mod corruption;
mod data_source;
mod dataset;
mod dataset_key;
mod device_choice;
pub mod graph;
mod layer;
mod layer_kind;
mod layer_syntax;
mod layer_table;
mod network;
mod network_error;
mod optimizer;
pub mod params;
pub mod permalink;
mod probe_target;
mod run_config;
mod sampling;
pub mod score;
mod segmentation;
mod study_kind;
mod task;
mod trained_layers;
mod trap;
mod unet;

pub use augmentation::{
    Augmentation, ImageTransform, MAX_BRIGHTENING, MAX_ROTATION, MAX_SCALING, MAX_SHIFT,
};
pub use classical_method::ClassicalMethod;
pub use config_diff::config_diff;
pub use corruption::{Corruption, CorruptionKind};
pub use data_source::{DataSource, Nodules, Ventricles};
pub use dataset::{DataShape, IMAGE_LEN, IMAGE_SIDE, ImageRef, PREVIEW_SLICES, Split, Splits};
pub use dataset_key::DatasetKey;
pub use device_choice::DeviceChoice;
pub use graph::PixelRect;
pub use layer::{
    Activation, ConvLayer, DenseLayer, FeatureShape, Layer, Padding, Pooling, ResidualLayer,
};
pub use layer_kind::LayerKind;
pub use layer_syntax::LayerSyntaxError;
pub use layer_table::{LayerInfo, OpKind, layer_table};
pub use network::{Architecture, Network};
pub use network_error::{ConvPosition, LayerField, NetworkError, ShapeError};
pub use optimizer::Optimizer;
pub use probe_target::{MarkedImages, ProbeTarget, TargetKind};
pub use run_config::{
    BATCH_RANGE, EPOCHS_RANGE, MAX_LEARNING_RATE, MAX_MOMENTUM, MAX_TRAINING_BYTES,
    MAX_WEIGHT_DECAY, PATIENCE_RANGE, RunConfig, RunConfigError, TEST_EVERY_RANGE,
    check_learning_rate,
};
pub use sampling::{
    ClassSubset, MAX_CHOSEN_CLASS, MAX_IMBALANCE, MAX_WRONG_LABELS, PER_CLASS_RANGE, Partition,
    Sampling,
};
pub use segmentation::{SegmentLoss, Segmentation, class_weights};
pub use study_kind::StudyKind;
pub use task::{Lab, Task};
pub use trained_layers::{LayerStart, TrainedLayers, layers_with_weights};
pub use trap::{Shift, Trap};
pub use unet::{DEPTH_RANGE, MAX_DEPTH, UNet, UNetBlock, UNetError, Upsampling, WIDTH_RANGE};
