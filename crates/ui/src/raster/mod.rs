//! Raster images and overlays.

pub mod bmp;
pub mod canvas;
pub mod colors;
pub mod outline;
pub mod paint;
pub mod pick;
pub mod pixel_overlay;
pub mod slice_canvas;
pub mod tile_grid;
