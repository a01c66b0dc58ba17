//! Generated images of six classes that resemble radiographs, CT slices and MRI slices.
//!
//! They replace real data where it may not be bundled, and let a lecture increase noise and
//! rotation until a network fails. No patient data is involved. An image depends on the seed, its
//! split and its index only, so images can be drawn in any order. [`nodules`] draws chest X-rays, and
//! [`ventricles`] slices with masks, in the same way.

mod bodies;
mod canvas;
mod chest;
mod head;
pub mod nodules;
mod noise;
mod vary;
pub mod ventricles;

use model::{IMAGE_LEN, Split};

use crate::rng::{Purpose, Rng};
use crate::{FORMAT, ImageSet, Images, Manifest};
use canvas::{Canvas, Pose};

/// Class names in label order.
pub const CLASSES: [&str; 6] =
    ["Abdomen CT", "Breast MRI", "Chest X-ray", "Chest CT", "Hand", "Head CT"];

/// Number of training images per class.
pub const TRAIN_PER_CLASS: usize = 200;

/// Number of validation images per class, and of test images.
pub const TEST_PER_CLASS: usize = 50;

/// Settings that determine the difficulty of the images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Spec {
    /// Standard deviation of the noise, in percent of full scale. Values above 100 are treated as
    /// 100.
    pub noise: u8,
    /// Maximum rotation to each side, in degrees. Values above 180 are treated as 180.
    pub rotation: u8,
}

/// Returns the number of images per class in a split.
pub const fn per_class(split: Split) -> usize {
    match split {
        Split::Train => TRAIN_PER_CLASS,
        Split::Validation | Split::Test => TEST_PER_CLASS,
    }
}

/// Returns the class of an image from its index in the split. Images are ordered by class, as in a
/// pack.
pub const fn label(split: Split, index: usize) -> u8 {
    (index / per_class(split) % CLASSES.len()) as u8
}

/// Draws one image of a split, `[64, 64]` gray values in row-major order.
pub fn image(spec: Spec, seed: u32, split: Split, index: usize) -> [u8; IMAGE_LEN] {
    let label = usize::from(label(split, index));
    draw(spec, seed, label, index % per_class(split), split)
}

/// Draws one image, given its class and its index among the images of that class in the split,
/// `[64, 64]` gray values in row-major order. Class numbers wrap around after the last class. With
/// the same seed the bodies are the same for all settings of noise and rotation.
pub fn draw(spec: Spec, seed: u32, class: usize, index: usize, split: Split) -> [u8; IMAGE_LEN] {
    let class = class % CLASSES.len();
    let place = (index as u64) << 16 | (class as u64) << 8 | stream_number(split);
    let mut rng = Rng::stream(seed, Purpose::Phantom, place);
    let mut vary = |low: f64, high: f64| rng.uniform_in(low, high) as f32;

    let size = vary(0.88, 1.08);
    let aspect = vary(0.95, 1.05);
    let largest = f64::from(spec.rotation.min(180)).to_radians();
    let pose = Pose {
        rotation: vary(-1.0, 1.0) * largest as f32,
        scale: (size * aspect, size / aspect),
        shift: (vary(-2.0, 2.0), vary(-2.0, 2.0)),
        warp: vary(0.2, 0.8),
    };
    let gain = vary(0.82, 1.0);
    let mut canvas = Canvas::new(pose, &mut rng);
    bodies::PAINTERS[class](&mut canvas, &mut rng);
    canvas.render(gain, f32::from(spec.noise.min(100)) / 100.0, &mut rng)
}

/// Returns the part of a stream's index that tells the splits apart. Validation sets came last.
fn stream_number(split: Split) -> u64 {
    match split {
        Split::Train => 0,
        Split::Test => 1,
        Split::Validation => 2,
    }
}

/// Draws all images, 1,800 in total.
pub fn dataset(spec: Spec, seed: u32) -> ImageSet {
    drawn(&CLASSES, per_class, |split, index| {
        (label(split, index), image(spec, seed, split, index))
    })
}

/// Draws the images of all splits. `draw` returns class and pixels of an image.
fn drawn(
    classes: &[&str],
    per_class: fn(Split) -> usize,
    draw: impl Fn(Split, usize) -> (u8, [u8; IMAGE_LEN]),
) -> ImageSet {
    let images = |split| {
        let count = classes.len() * per_class(split);
        let mut images = Images::with_capacity(count);
        for index in 0..count {
            let (label, pixels) = draw(split, index);
            images.push(label, &pixels);
        }
        images
    };
    ImageSet {
        classes: classes.iter().copied().map(str::to_owned).collect(),
        train: images(Split::Train),
        validation: images(Split::Validation),
        test: images(Split::Test),
    }
}

/// Returns the manifest of these images.
pub fn manifest() -> Manifest {
    Manifest {
        format: FORMAT,
        name: "phantom".into(),
        title: "Phantoms".into(),
        description:
            "Generated images in the manner of X-ray, CT and MRI. No patient was involved.".into(),
        classes: CLASSES.map(str::to_owned).to_vec(),
        train: CLASSES.len() * TRAIN_PER_CLASS,
        validation: CLASSES.len() * TEST_PER_CLASS,
        test: CLASSES.len() * TEST_PER_CLASS,
        rule:
            "Every image is drawn anew from the seed; validation and test images are drawn like training images."
                .into(),
        source: "Drawn in your browser".into(),
        license: "Free to use".into(),
        attribution: "Deep Imaging Playground".into(),
        ..Manifest::default()
    }
}
