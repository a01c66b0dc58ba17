//! Generated axial slices of heads, similar to T1-weighted MRI, with exact masks of the lateral
//! ventricles.
//!
//! Every slice shows a different head. It depends on seed, split and index only, so any number of
//! slices can be drawn. Noise, bias field, rotation and ventricle size change the appearance of the
//! same head and nothing else.

use model::{IMAGE_LEN, IMAGE_SIDE, Split, Ventricles, params};

use super::canvas::{Canvas, Pose};
use super::head;
use super::vary::Vary;
use crate::rng::{Purpose, Rng};
use crate::{Case, FORMAT, Manifest, PackKind, SliceSet, Slices};

/// Class names in label order.
pub const CLASSES: [&str; 2] = ["background", "ventricle"];

/// Number of training slices.
pub const TRAIN: usize = 240;

/// Number of validation slices, and of test slices.
pub const TEST: usize = 60;

/// Side of a pixel in millimeters. A head of 15 by 19 cm fills the image.
const PIXEL_MM: f32 = 3.5;

/// Thickness of a slice in millimeters.
const SLICE_MM: f32 = 5.0;

/// Returns the number of slices in a split of the page's data set. [`slice()`] can draw further
/// ones.
pub const fn count(split: Split) -> usize {
    match split {
        Split::Train => TRAIN,
        Split::Validation | Split::Test => TEST,
    }
}

/// Draws one slice of a split: gray values, and the class of each pixel, both `[64, 64]` in
/// row-major order. A pixel belongs to a ventricle if its center does. Values of `look` outside
/// their ranges are replaced by the nearest allowed ones.
pub fn slice(
    look: Ventricles,
    seed: u32,
    split: Split,
    index: usize,
) -> ([u8; IMAGE_LEN], [u8; IMAGE_LEN]) {
    let [noise, bias, rotation, size] = within_ranges(look);
    let place = match split {
        Split::Train => (index as u64) << 1,
        Split::Test => (index as u64) << 1 | 1,
        // Validation sets came last. No index of the other splits gives this bit.
        Split::Validation => (index as u64) << 1 | 1 << 62,
    };
    let mut rng = Rng::stream(seed, Purpose::Slices, place);
    let mut v = Vary(&mut rng);
    let (large, aspect) = (v.about(1.0, 0.07), v.about(1.0, 0.04));
    let pose = Pose {
        rotation: v.about(0.0, 1.0) * rotation.to_radians(),
        scale: (large * aspect, large / aspect),
        shift: (v.about(0.0, 2.0), v.about(0.0, 2.0)),
        warp: v.about(0.45, 0.25),
    };
    let gain = v.about(0.92, 0.08);
    let mut canvas = Canvas::new(pose, &mut rng);
    let ventricles = head::draw(&mut canvas, size / 100.0, &mut rng);
    let mut mask = [0; IMAGE_LEN];
    for part in ventricles {
        canvas.mark(part, 1, &mut mask);
    }
    canvas.shade(bias / 100.0, &mut rng);
    // Noise is drawn last, so that its amount does not affect the head.
    (canvas.render(gain, noise / 100.0, &mut rng), mask)
}

fn within_ranges(look: Ventricles) -> [f32; 4] {
    let settings = [
        (look.noise, &params::NOISE),
        (look.bias, &params::BIAS),
        (look.rotation, &params::ROTATION),
        (look.size, &params::VENTRICLE_SIZE),
    ];
    settings.map(|(value, param)| {
        let range = param.int_range();
        usize::from(value).clamp(*range.start(), *range.end()) as f32
    })
}

/// Draws all slices, 360 in total. Each is a case of its own.
pub fn slices(look: Ventricles, seed: u32) -> SliceSet {
    let draw = |split| {
        let count = count(split);
        let mut slices = Slices::with_capacity([IMAGE_SIDE; 2], count);
        for index in 0..count {
            let (image, mask) = slice(look, seed, split, index);
            slices.images.extend(image);
            slices.masks.extend(mask);
            slices.case_of.push(index);
            slices.cases.push(Case {
                name: format!("head {}", index + 1),
                pixel_mm: [PIXEL_MM; 2],
                slice_mm: SLICE_MM,
            });
        }
        slices
    };
    SliceSet {
        classes: CLASSES.map(str::to_owned).to_vec(),
        train: draw(Split::Train),
        validation: draw(Split::Validation),
        test: draw(Split::Test),
    }
}

/// Returns the manifest of these slices.
pub fn manifest() -> Manifest {
    Manifest {
        format: FORMAT,
        kind: PackKind::Slices,
        name: "ventricles".into(),
        title: "Ventricle phantoms".into(),
        description: "Generated axial slices of heads in the manner of MRI, with their lateral \
                      ventricles. No patient was involved."
            .into(),
        classes: CLASSES.map(str::to_owned).to_vec(),
        train: TRAIN,
        validation: TEST,
        test: TEST,
        rule: "Every slice is a head of its own, drawn anew from the seed; validation and test \
               slices are drawn like training slices. The masks are exact."
            .into(),
        source: "Drawn in your browser".into(),
        license: "Free to use".into(),
        attribution: "Deep Imaging Playground".into(),
        ..Manifest::default()
    }
}
