//! A type for the data sets of both labs.

use std::sync::Arc;

use data::{Dataset, IMAGE_SIDE};
use features::dataset::image_store::ImageStore;
use features::dataset::slice_store::SliceStore;
use interpret_views::images::ImageSource;
use model::{ImageRef, Split};
use protocol::interpret::{InterpreterDataset, LabeledImage};

/// Maximum number of training images per class sent to the interpreter. Linear probes are trained
/// on some of them.
const TRAIN_IMAGES_PER_CLASS: usize = 60;
/// Maximum number of training slices sent to the interpreter.
const TRAIN_SLICES: usize = 48;

/// A data set: images with their classes, or slices with their masks.
#[derive(Clone, PartialEq)]
pub enum AnyDataset {
    /// Images with a class each.
    Images(ImageStore),
    /// Slices with a mask each.
    Slices(SliceStore),
}

impl AnyDataset {
    /// Creates a data set for the views from a decoded one.
    pub fn new(dataset: Dataset) -> Self {
        match dataset {
            Dataset::Images(set) => AnyDataset::Images(ImageStore::new(set)),
            Dataset::Slices(set) => AnyDataset::Slices(SliceStore::new(set)),
        }
    }

    /// Returns the decoded data set, as sent to the engine. Nothing is copied.
    pub fn dataset(&self) -> Dataset {
        match self {
            AnyDataset::Images(images) => Dataset::Images(images.set().clone()),
            AnyDataset::Slices(slices) => Dataset::Slices(slices.set().clone()),
        }
    }

    /// Returns the class of an image, `[1]`, or the class of each of its pixels, `[height, width]`.
    fn targets(&self, image: ImageRef) -> Option<Vec<u8>> {
        match self {
            AnyDataset::Images(images) => images.label(image).map(|label| vec![label]),
            AnyDataset::Slices(slices) => slices.mask(image).map(|mask| mask.to_vec()),
        }
    }

    /// Returns an image with its class or mask, or `None` if the index is out of range.
    pub fn labeled_image(&self, image: ImageRef) -> Option<LabeledImage> {
        Some(LabeledImage { pixels: self.pixels(image)?, targets: self.targets(image)? })
    }

    /// Returns the images for layer probes and activation statistics: all images of the evaluated
    /// split, and training images spread over theirs.
    pub fn interpreter_dataset(&self) -> InterpreterDataset {
        let refs = |split| (0..self.count(split)).map(move |index| ImageRef { split, index });
        let train: Vec<ImageRef> = match self {
            AnyDataset::Images(images) => {
                let of = |class: usize| images.of_class(Split::Train, class as u8);
                (0..self.classes().len())
                    .flat_map(|class| spread(of(class), TRAIN_IMAGES_PER_CLASS))
                    .collect()
            }
            AnyDataset::Slices(_) => spread(refs(Split::Train).collect(), TRAIN_SLICES),
        };
        let mut chosen = InterpreterDataset {
            classes: self.classes().len(),
            size: self.size(),
            masks: self.has_masks(),
            train: Vec::new(),
            train_targets: Vec::new(),
            test: Vec::new(),
            test_targets: Vec::new(),
        };
        for image in train.into_iter().chain(refs(self.evaluated())) {
            let Some(LabeledImage { pixels, targets }) = self.labeled_image(image) else {
                continue;
            };
            let (images, classes) = match image.split {
                Split::Train => (&mut chosen.train, &mut chosen.train_targets),
                Split::Validation | Split::Test => (&mut chosen.test, &mut chosen.test_targets),
            };
            images.extend(pixels);
            classes.extend(targets);
        }
        chosen
    }
}

impl ImageSource for AnyDataset {
    fn size(&self) -> [usize; 2] {
        match self {
            AnyDataset::Images(_) => [IMAGE_SIDE; 2],
            AnyDataset::Slices(slices) => slices.set().size(),
        }
    }

    fn count(&self, split: Split) -> usize {
        match self {
            AnyDataset::Images(images) => images.count(split),
            AnyDataset::Slices(slices) => slices.set().split(split).len(),
        }
    }

    fn evaluated(&self) -> Split {
        match self {
            AnyDataset::Images(images) => images.set().evaluated(),
            AnyDataset::Slices(slices) => slices.set().evaluated(),
        }
    }

    fn classes(&self) -> &[String] {
        match self {
            AnyDataset::Images(images) => images.classes(),
            AnyDataset::Slices(slices) => &slices.set().classes,
        }
    }

    fn pixels(&self, image: ImageRef) -> Option<Vec<u8>> {
        match self {
            AnyDataset::Images(images) => images.pixels(image).map(<[u8]>::to_vec),
            AnyDataset::Slices(slices) => slices.pixels(image).map(|pixels| pixels.to_vec()),
        }
    }

    fn has_masks(&self) -> bool {
        matches!(self, AnyDataset::Slices(_))
    }

    fn label(&self, image: ImageRef) -> Option<u8> {
        match self {
            AnyDataset::Images(images) => images.label(image),
            AnyDataset::Slices(_) => None,
        }
    }

    fn mask(&self, image: ImageRef) -> Option<Arc<[u8]>> {
        match self {
            AnyDataset::Images(_) => None,
            AnyDataset::Slices(slices) => slices.mask(image),
        }
    }

    fn describe(&self, image: ImageRef) -> String {
        match self {
            AnyDataset::Images(images) => images.describe(image),
            AnyDataset::Slices(slices) => slices.describe(image),
        }
    }
}

/// Returns at most `most` images, equally spaced.
fn spread(all: Vec<ImageRef>, most: usize) -> Vec<ImageRef> {
    let count = all.len().min(most);
    (0..count).map(|place| all[place * all.len() / count]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_are_spread_over_all() {
        let all: Vec<_> = (0..100).map(|index| ImageRef { split: Split::Train, index }).collect();
        let few: Vec<usize> = spread(all.clone(), 4).iter().map(|image| image.index).collect();
        assert_eq!(few, [0, 25, 50, 75]);
        assert_eq!(spread(all[..3].to_vec(), 4).len(), 3);
        assert!(spread(Vec::new(), 4).is_empty());
    }
}
