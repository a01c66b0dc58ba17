//! Blob URLs of images in memory.

use model::IMAGE_SIDE;
use ui::raster::bmp::gray_bmp;

/// Blob URL of an image, which is revoked when this is dropped.
#[derive(Debug, PartialEq)]
pub struct ImageUrl(String);

impl ImageUrl {
    /// Creates the URL of a gray BMP with these values from 0 to 255, `[64, 64]` in row-major order;
    /// `None` where the browser makes none.
    pub fn new(pixels: &[u8]) -> Option<Self> {
        let bytes = gray_bmp(pixels, IMAGE_SIDE);
        let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes.as_slice()));
        let options = web_sys::BlobPropertyBag::new();
        options.set_type("image/bmp");
        let blob = web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
        web_sys::Url::create_object_url_with_blob(&blob).ok().map(Self)
    }

    /// Returns the URL.
    pub fn get(&self) -> &str {
        &self.0
    }
}

impl Drop for ImageUrl {
    fn drop(&mut self) {
        let _ = web_sys::Url::revoke_object_url(&self.0);
    }
}
