//! What everybody works with: the images, and what has been found out about them.

use std::rc::Rc;

use protocol::RunId;
use protocol::interpret::InterpreterDataset;
use thiserror::Error;

use crate::network::Model;
use crate::study::Examples;
use crate::units::Census;

/// Images with the probe's examples among them.
#[derive(Clone, Debug)]
pub struct Pictures {
    /// The images.
    pub exhibits: Rc<InterpreterDataset>,
    /// The examples.
    pub examples: Rc<Examples>,
}

/// What everybody works with.
#[derive(Debug, Default)]
pub struct Shelf {
    /// The images, once they are here.
    pictures: Option<Pictures>,
    /// The last census that was made, of which network and step and layer.
    pub census: Option<((RunId, usize, usize), Rc<Census>)>,
}

/// Why a network cannot be shown the images at hand.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unfit {
    /// None have come.
    #[error("The images have not arrived yet. Wait a moment, or reload the page.")]
    Absent,
    /// No test images among them.
    #[error("The data set has no test images to look at. Choose another one.")]
    Untested,
    /// Height and width.
    #[error(
        "The images at hand have {} × {} pixels, but the network of this run sees {} × {}. Press \
         Reset for a run on these images.", .found[0], .found[1], .expected[0], .expected[1]
    )]
    Size {
        /// What the network sees.
        expected: [usize; 2],
        /// What the images have.
        found: [usize; 2],
    },
    /// Number of classes.
    #[error(
        "The images at hand are of {found} classes, but the network of this run tells {expected} \
         apart. Press Reset for a run on these images."
    )]
    Classes {
        /// Those of the network.
        expected: usize,
        /// Those of the images.
        found: usize,
    },
    /// A class for each pixel where the network names one for the image, or the other way round.
    #[error(
        "The images at hand are not of the kind that the network of this run was made for. Press \
         Reset for a run on these images."
    )]
    Kind,
}

impl Shelf {
    /// With these images, and nothing known of them.
    pub fn new(exhibits: InterpreterDataset, examples: Examples) -> Self {
        let (exhibits, examples) = (Rc::new(exhibits), Rc::new(examples));
        Self { pictures: Some(Pictures { exhibits, examples }), census: None }
    }

    /// Whether images have come.
    pub fn has_pictures(&self) -> bool {
        self.pictures.is_some()
    }

    /// The images, if a network can be shown them: they have its size, its classes, a class an image
    /// or a class a pixel as it names them, and there are some to test it on.
    pub fn fitting(&self, model: &Model) -> Result<Pictures, Unfit> {
        let pictures = self.pictures.as_ref().ok_or(Unfit::Absent)?;
        let exhibits = &pictures.exhibits;
        let [_, height, width] = model.graph.shape(0);
        if exhibits.masks != model.segments {
            return Err(Unfit::Kind);
        }
        if exhibits.size != [height, width] {
            return Err(Unfit::Size { expected: [height, width], found: exhibits.size });
        }
        if exhibits.classes != model.classes() {
            return Err(Unfit::Classes { expected: model.classes(), found: exhibits.classes });
        }
        if exhibits.test.is_empty() {
            return Err(Unfit::Untested);
        }
        Ok(pictures.clone())
    }
}

#[cfg(test)]
mod tests {
    use model::{Network, Task};

    use super::*;

    fn exhibits() -> InterpreterDataset {
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

    fn check(change: impl FnOnce(&mut InterpreterDataset)) -> Option<Unfit> {
        let task = Task::Classify(Network::default_for(model::Architecture::Mlp));
        let model = Model::new(&task, 3, [64; 2]).unwrap();
        let mut exhibits = exhibits();
        change(&mut exhibits);
        let examples = Examples::new(&exhibits);
        Shelf::new(exhibits, examples).fitting(&model).err()
    }

    #[test]
    fn images_fit_a_network_of_their_size_and_classes_alone() {
        assert_eq!(check(|_| ()), None);
        // As many pixels as it sees, but not side by side.
        let found = [32, 128];
        let unfit = Unfit::Size { expected: [64; 2], found };
        assert_eq!(check(|all| all.size = found), Some(unfit));
        let unfit = Unfit::Classes { expected: 3, found: 2 };
        assert_eq!(check(|all| all.classes = 2), Some(unfit));
        let masks = |all: &mut InterpreterDataset| {
            all.masks = true;
            all.test_targets = vec![0; 4096];
        };
        assert_eq!(check(masks), Some(Unfit::Kind));
        let none = |all: &mut InterpreterDataset| {
            all.test.clear();
            all.test_targets.clear();
        };
        assert_eq!(check(none), Some(Unfit::Untested));
    }

    #[test]
    fn each_sentence_says_what_to_do() {
        let size = Unfit::Size { expected: [48, 64], found: [64, 64] };
        let classes = Unfit::Classes { expected: 3, found: 2 };
        for unfit in [Unfit::Absent, Unfit::Untested, size, classes, Unfit::Kind] {
            let sentence = unfit.to_string();
            let does = ["Wait", "Choose", "Press Reset"];
            assert!(does.iter().any(|word| sentence.contains(word)), "{sentence}");
        }
    }
}
