//! Diagram of the U-Net with settings, feature maps and receptive field.

mod block;
mod block_detail;
mod block_maps;
mod controls;
pub mod diagram;
mod geometry;
mod state;
