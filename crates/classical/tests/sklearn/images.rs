//! The images that accuracies are compared on: all generated, none of a patient.

use std::path::PathBuf;

use data::{IMAGE_SIDE, ImageSet, Images, phantom};
use model::Nodules;

/// Training images are every fourth of a generated data set: enough to compare, and quick.
const TRAIN_STRIDE: usize = 4;

/// Seeds of the data sets whose test images are asked about. The training images are those of the
/// first.
const SEEDS: [u32; 2] = [1, 2];

/// Training and test images of one kind.
pub struct Split {
    pub name: &'static str,
    pub train: Labeled,
    pub test: Labeled,
}

/// Pixels `[images, 64, 64]` and labels.
#[derive(Default)]
pub struct Labeled {
    pub pixels: Vec<u8>,
    pub labels: Vec<u8>,
}

impl Labeled {
    pub fn examples(&self) -> classical::Examples<'_> {
        let size = [IMAGE_SIDE; 2];
        classical::Examples { pixels: &self.pixels, labels: &self.labels, size }
    }

    fn add(&mut self, images: &Images, stride: usize) {
        for index in (0..images.len()).step_by(stride) {
            self.pixels.extend_from_slice(images.image(index));
            self.labels.push(images.labels[index]);
        }
    }
}

/// Returns the images of both kinds.
pub fn splits() -> [Split; 2] {
    let spec = phantom::Spec { noise: 60, rotation: 30 };
    let look = Nodules { contrast: 90, noise: 2, distractors: 2 };
    [
        split("phantoms", |seed| phantom::dataset(spec, seed)),
        split("nodules", |seed| phantom::nodules::dataset(look, seed)),
    ]
}

fn split(name: &'static str, dataset: impl Fn(u32) -> ImageSet) -> Split {
    let [mut train, mut test] = [Labeled::default(), Labeled::default()];
    for seed in SEEDS {
        let set = dataset(seed);
        if seed == SEEDS[0] {
            train.add(&set.train, TRAIN_STRIDE);
        }
        test.add(&set.test, 1);
    }
    Split { name, train, test }
}

/// Writes pixels and labels as files of bytes into the folder that `generate.py` names.
#[test]
#[ignore = "generate.py runs it"]
fn dump_images() {
    let folder = PathBuf::from(std::env::var_os("CLASSICAL_IMAGES").expect("CLASSICAL_IMAGES"));
    for Split { name, train, test } in splits() {
        for (part, images) in [("train", train), ("test", test)] {
            std::fs::write(folder.join(format!("{name}-{part}.pixels")), images.pixels).unwrap();
            std::fs::write(folder.join(format!("{name}-{part}.labels")), images.labels).unwrap();
        }
    }
}
