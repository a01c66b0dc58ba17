//! Tests that phantoms depend on the seed only, and that their classes can be distinguished.

use data::phantom::{self, CLASSES, Spec, TRAIN_PER_CLASS};
use data::{IMAGE_LEN, Split};

const CLEAN: Spec = Spec { noise: 0, rotation: 0 };

fn distance(a: &[u8], b: &[u8]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum()
}

#[test]
fn an_image_depends_on_seed_split_and_place_alone() {
    let spec = Spec { noise: 10, rotation: 15 };
    let data = phantom::dataset(spec, 7);
    assert_eq!((data.train.len(), data.validation.len(), data.test.len()), (1200, 300, 300));
    for index in [0, 250, 1199] {
        assert_eq!(data.train.image(index), phantom::image(spec, 7, Split::Train, index));
        assert_eq!(usize::from(data.train.labels[index]), index / TRAIN_PER_CLASS);
    }
    assert_eq!(data.test.image(299), phantom::draw(spec, 7, 5, 49, Split::Test));
    let other = [
        phantom::image(spec, 8, Split::Train, 0),
        phantom::image(spec, 7, Split::Train, 1),
        phantom::image(spec, 7, Split::Test, 0),
        phantom::image(spec, 7, Split::Validation, 0),
        phantom::image(Spec { noise: 11, ..spec }, 7, Split::Train, 0),
        phantom::image(Spec { rotation: 16, ..spec }, 7, Split::Train, 0),
    ];
    assert!(other.iter().all(|image| image != data.train.image(0)));
}

/// Hashes of all pixels, to detect if another target or a new version of a library draws different
/// pixels. Update them when the drawings change.
#[test]
fn drawings_are_pinned() {
    let fnv = |pixels: &[u8]| {
        pixels.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
    };
    let spec = Spec { noise: 10, rotation: 15 };
    let hashes =
        [0, 1, 2, 3, 4, 5].map(|class| fnv(&phantom::draw(spec, 1, class, 0, Split::Train)));
    assert_eq!(hashes, PINNED);
}

const PINNED: [u64; 6] = [
    15_700_447_716_284_174_760,
    3_772_684_016_446_181_011,
    14_292_966_650_963_149_053,
    13_614_960_068_348_144_572,
    16_197_185_509_563_306_204,
    8_377_752_738_488_457_230,
];

#[test]
fn noise_has_the_wanted_deviation() {
    let clean = phantom::dataset(CLEAN, 1).test;
    let noisy = phantom::dataset(Spec { noise: 4, ..CLEAN }, 1).test;
    // Only where no value is clipped.
    let errors: Vec<f64> = clean
        .pixels
        .iter()
        .zip(&noisy.pixels)
        .filter(|(clean, _)| (60..=195).contains(*clean))
        .map(|(clean, noisy)| f64::from(*noisy) - f64::from(*clean))
        .collect();
    let mean = errors.iter().sum::<f64>() / errors.len() as f64;
    let deviation = (errors.iter().map(|e| e * e).sum::<f64>() / errors.len() as f64).sqrt();
    assert!(mean.abs() < 0.1 && (deviation - 10.2).abs() < 0.1, "{mean} ± {deviation}");
}

/// Classifying by the mean image of each class is a simple method, but it suffices for clean
/// phantoms, and so do networks. Noise and rotation must make it harder.
#[test]
fn classes_differ_more_than_their_bodies() {
    let accuracy = |spec| {
        let data = phantom::dataset(spec, 3);
        let mut means = vec![vec![0.0_f64; IMAGE_LEN]; CLASSES.len()];
        for index in 0..data.train.len() {
            let mean = &mut means[usize::from(data.train.labels[index])];
            for (sum, pixel) in mean.iter_mut().zip(data.train.image(index)) {
                *sum += f64::from(*pixel) / TRAIN_PER_CLASS as f64;
            }
        }
        let means: Vec<Vec<u8>> =
            means.iter().map(|mean| mean.iter().map(|value| *value as u8).collect()).collect();
        let right = (0..data.test.len()).filter(|index| {
            let image = data.test.image(*index);
            let nearest = (0..CLASSES.len())
                .min_by(|a, b| distance(image, &means[*a]).total_cmp(&distance(image, &means[*b])));
            nearest == Some(usize::from(data.test.labels[*index]))
        });
        right.count() as f64 / data.test.len() as f64
    };
    let (upright, any) = (accuracy(CLEAN), accuracy(Spec { noise: 40, rotation: 180 }));
    assert!(upright > 0.97, "upright {upright}");
    assert!(any < upright, "at any angle {any}, upright {upright}");
}

#[test]
fn extreme_wishes_are_drawn_too() {
    let spec = Spec { noise: 255, rotation: 255 };
    let image = phantom::draw(spec, u32::MAX, usize::MAX, usize::MAX, Split::Test);
    assert!(image.iter().any(|pixel| *pixel > 0));
}
