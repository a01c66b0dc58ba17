//! The part of a data set that a run uses: some classes, fewer training images, wrong labels, noise,
//! and traps.
//!
//! Images keep the order of the pack. What is drawn at random depends on the seed and on the index
//! of the image in the pack, so that the same image gets the same noise in every selection.

use model::{IMAGE_LEN, Partition, Sampling, Split};
use thiserror::Error;

use crate::gaussian_noise::{add_gaussian_noise, deviation_of};
use crate::rng::{Purpose, Rng};
use crate::trap::set_trap;
use crate::{Dataset, ImageSet, Images, SliceSet, Slices};

/// Reason why a data set cannot be sampled as asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SamplingError {
    /// A chosen class does not exist.
    #[error(
        "Class {number} was chosen, but the data set has {classes} classes. Choose others in Data."
    )]
    NoSuchClass {
        /// Number of the class, from 1.
        number: usize,
        /// Number of classes.
        classes: usize,
    },
}

/// Returns the part of a data set that a run uses. `seed` decides on wrong labels and noise.
///
/// # Errors
///
/// Returns an error if a chosen class does not exist.
pub fn sample(dataset: Dataset, sampling: Sampling, seed: u32) -> Result<Dataset, SamplingError> {
    if sampling == Sampling::DEFAULT {
        return Ok(dataset);
    }
    Ok(match dataset {
        Dataset::Images(set) => {
            let set = std::sync::Arc::unwrap_or_clone(set);
            set_trap(sample_images(set, sampling, seed)?, sampling.trap, seed).into()
        }
        Dataset::Slices(set) => {
            let mut set: SliceSet = std::sync::Arc::unwrap_or_clone(set);
            if sampling.partition == Partition::TwoWay {
                set.validation = Slices::default();
            }
            set.into()
        }
    })
}

fn sample_images(set: ImageSet, sampling: Sampling, seed: u32) -> Result<ImageSet, SamplingError> {
    let count = set.classes.len();
    let chosen: Vec<usize> = (0..count).filter(|class| sampling.classes.contains(*class)).collect();
    if let Some(label) = sampling.classes.labels().find(|label| *label >= count) {
        return Err(SamplingError::NoSuchClass { number: label + 1, classes: count });
    }
    let take = |split: Split| -> Images {
        if split == Split::Validation && sampling.partition == Partition::TwoWay {
            return Images::default();
        }
        let from = set.split(split);
        let mut kept: Vec<(usize, u8)> = Vec::new();
        for (label, class) in chosen.iter().enumerate() {
            let of_class: Vec<usize> =
                (0..from.len()).filter(|i| usize::from(from.labels[*i]) == *class).collect();
            let limit = if split == Split::Train {
                train_count(of_class.len(), label, chosen.len(), sampling)
            } else {
                of_class.len()
            };
            let spread = (0..limit).map(|place| of_class[place * of_class.len() / limit]);
            kept.extend(spread.map(|index| (index, label as u8)));
        }
        kept.sort_unstable();
        let mut images = Images::with_capacity(kept.len());
        for (index, label) in kept {
            let label = match split {
                Split::Train => given_label(label, chosen.len(), index, sampling, seed),
                Split::Validation | Split::Test => label,
            };
            images.labels.push(label);
            images.patients.extend(from.patients.get(index));
            let pixels = from.image(index);
            if sampling.noise == 0 {
                images.pixels.extend_from_slice(pixels);
            } else {
                images.pixels.extend(noisy(pixels, sampling.noise, seed, split, index));
            }
        }
        images
    };
    Ok(ImageSet {
        train: take(Split::Train),
        validation: take(Split::Validation),
        test: take(Split::Test),
        classes: chosen.iter().map(|class| set.classes[*class].clone()).collect(),
    })
}

/// Returns the number of training images of a class, at least 1 of those that exist. Numbers fall
/// exponentially with the label, as in long-tailed data sets (Cui, Jia, Lin, Song & Belongie, “Class-balanced
/// loss based on effective number of samples”, CVPR 2019).
fn train_count(existing: usize, label: usize, classes: usize, sampling: Sampling) -> usize {
    let most = match sampling.per_class {
        0 => existing,
        count => count.min(existing),
    };
    let share = match classes {
        0 | 1 => 0.0,
        _ => label as f64 / (classes - 1) as f64,
    };
    let kept = most as f64 * libm::pow(f64::from(sampling.imbalance.max(1)), -share);
    (kept.round() as usize).clamp(existing.min(1), existing)
}

/// Returns the label of a training image: its own, or with the probability of wrong labels one of
/// the others, all equally likely (symmetric label noise).
fn given_label(label: u8, classes: usize, index: usize, sampling: Sampling, seed: u32) -> u8 {
    if sampling.wrong_labels == 0 || classes < 2 {
        return label;
    }
    let mut rng = Rng::stream(seed, Purpose::Labels, index as u64);
    if rng.uniform() * 100.0 >= f64::from(sampling.wrong_labels) {
        return label;
    }
    let other = ((rng.uniform() * (classes - 1) as f64) as usize).min(classes - 2) as u8;
    if other < label { other } else { other + 1 }
}

/// Returns an image with Gaussian noise of this standard deviation, in percent of full scale.
fn noisy(pixels: &[u8], percent: u8, seed: u32, split: Split, index: usize) -> [u8; IMAGE_LEN] {
    let place = (index as u64) << 2 | split as u64;
    let mut rng = Rng::stream(seed, Purpose::ImageNoise, place);
    let mut out = [0; IMAGE_LEN];
    out.copy_from_slice(pixels);
    add_gaussian_noise(&mut out, deviation_of(f64::from(percent)), &mut rng);
    out
}

#[cfg(test)]
mod tests {
    use model::ClassSubset;

    use super::*;

    /// Returns three classes of 40 training, 10 validation and 10 test images; an image's first
    /// pixel is its index in the split.
    fn set() -> Dataset {
        let images = |count: u8| {
            let mut images = Images::default();
            for index in 0..count {
                let mut pixels = [128; IMAGE_LEN];
                pixels[0] = index;
                images.push(index / (count / 3), &pixels);
            }
            images
        };
        let classes = ["a", "b", "c"].map(str::to_owned).to_vec();
        ImageSet { classes, train: images(120), validation: images(30), test: images(30) }.into()
    }

    fn sampled(change: impl FnOnce(&mut Sampling)) -> ImageSet {
        let mut sampling = Sampling::DEFAULT;
        change(&mut sampling);
        match sample(set(), sampling, 1) {
            Ok(Dataset::Images(set)) => std::sync::Arc::unwrap_or_clone(set),
            other => panic!("{other:?}"),
        }
    }

    fn counts(images: &Images) -> [usize; 3] {
        [0, 1, 2].map(|class| images.labels.iter().filter(|label| **label == class).count())
    }

    #[test]
    fn two_splits_have_no_validation_set_and_the_same_other_images() {
        let all = sampled(|_| {});
        assert_eq!(all.evaluated(), Split::Validation);
        let two = sampled(|sampling| sampling.partition = Partition::TwoWay);
        assert_eq!(two.evaluated(), Split::Test);
        assert_eq!((&two.train, &two.test), (&all.train, &all.test));
        assert_eq!(two.validation.len(), 0);
    }

    #[test]
    fn some_classes_get_new_labels_in_their_order() {
        let two = sampled(|sampling| sampling.classes = ClassSubset::of([0, 2]));
        assert_eq!(two.classes, ["a", "c"]);
        for split in Split::ALL {
            let images = two.split(split);
            assert_eq!(counts(images)[..2], [images.len() / 2; 2]);
        }
        assert_eq!(two.train.image(40)[0], 80, "the first image of c");
        let unknown = Sampling { classes: ClassSubset::of([0, 3]), ..Sampling::DEFAULT };
        let error = sample(set(), unknown, 1).unwrap_err();
        assert_eq!(error, SamplingError::NoSuchClass { number: 4, classes: 3 });
    }

    #[test]
    fn fewer_images_are_spread_over_the_class_and_the_rest_of_the_splits_stays() {
        let few = sampled(|sampling| sampling.per_class = 5);
        assert_eq!(counts(&few.train), [5; 3]);
        let first: Vec<u8> = (0..5).map(|index| few.train.image(index)[0]).collect();
        assert_eq!(first, [0, 8, 16, 24, 32]);
        assert_eq!(few.validation.len(), 30);
        let more = sampled(|sampling| sampling.per_class = 10_000);
        assert_eq!(more, sampled(|_| {}), "all that there are");
    }

    #[test]
    fn imbalance_falls_exponentially_from_the_first_class_to_the_last() {
        let long_tailed = sampled(|sampling| sampling.imbalance = 10);
        assert_eq!(counts(&long_tailed.train), [40, 13, 4]);
        assert_eq!(counts(&long_tailed.test), [10; 3]);
        let rare = sampled(|sampling| sampling.imbalance = 100);
        assert_eq!(counts(&rare.train), [40, 4, 1], "every class keeps an image");
    }

    #[test]
    fn wrong_labels_are_of_training_images_only_and_as_many_as_asked() {
        let all = sampled(|_| {});
        let wrong = sampled(|sampling| sampling.wrong_labels = 40);
        let changed =
            all.train.labels.iter().zip(&wrong.train.labels).filter(|(a, b)| a != b).count();
        assert!((36..=60).contains(&changed), "{changed} of 120, 48 expected");
        assert_eq!(all.train.pixels, wrong.train.pixels);
        assert_eq!((&all.validation, &all.test), (&wrong.validation, &wrong.test));
        // The same image has the same wrong label in every selection.
        let few = sampled(|sampling| (sampling.wrong_labels, sampling.per_class) = (40, 20));
        for (at, label) in few.train.labels.iter().enumerate() {
            let index = usize::from(few.train.image(at)[0]);
            assert_eq!(*label, wrong.train.labels[index], "image {index}");
        }
    }

    #[test]
    fn noise_changes_pixels_by_its_standard_deviation() {
        let noisy = sampled(|sampling| sampling.noise = 10);
        let deviation = |image: &[u8]| {
            let squares = image[1..].iter().map(|gray| (f64::from(*gray) - 128.0).powi(2));
            (squares.sum::<f64>() / 4095.0).sqrt()
        };
        for split in Split::ALL {
            let found = deviation(noisy.split(split).image(3));
            assert!((found - 25.5).abs() < 1.5, "{found}");
        }
        assert_ne!(noisy.train.image(3)[1..], noisy.test.image(3)[1..]);
    }
}
