//! What a study consists of: networks that differ in one thing, each trained once a seed.

use std::sync::Arc;

use model::{
    Architecture, ClassicalMethod, CorruptionKind, DataShape, LayerKind, MarkedImages,
    TrainedLayers,
};
use protocol::study::{Probing, Trial};

use super::study_settings::StudySettings;

/// The data on which a study is made.
#[derive(Clone, Debug, PartialEq)]
pub struct StudyData {
    /// Name of the data set.
    pub name: String,
    /// Number of classes and size of an image.
    pub shape: DataShape,
    /// Class of each training image.
    pub train_labels: Arc<Vec<u8>>,
    /// Class of each image on which networks are evaluated.
    pub labels: Arc<Vec<u8>>,
}

/// Networks that differ in one thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    /// Kind, seeds and epochs.
    pub settings: StudySettings,
    /// The data.
    pub data: StudyData,
    /// Kind of the network.
    pub architecture: Architecture,
    /// Layers of the network, from the image to the output.
    pub layers: Vec<StudyLayer>,
    /// The configurations that are compared.
    pub arms: Vec<Arm>,
}

/// A layer of the network of a study.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StudyLayer {
    /// Kind of the layer.
    pub kind: LayerKind,
    /// Height and width of the receptive field of a unit in the middle of it, in pixels of the image.
    pub receptive_field: [usize; 2],
}

/// One configuration of a study.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// In what it differs from the others.
    pub variant: Variant,
    /// One trial a seed.
    pub trials: Vec<Trial>,
}

/// In what a configuration of a study differs from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// The layers that are trained.
    Trained(TrainedLayers),
    /// Layers as chosen, each for itself.
    Chosen,
    /// The classifier, and the number of training images of each class.
    Images(ClassifierKind, usize),
    /// The classifier.
    Whole(ClassifierKind),
    /// None of the training was made: the network has its random weights.
    Untrained,
    /// The training images with a marker.
    Marked(MarkedImages),
}

/// What is trained to classify images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClassifierKind {
    /// A network.
    Network(Architecture),
    /// A method of classical machine learning.
    Classical(ClassicalMethod),
}

impl ClassifierKind {
    /// Returns the name on the page.
    pub fn name(self) -> &'static str {
        match self {
            ClassifierKind::Network(architecture) => architecture.name(),
            ClassifierKind::Classical(method) => method.name(),
        }
    }
}

impl Study {
    /// Returns the classifiers that are compared with different numbers of training images, and these
    /// numbers, each once.
    pub fn classifiers_and_counts(&self) -> (Vec<ClassifierKind>, Vec<usize>) {
        let (mut classifiers, mut counts) = (Vec::new(), Vec::new());
        for arm in &self.arms {
            if let Variant::Images(classifier, count) = arm.variant {
                if !classifiers.contains(&classifier) {
                    classifiers.push(classifier);
                }
                if !counts.contains(&count) {
                    counts.push(count);
                }
            }
        }
        (classifiers, counts)
    }

    /// Returns the probings of the class on intact images and on those with one kind of corruption: for each
    /// its place in [`Study::probings`] and the name of the images.
    pub fn corruptions(&self, shown: CorruptionKind) -> Vec<(usize, String)> {
        let probings = self.probings().iter().enumerate();
        let named = probings.filter_map(|(place, probing)| match probing {
            Probing::Target(_) => Some((place, "intact".to_owned())),
            Probing::Corrupted(corruption) if corruption.kind == shown => {
                Some((place, corruption.describe()))
            }
            Probing::Corrupted(_) => None,
        });
        named.collect()
    }

    /// Returns what the probes of its networks are asked about.
    pub fn probings(&self) -> &[Probing] {
        let first = self.arms.first().and_then(|arm| arm.trials.first());
        match first {
            Some(Trial::Network(trial)) => &trial.probes,
            Some(Trial::Classical(_)) | None => &[],
        }
    }
}
