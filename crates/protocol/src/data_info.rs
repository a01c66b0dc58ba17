//! Description of a loaded data set.

use data::Dataset;
use serde::{Deserialize, Serialize};

use model::{DataShape, IMAGE_SIDE, Split};

/// Description of the loaded data set, in either lab.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum DataInfo {
    /// Images, each with a class.
    Images(ImagesInfo),
    /// Slices, each with a mask.
    Slices(SlicesInfo),
}

impl From<&Dataset> for DataInfo {
    fn from(dataset: &Dataset) -> Self {
        match dataset {
            Dataset::Images(set) => DataInfo::Images(ImagesInfo {
                classes: set.classes.clone(),
                train_labels: set.train.labels.clone(),
                evaluated: set.evaluated(),
                evaluated_labels: set.evaluated_images().labels.clone(),
            }),
            Dataset::Slices(set) => DataInfo::Slices(SlicesInfo {
                classes: set.classes.clone(),
                size: set.size(),
                train: set.train.len(),
                evaluated: set.evaluated(),
                evaluated_count: set.evaluated_slices().len(),
                class_frequencies: set.class_frequencies(),
                preview_slices: set.preview_slices(),
            }),
        }
    }
}

impl DataInfo {
    /// Returns the class names in label order.
    pub fn classes(&self) -> &[String] {
        match self {
            DataInfo::Images(info) => &info.classes,
            DataInfo::Slices(info) => &info.classes,
        }
    }

    /// Returns the split on which networks are evaluated while they are trained.
    pub fn evaluated(&self) -> Split {
        match self {
            DataInfo::Images(info) => info.evaluated,
            DataInfo::Slices(info) => info.evaluated,
        }
    }

    /// Returns the number of classes and the image size, on which a configuration depends.
    pub fn shape(&self) -> DataShape {
        let size = match self {
            DataInfo::Images(_) => [IMAGE_SIDE; 2],
            DataInfo::Slices(info) => info.size,
        };
        DataShape { classes: self.classes().len(), size }
    }
}

/// Description of a loaded data set of images.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImagesInfo {
    /// Class names in label order.
    pub classes: Vec<String>,
    /// Labels of the training images, in pack order.
    pub train_labels: Vec<u8>,
    /// The split on which networks are evaluated while they are trained.
    pub evaluated: Split,
    /// Labels of the images of that split, in pack order.
    pub evaluated_labels: Vec<u8>,
}

/// Description of a loaded data set of slices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SlicesInfo {
    /// Class names in label order; label 0 is the background.
    pub classes: Vec<String>,
    /// Height and width of every slice in pixels.
    pub size: [usize; 2],
    /// Number of training slices.
    pub train: usize,
    /// The split on which networks are evaluated while they are trained.
    pub evaluated: Split,
    /// Number of slices of that split.
    pub evaluated_count: usize,
    /// Frequency of each class among the training pixels, 0 to 1.
    pub class_frequencies: Vec<f64>,
    /// Indices of the preview slices, the slices of the evaluated split with a live prediction during training: at
    /// most [`model::PREVIEW_SLICES`], in pack order.
    pub preview_slices: Vec<usize>,
}
