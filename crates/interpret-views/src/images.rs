//! The images that the views show, whatever lab they belong to.

use std::ops::Deref;
use std::sync::Arc;

use model::{ImageRef, Split};
use protocol::interpret::LabeledImage;

/// The images of a data set, with a class each or a class per pixel.
pub trait ImageSource: Send + Sync {
    /// Returns the height and width of every image in pixels.
    fn size(&self) -> [usize; 2];

    /// Returns the number of images in a split.
    fn count(&self, split: Split) -> usize;

    /// Returns the class names in label order.
    fn classes(&self) -> &[String];

    /// Whether there is a class per pixel rather than one per image.
    fn has_masks(&self) -> bool;

    /// Returns the gray values of an image, `[height, width]`; none beyond the last.
    fn pixels(&self, image: ImageRef) -> Option<Vec<u8>>;

    /// Returns the class of an image; none where each pixel has one.
    fn label(&self, image: ImageRef) -> Option<u8>;

    /// Returns the class of each pixel, `[height, width]`; none where the image has one.
    fn mask(&self, image: ImageRef) -> Option<Arc<[u8]>>;

    /// Describes an image: “Hand, test image 12”, or “hippocampus_017, slice 3 of 6, test”.
    fn describe(&self, image: ImageRef) -> String;
}

/// A shared [`ImageSource`].
#[derive(Clone)]
pub struct Images(Arc<dyn ImageSource>);

impl Images {
    /// Shares the images of a source.
    pub fn new(source: impl ImageSource + 'static) -> Self {
        Self(Arc::new(source))
    }
}

impl Images {
    /// Returns an image with its class or mask; none beyond the last.
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
