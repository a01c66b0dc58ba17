//! The training images of a trial, as batches.

use std::borrow::Cow;

use data::rng::{Purpose, Rng};
use data::{Augmenter, plant_marker};
use model::MarkedImages;
use protocol::interpret::InterpreterDataset;
use protocol::study::NetworkTrial;

/// What tells the planting in images that a network is trained on from that in images of probes.
const TRAINED: u64 = 0xff;

/// Order in which a trial sees its training images.
#[derive(Clone, Debug)]
pub struct TrainingImages {
    /// Indices of the images in the data set, in increasing order.
    images: Vec<usize>,
    seed: u32,
    batch: usize,
    augmenter: Augmenter,
    marked: MarkedImages,
    /// An epoch, and the order of the images in it, as places in `images`.
    order: (usize, Vec<usize>),
}

impl TrainingImages {
    /// Chooses the images.
    pub fn new(trial: &NetworkTrial, dataset: &InterpreterDataset) -> Self {
        let config = &trial.config;
        let images = match trial.images_per_class {
            None => (0..dataset.train_targets.len()).collect(),
            Some(most) => choose(&dataset.train_targets, dataset.classes, most, config.seed),
        };
        Self {
            order: (0, data::epoch_order(config.seed, 0, images.len())),
            images,
            seed: config.seed,
            batch: config.batch,
            augmenter: Augmenter::new(config.augmentation, config.seed),
            marked: trial.marked,
        }
    }

    /// Returns their number.
    pub fn len(&self) -> usize {
        self.images.len()
    }

    /// Returns the images of a step, from 0 to 1, `[batch, height, width]`, and their classes.
    pub fn batch(&mut self, step: usize, dataset: &InterpreterDataset) -> [Vec<f32>; 2] {
        let count = self.images.len();
        let steps_per_epoch = count.div_ceil(self.batch);
        let epoch = step / steps_per_epoch;
        if self.order.0 != epoch {
            self.order = (epoch, data::epoch_order(self.seed, epoch, count));
        }
        let start = step % steps_per_epoch * self.batch;
        let places = &self.order.1[start..count.min(start + self.batch)];
        let pixels = dataset.size[0] * dataset.size[1];
        let (mut images, mut classes) = (Vec::with_capacity(places.len() * pixels), Vec::new());
        for place in places {
            let index = self.images[*place];
            let label = dataset.train_targets[index];
            let mut gray = Cow::Borrowed(&dataset.train[index * pixels..][..pixels]);
            self.mark(&mut gray, index, label);
            if self.augmenter.is_none() {
                images.extend(gray.iter().map(|value| f32::from(*value) / 255.0));
            } else {
                self.augmenter.draw(epoch, index, dataset.size).image(&gray, &mut images);
            }
            classes.push(f32::from(label));
        }
        [images, classes]
    }

    /// Plants a marker in the image if it is one of those that have one. It is at the same place in every
    /// epoch.
    fn mark(&self, gray: &mut Cow<'_, [u8]>, index: usize, label: u8) {
        if self.marked == MarkedImages::None {
            return;
        }
        let mut rng = Rng::stream(self.seed, Purpose::Planting, (index as u64) << 8 | TRAINED);
        let chosen = rng.below(2) == 1;
        let is_marked = match self.marked {
            MarkedImages::None => false,
            MarkedImages::OneClass => label == 0,
            MarkedImages::HalfOfEachClass => chosen,
        };
        if is_marked {
            plant_marker(gray.to_mut(), &mut rng);
        }
    }
}

/// Chooses at most this many images of each class. With a larger number, the images of a smaller one
/// are among the chosen.
pub fn choose(labels: &[u8], classes: usize, most: usize, seed: u32) -> Vec<usize> {
    let mut chosen = Vec::new();
    for class in 0..classes {
        let mut of: Vec<usize> =
            (0..labels.len()).filter(|index| usize::from(labels[*index]) == class).collect();
        Rng::stream(seed, Purpose::StudyImages, class as u64).shuffle(&mut of);
        chosen.extend(of.into_iter().take(most));
    }
    chosen.sort_unstable();
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chosen_images_are_the_same_number_of_each_class_and_nested() {
        let labels: Vec<u8> = (0..60).map(|index| (index % 7 == 0).into()).collect();
        let few = choose(&labels, 2, 5, 3);
        let counts = [0, 1].map(|class| few.iter().filter(|at| labels[**at] == class).count());
        assert_eq!(counts, [5, 5]);
        let more = choose(&labels, 2, 20, 3);
        assert!(few.iter().all(|image| more.contains(image)));
        assert_eq!(more.len(), 20 + 9);
        assert_ne!(choose(&labels, 2, 5, 4), few);
    }
}
