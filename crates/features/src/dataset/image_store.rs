//! The images of the current data set, with URLs that are created on first use.

use std::sync::{Arc, OnceLock};

use data::ImageSet;
use model::{ImageRef, Split};

use super::image_url::ImageUrl;

/// The images of the current data set. Clones share the data; dropping the last one revokes the
/// URLs.
#[derive(Clone)]
pub struct ImageStore(Arc<Inner>);

struct Inner {
    images: Arc<ImageSet>,
    /// Blob URLs by split and index.
    urls: [Vec<OnceLock<ImageUrl>>; 3],
}

impl PartialEq for ImageStore {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl ImageStore {
    /// Creates a store with the images of a data set.
    pub fn new(images: Arc<ImageSet>) -> Self {
        let urls = Split::ALL
            .map(|split| (0..images.split(split).len()).map(|_| OnceLock::new()).collect());
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

    /// Returns a URL of the image, created at the first call, or `None` if the index is out of
    /// range.
    pub fn url(&self, image: ImageRef) -> Option<String> {
        let place = self.0.urls[image.split as usize].get(image.index)?;
        if let Some(url) = place.get() {
            return Some(url.get().to_owned());
        }
        let url = ImageUrl::new(self.pixels(image)?)?;
        Some(place.get_or_init(|| url).get().to_owned())
    }
}
