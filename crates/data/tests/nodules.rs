//! Tests that generated chest X-rays depend on the seed only, that their two classes differ in
//! nothing but the place of a blob, and that pixels do not tell them apart.

use std::time::{Duration, Instant};

use data::phantom::nodules::{self, CLASSES, Drawing, TEST_PER_CLASS, TRAIN_PER_CLASS};
use data::{IMAGE_LEN, ImageSet, Images, Split};
use model::Nodules;

const LOOK: Nodules = Nodules::DEFAULT;

/// Pixels of each blob of a drawing, and how many of them are inside a lung.
fn blobs(drawing: &Drawing) -> Vec<(usize, usize)> {
    let count = drawing.blobs.iter().copied().max().unwrap_or(0);
    let of = |blob: u8| (0..IMAGE_LEN).filter(move |at| drawing.blobs[*at] == blob);
    (1..=count)
        .map(|blob| (of(blob).count(), of(blob).filter(|at| drawing.lungs[*at] == 1).count()))
        .collect()
}

#[test]
fn an_image_depends_on_seed_split_and_place_alone() {
    let set = nodules::dataset(LOOK, 7);
    assert_eq!((set.train.len(), set.validation.len(), set.test.len()), (1200, 300, 300));
    assert_eq!(set.classes, CLASSES);
    for index in [0, 250, 1199] {
        let drawing = nodules::draw(LOOK, 7, Split::Train, index);
        assert_eq!(set.train.image(index), drawing.image);
    }
    let others = [
        nodules::draw(LOOK, 8, Split::Train, 0),
        nodules::draw(LOOK, 7, Split::Train, 1),
        nodules::draw(LOOK, 7, Split::Validation, 0),
        nodules::draw(LOOK, 7, Split::Test, 0),
        nodules::draw(Nodules { noise: LOOK.noise + 1, ..LOOK }, 7, Split::Train, 0),
        nodules::draw(Nodules { contrast: LOOK.contrast + 1, ..LOOK }, 7, Split::Train, 0),
    ];
    assert!(others.iter().all(|other| other.image != set.train.image(0)));
    // The manifest is the same as that of a pack of these images.
    let json = nodules::manifest().to_json();
    assert_eq!(data::Manifest::from_json(json.as_bytes()).unwrap(), nodules::manifest());
}

#[test]
fn no_image_is_in_two_splits() {
    let set = nodules::dataset(LOOK, 1);
    let images = |images: &Images| (0..images.len()).map(|i| images.image(i).to_vec()).collect();
    let mut all: Vec<Vec<u8>> =
        Split::ALL.into_iter().flat_map(|split| -> Vec<_> { images(set.split(split)) }).collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 1800);
}

#[test]
fn half_of_each_split_has_a_nodule() {
    let set = nodules::dataset(LOOK, 1);
    for (split, each) in
        Split::ALL.into_iter().zip([TRAIN_PER_CLASS, TEST_PER_CLASS, TEST_PER_CLASS])
    {
        let labels = &set.split(split).labels;
        assert_eq!(labels.len(), 2 * each);
        assert_eq!(labels.iter().filter(|label| **label == 1).count(), each);
    }
}

/// An image of class “Nodule” has one blob inside a lung, all its pixels, and one of the other class
/// none, not even a pixel.
#[test]
fn a_blob_inside_a_lung_is_what_the_label_says() {
    for (seed, distractors) in [(1, 4), (2, 0), (3, 8)] {
        let look = Nodules { distractors, ..LOOK };
        for index in 0..2 * TRAIN_PER_CLASS {
            let drawing = nodules::draw(look, seed, Split::Train, index);
            let blobs = blobs(&drawing);
            assert!((1..=1 + usize::from(distractors)).contains(&blobs.len()), "image {index}");
            let inside = usize::from(nodules::label(Split::Train, index));
            for (blob, (pixels, in_lung)) in blobs.iter().enumerate() {
                let expected = if blob < inside { *pixels } else { 0 };
                assert!(*pixels >= 5, "image {index}, blob {blob}: {pixels} pixels");
                assert_eq!(*in_lung, expected, "image {index}, blob {blob} of {pixels} pixels");
            }
        }
    }
}

#[test]
fn both_classes_have_as_many_blobs_of_the_same_size() {
    let mut counts = [[0_u32; LOOK.distractors as usize + 2]; 2];
    let mut pixels = [0; 2];
    for seed in 1..=3 {
        for index in 0..2 * TRAIN_PER_CLASS {
            let class = usize::from(nodules::label(Split::Train, index));
            let blobs = blobs(&nodules::draw(LOOK, seed, Split::Train, index));
            counts[class][blobs.len()] += 1;
            pixels[class] += blobs.iter().map(|(pixels, _)| pixels).sum::<usize>();
        }
    }
    // 1,800 images a class and equal shares for 1 to 8 blobs: within 4 standard errors.
    let [without, with] = counts;
    for (count, (without, with)) in without.into_iter().zip(with).enumerate() {
        assert!(without.abs_diff(with) < 80, "{count} blobs: {without} and {with}");
    }
    let ratio = pixels[1] as f64 / pixels[0] as f64;
    assert!((ratio - 1.0).abs() < 0.05, "{pixels:?} pixels of blobs");
}

#[test]
fn contrast_and_noise_change_nothing_else() {
    for index in [0, 700] {
        let at = |contrast, noise| {
            nodules::draw(Nodules { contrast, noise, ..LOOK }, 1, Split::Train, index)
        };
        let (plain, usual, noisy) = (at(0, 0), at(30, 0), at(30, 50));
        assert!(plain.blobs == usual.blobs && plain.lungs == usual.lungs);
        assert!(noisy.blobs == usual.blobs && noisy.image != usual.image);
        for pixel in 0..IMAGE_LEN {
            assert!(usual.image[pixel] >= plain.image[pixel]);
            // The edge is blurred: what is inside by half of the blur has the full brightness.
            if plain.blobs[pixel] > 0 {
                let more = usual.image[pixel] - plain.image[pixel];
                assert!(more > 15, "image {index}, pixel {pixel}: {more}");
            }
        }
    }
}

#[test]
fn extreme_wishes_are_drawn_too() {
    let all = Nodules { contrast: 255, noise: 255, distractors: 255 };
    let most = Nodules { contrast: 100, noise: 100, distractors: 8 };
    let [wished, drawn] =
        [all, most].map(|look| nodules::draw(look, u32::MAX, Split::Test, usize::MAX).image);
    assert_eq!(wished, drawn);
}

/// A browser draws them while a visitor waits. Measured at the same optimization: 0.5 seconds.
#[test]
fn all_images_are_drawn_in_seconds() {
    let start = Instant::now();
    nodules::dataset(LOOK, 1);
    let time = start.elapsed();
    println!("1,800 images in {time:.2?}");
    assert!(time < Duration::from_secs(20), "{time:?}");
}

/// Accuracies on training and test images of a logistic regression on the pixels, trained by
/// gradient descent with weight decay.
fn linear_accuracies(set: &ImageSet) -> [f64; 2] {
    let pixel = |value: u8| f32::from(value) / 255.0 - 0.3;
    let mut weights = vec![0.0_f32; IMAGE_LEN];
    let mut bias = 0.0_f32;
    let logit = |weights: &[f32], bias: f32, image: &[u8]| {
        bias + image.iter().zip(weights).map(|(value, w)| w * pixel(*value)).sum::<f32>()
    };
    let count = set.train.len();
    for epoch in 0..30 {
        for at in data::epoch_order(1, epoch, count) {
            let image = set.train.image(at);
            let label = f32::from(set.train.labels[at]);
            let error = label - 1.0 / (1.0 + (-logit(&weights, bias, image)).exp());
            let step = 0.002 * error;
            bias += step;
            for (w, value) in weights.iter_mut().zip(image) {
                *w += step * pixel(*value) - 2e-6 * *w;
            }
        }
    }
    [&set.train, &set.test].map(|images| {
        let right = (0..images.len()).filter(|at| {
            (logit(&weights, bias, images.image(*at)) > 0.0) == (images.labels[*at] == 1)
        });
        right.count() as f64 / images.len() as f64
    })
}

#[test]
fn pixels_alone_do_not_tell_the_class() {
    let tests = [1, 2, 3].map(|seed| {
        let [train, test] = linear_accuracies(&nodules::dataset(LOOK, seed));
        println!("seed {seed}: {train:.3} of the training images, {test:.3} of the test images");
        test
    });
    // 900 images: the standard error is 1.7 points.
    let mean = tests.iter().sum::<f64>() / 3.0;
    assert!((mean - 0.5).abs() < 0.08, "{tests:?}");
}
