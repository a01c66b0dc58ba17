//! The segmentation lab: slices with masks, the U-Net, what it thinks while it learns, the test
//! cases, and the visitor's own slices.

mod case_rows;
mod cases;
pub mod cases_view;
mod dice_bars;
mod drop_answer;
pub mod drop_view;
mod drop_zone;
pub mod glimpse_view;
mod incoming;
mod read_file;
pub mod slices;
mod stack;
mod unet_block;
mod unet_controls;
mod unet_detail;
pub(crate) mod unet_drawing;
mod unet_maps;
mod unet_scene;
pub mod unet_view;

pub use cases_view::CasesView;
pub use drop_view::DropView;
pub use glimpse_view::GlimpseView;
pub use slices::{SliceRef, SliceStore};
pub use unet_view::UNetView;
