//! Images with labels, and their checks.

use crate::error::{ClassicalError, Part};

/// Gray images of one size with their labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Examples<'a> {
    /// Gray values, `[images, height, width]` in row-major order.
    pub pixels: &'a [u8],
    /// Class of each image.
    pub labels: &'a [u8],
    /// Height and width of an image, in pixels.
    pub size: [usize; 2],
}

impl Examples<'_> {
    /// Checks that there are images, and as many pixels as they need.
    pub(crate) fn check(&self, part: Part) -> Result<(), ClassicalError> {
        let of_image = image_len(self.size)?;
        if self.labels.is_empty() {
            return Err(ClassicalError::NoImages(part));
        }
        let expected =
            of_image.checked_mul(self.labels.len()).ok_or(ClassicalError::Size(self.size))?;
        let found = self.pixels.len();
        match found == expected {
            true => Ok(()),
            false => Err(ClassicalError::Pixels { part, expected, found }),
        }
    }
}

/// Returns the number of pixels of an image.
pub(crate) fn image_len(size: [usize; 2]) -> Result<usize, ClassicalError> {
    let [height, width] = size;
    let pixels = height.checked_mul(width).filter(|pixels| *pixels > 0);
    pixels.ok_or(ClassicalError::Size(size))
}
