//! Images shown by the views, independent of the lab.

use std::ops::Deref;
use std::sync::Arc;

use model::{ImageRef, Split};
use protocol::interpret::LabeledImage;

/// Images of a data set, with a class per image or a class per pixel.
pub trait ImageSource: Send + Sync {
    /// Returns the height and width of every image in pixels.
    fn size(&self) -> [usize; 2];

    /// Returns the number of images in a split.
    fn count(&self, split: Split) -> usize;

    /// Returns the split on which networks are evaluated, from which the views show images.
    fn evaluated(&self) -> Split;

    /// Returns the class names in label order.
    fn classes(&self) -> &[String];

    /// Returns whether each pixel has a class. If false, each image has one.
    fn has_masks(&self) -> bool;

    /// Returns the gray values 0 to 255 of an image, `[height, width]`, or `None` if the index is
    /// out of range.
    fn pixels(&self, image: ImageRef) -> Option<Vec<u8>>;

    /// Returns the class of an image, or `None` if each pixel has one.
    fn label(&self, image: ImageRef) -> Option<u8>;

    /// Returns the class of each pixel, `[height, width]`, or `None` if each image has one.
    fn mask(&self, image: ImageRef) -> Option<Arc<[u8]>>;

    /// Returns a description of an image, such as “Hand, test image 12”, or “hippocampus_017, slice
    /// 3 of 6, test”.
    fn describe(&self, image: ImageRef) -> String;
}

/// A reference-counted [`ImageSource`].
#[derive(Clone)]
pub struct Images(Arc<dyn ImageSource>);

impl Images {
    /// Wraps the images of a source.
    pub fn new(source: impl ImageSource + 'static) -> Self {
        Self(Arc::new(source))
    }
}

impl Images {
    /// Returns an image with its class or mask, or `None` if the index is out of range.
    pub fn labeled_image(&self, image: ImageRef) -> Option<LabeledImage> {
        let label = self.label(image).map(|label| vec![label]);
        let targets = label.or_else(|| self.mask(image).map(|mask| mask.to_vec()))?;
        Some(LabeledImage { pixels: self.pixels(image)?, targets })
    }
}

impl Deref for Images {
    type Target = dyn ImageSource;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

impl PartialEq for Images {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}
