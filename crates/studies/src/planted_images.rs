//! Images in which a target of linear probes is planted.

use data::plant;
use data::rng::{Purpose, Rng};
use interpret::layer_probe::Examples;
use model::ProbeTarget;
use protocol::interpret::InterpreterDataset;

/// Images with a target.
#[derive(Clone, Debug, PartialEq)]
pub struct PlantedImages {
    /// Gray values `[images, height, width]`.
    pub gray: Vec<u8>,
    /// Value of the target in each image; a class is a whole number.
    pub values: Vec<f64>,
}

/// Returns the training images to which linear probes of a target are fitted, and the test images on which
/// they are scored, with the target planted in them. How follows from the seed, the split and the place of
/// the image. The images are those of the ladder of layers.
pub fn planted_images(
    dataset: &InterpreterDataset,
    target: ProbeTarget,
    seed: u32,
) -> [PlantedImages; 2] {
    let train = Examples::new(dataset).train_images();
    let test: Vec<usize> = (0..dataset.test_targets.len()).collect();
    let splits = [
        (0, &dataset.train, &dataset.train_targets, train),
        (1, &dataset.test, &dataset.test_targets, test),
    ];
    let pixels = dataset.size[0] * dataset.size[1];
    splits.map(|(split, gray, labels, images)| {
        let mut gray: Vec<u8> =
            images.iter().flat_map(|at| &gray[at * pixels..][..pixels]).copied().collect();
        let values = match target {
            ProbeTarget::Class => images.iter().map(|at| f64::from(labels[*at])).collect(),
            _ => {
                let planted = |(place, image): (usize, &mut [u8])| {
                    let index = (place as u64) << 8 | (target as u64) << 1 | split;
                    plant(image, target, &mut Rng::stream(seed, Purpose::Planting, index))
                };
                gray.chunks_exact_mut(pixels).enumerate().map(planted).collect()
            }
        };
        PlantedImages { gray, values }
    })
}
