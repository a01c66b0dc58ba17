//! The images of either lab, as the views of what a network has learned need them.

use data::IMAGE_SIDE;
use model::{ImageRef, Split};
use protocol::interpret::{InterpreterDataset, LabeledImage, MapPoint};

use crate::signals::{Content, Shown};
use crate::views::ImageStore;
use crate::views::segment::slices::SliceStore;

/// Training images of a class that are handed to the interpreter; it picks its probe's among them.
const OF_CLASS: usize = 60;
/// Training slices that are.
const SLICES: usize = 48;
/// Side of the square that stands for a pixel, in pixels.
const PATCH: usize = 16;

/// Images with their classes, or slices with their masks.
#[derive(Clone, PartialEq)]
pub enum Album {
    /// Images.
    Images(ImageStore),
    /// Slices.
    Slices(SliceStore),
}

impl Album {
    /// The images of the data on the page.
    pub fn of(shown: &Shown) -> Self {
        match &shown.content {
            Content::Images(images) => Album::Images(images.clone()),
            Content::Slices(slices) => Album::Slices(slices.clone()),
        }
    }

    /// Height and width of every image in pixels.
    pub fn size(&self) -> [usize; 2] {
        match self {
            Album::Images(_) => [IMAGE_SIDE; 2],
            Album::Slices(slices) => slices.set().size(),
        }
    }

    /// Images of a split.
    pub fn count(&self, split: Split) -> usize {
        match self {
            Album::Images(images) => images.count(split),
            Album::Slices(slices) => slices.set().split(split).len(),
        }
    }

    /// Class names in label order.
    pub fn classes(&self) -> &[String] {
        match self {
            Album::Images(images) => images.classes(),
            Album::Slices(slices) => &slices.set().classes,
        }
    }

    /// Gray values of an image, `[height, width]`; none beyond the last.
    pub fn pixels(&self, image: ImageRef) -> Option<Vec<u8>> {
        match self {
            Album::Images(images) => images.pixels(image).map(<[u8]>::to_vec),
            Album::Slices(slices) => slices.pixels(image).map(|pixels| pixels.to_vec()),
        }
    }

    /// Its class `[1]`, or the class of each pixel.
    fn targets(&self, image: ImageRef) -> Option<Vec<u8>> {
        match self {
            Album::Images(images) => images.label(image).map(|label| vec![label]),
            Album::Slices(slices) => slices.mask(image).map(|mask| mask.to_vec()),
        }
    }

    /// An image and what is known of it; none beyond the last.
    pub fn exhibit(&self, image: ImageRef) -> Option<LabeledImage> {
        Some(LabeledImage { pixels: self.pixels(image)?, targets: self.targets(image)? })
    }

    /// “Hand, test image 12”, or “hippocampus_017, slice 3 of 6, test”.
    pub fn describe(&self, image: ImageRef) -> String {
        match self {
            Album::Images(images) => images.describe(image),
            Album::Slices(slices) => slices.describe(image),
        }
    }

    /// What the interpreter's probes and statistics are made of: all test images, and some training
    /// images from all over the split.
    pub fn exhibits(&self) -> InterpreterDataset {
        let refs = |split| (0..self.count(split)).map(move |index| ImageRef { split, index });
        let train: Vec<ImageRef> = match self {
            Album::Images(images) => {
                let of = |class: usize| images.of_class(Split::Train, class as u8);
                (0..self.classes().len()).flat_map(|class| spread(of(class), OF_CLASS)).collect()
            }
            Album::Slices(_) => spread(refs(Split::Train).collect(), SLICES),
        };
        let mut exhibits = InterpreterDataset {
            classes: self.classes().len(),
            size: self.size(),
            masks: matches!(self, Album::Slices(_)),
            train: Vec::new(),
            train_targets: Vec::new(),
            test: Vec::new(),
            test_targets: Vec::new(),
        };
        for image in train.into_iter().chain(refs(Split::Test)) {
            let Some(LabeledImage { pixels, targets }) = self.exhibit(image) else { continue };
            let (images, classes) = match image.split {
                Split::Train => (&mut exhibits.train, &mut exhibits.train_targets),
                Split::Test => (&mut exhibits.test, &mut exhibits.test_targets),
            };
            images.extend(pixels);
            classes.extend(targets);
        }
        exhibits
    }

    /// What stands for a point of a map: the whole image, or what is around the pixel; gray values,
    /// height, width.
    pub fn thumbnail(&self, point: MapPoint) -> Option<(Vec<u8>, [usize; 2])> {
        let pixels = self.pixels(ImageRef { split: Split::Test, index: point.image })?;
        let [height, width] = self.size();
        let Some([row, column]) = point.pixel else { return Some((pixels, [height, width])) };
        Some((patch(&pixels, [height, width], [row, column]), [PATCH; 2]))
    }
}

/// At most that many, equally spaced.
fn spread(all: Vec<ImageRef>, most: usize) -> Vec<ImageRef> {
    let count = all.len().min(most);
    (0..count).map(|place| all[place * all.len() / count]).collect()
}

/// The square around a pixel; what is beyond the image is black.
fn patch(pixels: &[u8], [height, width]: [usize; 2], [row, column]: [usize; 2]) -> Vec<u8> {
    let at = |y: usize, x: usize| {
        let y = (row + y).checked_sub(PATCH / 2).filter(|y| *y < height)?;
        let x = (column + x).checked_sub(PATCH / 2).filter(|x| *x < width)?;
        pixels.get(y * width + x).copied()
    };
    (0..PATCH * PATCH).map(|place| at(place / PATCH, place % PATCH).unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_is_centred_and_black_beyond_the_image() {
        let pixels: Vec<u8> = (0..=255).collect();
        let around = patch(&pixels, [16, 16], [8, 8]);
        assert_eq!(around, pixels);
        let corner = patch(&pixels, [16, 16], [0, 0]);
        assert_eq!(corner[8 * PATCH + 8..][..3], [0, 1, 2]);
        assert_eq!(corner[7 * PATCH + 8], 0);
        assert!(corner[..8 * PATCH].iter().all(|pixel| *pixel == 0));
    }

    #[test]
    fn a_few_are_taken_from_all_over() {
        let all: Vec<_> = (0..100).map(|index| ImageRef { split: Split::Train, index }).collect();
        let few: Vec<usize> = spread(all.clone(), 4).iter().map(|image| image.index).collect();
        assert_eq!(few, [0, 25, 50, 75]);
        assert_eq!(spread(all[..3].to_vec(), 4).len(), 3);
        assert!(spread(Vec::new(), 4).is_empty());
    }
}
