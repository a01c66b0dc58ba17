//! The images and slices that the views show.

pub mod decode_image;
pub mod image_store;
pub mod image_url;
pub mod slice_store;
pub mod thumbnail;
