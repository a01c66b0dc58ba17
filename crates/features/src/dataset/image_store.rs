//! The images of the current data set, with blob URLs that are created on first use.

use std::sync::{Arc, OnceLock};

use data::{IMAGE_SIDE, ImageSet};
use model::{ImageRef, Split};
use ui::raster::bmp::gray_bmp;

/// The images of the current data set. Clones share the data; dropping the last one revokes the
/// URLs.
#[derive(Clone)]
pub struct ImageStore(Arc<Inner>);

struct Inner {
    images: Arc<ImageSet>,
    /// Blob URLs by split and index.
    urls: [Vec<OnceLock<String>>; 3],
}

impl PartialEq for ImageStore {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl ImageStore {
    /// Creates a store with the images of a data set.
    pub fn new(images: Arc<ImageSet>) -> Self {
        let urls = Split::ALL.map(|split| vec![OnceLock::new(); images.split(split).len()]);
        Self(Arc::new(Inner { images, urls }))
    }

    /// Returns the data set.
    pub fn set(&self) -> &Arc<ImageSet> {
        &self.0.images
    }

    /// Returns the class names in label order.
    pub fn classes(&self) -> &[String] {
        &self.0.images.classes
    }

    /// Returns the number of images of a split.
    pub fn count(&self, split: Split) -> usize {
        self.0.images.split(split).len()
    }

    /// Returns the class of an image, or `None` if the index is out of range.
    pub fn label(&self, image: ImageRef) -> Option<u8> {
        self.0.images.split(image.split).labels.get(image.index).copied()
    }

    /// Returns the images of a class in a split, in pack order.
    pub fn of_class(&self, split: Split, class: u8) -> Vec<ImageRef> {
        (0..self.count(split))
            .map(|index| ImageRef { split, index })
            .filter(|image| self.label(*image) == Some(class))
            .collect()
    }

    /// Returns the gray values 0 to 255 of an image, `[64, 64]` in row-major order, or `None` if
    /// the index is out of range.
    pub fn pixels(&self, image: ImageRef) -> Option<&[u8]> {
        let images = self.0.images.split(image.split);
        (image.index < images.len()).then(|| images.image(image.index))
    }

    /// Describes an image, for example “Hand, test image 12”, counted from 1.
    pub fn describe(&self, image: ImageRef) -> String {
        let class = self.label(image).and_then(|label| self.classes().get(usize::from(label)));
        let split = image.split.name();
        let class = class.map_or("Image", String::as_str);
        format!("{class}, {split} image {}", image.index + 1)
    }

    /// Returns a blob URL of the image as a gray BMP, created at the first call, or `None` if the
    /// index is out of range.
    pub fn url(&self, image: ImageRef) -> Option<String> {
        let place = self.0.urls[image.split as usize].get(image.index)?;
        if let Some(url) = place.get() {
            return Some(url.clone());
        }
        let url = blob_url(&gray_bmp(self.pixels(image)?, IMAGE_SIDE), "image/bmp")?;
        Some(place.get_or_init(|| url).clone())
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        for url in self.urls.iter().flatten().filter_map(OnceLock::get) {
            let _ = web_sys::Url::revoke_object_url(url);
        }
    }
}

fn blob_url(bytes: &[u8], kind: &str) -> Option<String> {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(kind);
    let blob = web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
    web_sys::Url::create_object_url_with_blob(&blob).ok()
}
