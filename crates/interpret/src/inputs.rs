//! Input images and cached activation statistics, shared by all jobs.

use std::rc::Rc;

use metrics::NoveltyScorer;
use protocol::RunId;
use protocol::interpret::InterpreterDataset;
use thiserror::Error;

use crate::activation_stats::ActivationStats;
use crate::layer_probe::Examples;
use crate::network::Model;

/// Input images, and the examples for layer probes chosen from them.
#[derive(Clone, Debug)]
pub struct InputImages {
    /// The images.
    pub dataset: Rc<InterpreterDataset>,
    /// Examples for layer probes.
    pub examples: Rc<Examples>,
}

/// Input images and cached activation statistics.
#[derive(Debug, Default)]
pub struct Inputs {
    /// The images, once received from the page.
    images: Option<InputImages>,
    /// The most recent activation statistics, with their run, step and layer.
    pub activation_stats: Option<((RunId, usize, usize), Rc<ActivationStats>)>,
    /// The most recent comparison of images with the training images, with its run and step.
    pub novelty: Option<((RunId, usize), Rc<NoveltyScorer>)>,
}

/// Reasons why the input images cannot be used with a network.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InputMismatch {
    /// The page has not sent any images.
    #[error("The images have not arrived yet. Wait a moment, or reload the page.")]
    Missing,
    /// There are no test images.
    #[error("The data set has no test images to look at. Choose another one.")]
    NoTestImages,
    /// The images have a different height or width.
    #[error(
        "The images at hand have {} × {} pixels, but the network of this run sees {} × {}. Press \
         Reset for a run on these images.", .found[0], .found[1], .expected[0], .expected[1]
    )]
    Size {
        /// Height and width of the network's input in pixels.
        expected: [usize; 2],
        /// Height and width of the images in pixels.
        found: [usize; 2],
    },
    /// The images have a different number of classes.
    #[error(
        "The images at hand are of {found} classes, but the network of this run tells {expected} \
         apart. Press Reset for a run on these images."
    )]
    Classes {
        /// Number of classes of the network.
        expected: usize,
        /// Number of classes of the images.
        found: usize,
    },
    /// Labels per pixel for a classifier, or labels per image for a segmentation network.
    #[error(
        "The images at hand are not of the kind that the network of this run was made for. Press \
         Reset for a run on these images."
    )]
    Kind,
}

impl Inputs {
    /// Creates inputs from a data set and its examples.
    pub fn new(dataset: InterpreterDataset, examples: Examples) -> Self {
        let (dataset, examples) = (Rc::new(dataset), Rc::new(examples));
        Self { images: Some(InputImages { dataset, examples }), ..Self::default() }
    }

    /// Returns the images if they can be used with the network: their size, number of classes and
    /// kind of labels (per image or per pixel) agree with it, and there are test images.
    pub fn for_model(&self, model: &Model) -> Result<InputImages, InputMismatch> {
        let images = self.images.as_ref().ok_or(InputMismatch::Missing)?;
        let dataset = &images.dataset;
        let [_, height, width] = model.shape(0);
        if dataset.masks != model.segments {
            return Err(InputMismatch::Kind);
        }
        if dataset.size != [height, width] {
            return Err(InputMismatch::Size { expected: [height, width], found: dataset.size });
        }
        if dataset.classes != model.classes() {
            return Err(InputMismatch::Classes {
                expected: model.classes(),
                found: dataset.classes,
            });
        }
        if dataset.test.is_empty() {
            return Err(InputMismatch::NoTestImages);
        }
        Ok(images.clone())
    }
}

#[cfg(test)]
mod tests {
    use model::{Network, Task};

    use super::*;

    fn dataset() -> InterpreterDataset {
        InterpreterDataset {
            classes: 3,
            size: [64, 64],
            masks: false,
            train: Vec::new(),
            train_targets: Vec::new(),
            test: vec![0; 4096],
            test_targets: vec![0],
        }
    }

    fn check(change: impl FnOnce(&mut InterpreterDataset)) -> Option<InputMismatch> {
        let task = Task::Classify(Network::default_for(model::Architecture::Mlp));
        let model = Model::new(&task, 3, [64; 2]).unwrap();
        let mut dataset = dataset();
        change(&mut dataset);
        let examples = Examples::new(&dataset);
        Inputs::new(dataset, examples).for_model(&model).err()
    }

    #[test]
    fn images_fit_a_network_of_their_size_and_classes_alone() {
        assert_eq!(check(|_| ()), None);
        // The same number of pixels, but another shape.
        let found = [32, 128];
        let mismatch = InputMismatch::Size { expected: [64; 2], found };
        assert_eq!(check(|all| all.size = found), Some(mismatch));
        let mismatch = InputMismatch::Classes { expected: 3, found: 2 };
        assert_eq!(check(|all| all.classes = 2), Some(mismatch));
        let masks = |all: &mut InterpreterDataset| {
            all.masks = true;
            all.test_targets = vec![0; 4096];
        };
        assert_eq!(check(masks), Some(InputMismatch::Kind));
        let none = |all: &mut InterpreterDataset| {
            all.test.clear();
            all.test_targets.clear();
        };
        assert_eq!(check(none), Some(InputMismatch::NoTestImages));
    }

    #[test]
    fn each_sentence_says_what_to_do() {
        let size = InputMismatch::Size { expected: [48, 64], found: [64, 64] };
        let classes = InputMismatch::Classes { expected: 3, found: 2 };
        for mismatch in [
            InputMismatch::Missing,
            InputMismatch::NoTestImages,
            size,
            classes,
            InputMismatch::Kind,
        ] {
            let sentence = mismatch.to_string();
            let does = ["Wait", "Choose", "Press Reset"];
            assert!(does.iter().any(|word| sentence.contains(word)), "{sentence}");
        }
    }
}
