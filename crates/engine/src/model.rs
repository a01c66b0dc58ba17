//! Networks: layers with their initial weights, and the two architectures built from them.

pub mod classifier;
pub mod init;
pub mod layers;
pub mod unet;

pub use classifier::Classifier;
pub use unet::Segmenter;
