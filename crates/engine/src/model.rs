//! Networks: layers with their first weights, and the two architectures made of them.

pub mod classifier;
pub mod init;
pub mod layers;
pub mod unet;

pub use classifier::Classifier;
pub use unet::Segmenter;
