//! Diagram of the U-Net with settings, feature maps and receptive field.

mod block;
mod block_detail;
mod block_maps;
mod controls;
pub mod diagram;
pub mod encoder_start;
mod geometry;
mod state;
