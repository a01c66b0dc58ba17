//! Tests that generated head slices depend on the seed only, and that their masks match the
//! drawing.

use data::phantom::ventricles::{self, CLASSES, TEST, TRAIN};
use data::{IMAGE_LEN, IMAGE_SIDE, Split};
use model::Ventricles;

const CLEAN: Ventricles = Ventricles { noise: 0, bias: 0, rotation: 0, size: 100 };

fn slice(look: Ventricles, index: usize) -> ([u8; IMAGE_LEN], [u8; IMAGE_LEN]) {
    ventricles::slice(look, 1, Split::Train, index)
}

fn area(mask: &[u8]) -> usize {
    mask.iter().filter(|label| **label == 1).count()
}

#[test]
fn a_slice_depends_on_seed_split_and_place_alone() {
    let look = Ventricles::default();
    let set = ventricles::slices(look, 7);
    assert_eq!((set.train.len(), set.test.len(), set.size()), (TRAIN, TEST, [IMAGE_SIDE; 2]));
    assert_eq!(set.classes, CLASSES);
    assert_eq!((set.train.cases.len(), set.test.of_case(59)), (TRAIN, vec![59]));
    assert_eq!(set.preview_slices().len(), 8);
    for index in [0, 100, 239] {
        let (image, mask) = ventricles::slice(look, 7, Split::Train, index);
        assert_eq!((set.train.image(index), set.train.mask(index)), (&image[..], &mask[..]));
    }
    let others = [
        ventricles::slice(look, 8, Split::Train, 0),
        ventricles::slice(look, 7, Split::Train, 1),
        ventricles::slice(look, 7, Split::Test, 0),
        ventricles::slice(look, 7, Split::Train, usize::MAX / 2),
    ];
    assert!(others.iter().all(|(image, mask)| image != set.train.image(0) && area(mask) > 0));
    // The manifest is the same as that of a pack of these slices.
    let json = ventricles::manifest().to_json();
    assert_eq!(data::Manifest::from_json(json.as_bytes()).unwrap(), ventricles::manifest());
}

#[test]
fn a_head_stays_the_same_however_it_looks() {
    for index in 0..20 {
        let (clean, mask) = slice(CLEAN, index);
        let (noisy, same) = slice(Ventricles { noise: 50, bias: 100, ..CLEAN }, index);
        assert_eq!(mask, same);
        assert_ne!(clean, noisy);
        // Outside the ventricles, a different size changes nothing.
        let (large, larger) = slice(Ventricles { size: 130, ..CLEAN }, index);
        assert!(area(&larger) > area(&mask));
        let rows = 0..IMAGE_LEN / 5;
        assert_eq!(clean[rows.clone()], large[rows]);
        let (turned, of_turned) = slice(Ventricles { rotation: 90, ..CLEAN }, index);
        assert_ne!(clean, turned);
        let (before, after) = (area(&mask) as f64, area(&of_turned) as f64);
        assert!((after / before - 1.0).abs() < 0.15, "{before} and {after} pixels");
    }
}

#[test]
fn masks_cover_the_dark_of_the_ventricles() {
    for index in 0..60 {
        let (image, mask) = slice(CLEAN, index);
        // Inside and well outside the ventricles, away from the pixels on the border.
        let at = |row: usize, column: usize| row * IMAGE_SIDE + column;
        for row in 1..IMAGE_SIDE - 1 {
            for column in 1..IMAGE_SIDE - 1 {
                let near = [
                    at(row - 1, column),
                    at(row + 1, column),
                    at(row, column - 1),
                    at(row, column + 1),
                ];
                if mask[at(row, column)] == 1 && near.iter().all(|near| mask[*near] == 1) {
                    let gray = image[at(row, column)];
                    assert!(gray < 80, "slice {index}, row {row}, column {column}: {gray}");
                }
            }
        }
        let mean = |label: u8| {
            let of = image.iter().zip(&mask).filter(|(gray, own)| **own == label && **gray > 0);
            let (sum, count) =
                of.fold((0.0, 0.0), |(s, n), (gray, _)| (s + f64::from(*gray), n + 1.0));
            sum / count
        };
        assert!(mean(1) + 30.0 < mean(0), "slice {index}: {} in {}", mean(1), mean(0));
    }
}

#[test]
fn small_ventricles_are_there_and_under_one_percent() {
    for size in [5, 20] {
        let set = ventricles::slices(Ventricles { size, ..Ventricles::default() }, 3);
        for slices in [&set.train, &set.test] {
            for index in 0..slices.len() {
                let area = area(slices.mask(index));
                assert!((1..IMAGE_LEN / 100).contains(&area), "size {size}: {area} pixels");
            }
        }
    }
    let usual = ventricles::slices(CLEAN, 3).class_frequencies()[1];
    assert!((0.025..0.05).contains(&usual), "{usual}");
}

#[test]
fn noise_has_the_wanted_deviation() {
    let errors: Vec<f64> = (0..50)
        .flat_map(|index| {
            let (clean, noisy) =
                (slice(CLEAN, index).0, slice(Ventricles { noise: 4, ..CLEAN }, index).0);
            let pairs: Vec<_> = clean.into_iter().zip(noisy).collect();
            pairs
        })
        // Only where no value is clipped.
        .filter(|(clean, _)| (60..=195).contains(clean))
        .map(|(clean, noisy)| f64::from(noisy) - f64::from(clean))
        .collect();
    let mean = errors.iter().sum::<f64>() / errors.len() as f64;
    let deviation = (errors.iter().map(|e| e * e).sum::<f64>() / errors.len() as f64).sqrt();
    assert!(mean.abs() < 0.3 && (deviation - 10.2).abs() < 0.3, "{mean} ± {deviation}");
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
    let (image, mask) = slice(Ventricles::default(), 0);
    let (test, _) = ventricles::slice(Ventricles::default(), 1, Split::Test, 59);
    assert_eq!([fnv(&image), fnv(&mask), fnv(&test)], PINNED);
}

const PINNED: [u64; 3] =
    [12_951_867_375_447_898_542, 543_764_440_544_848_135, 2_292_445_514_496_183_398];

#[test]
fn extreme_wishes_are_drawn_too() {
    let all = Ventricles { noise: 255, bias: 255, rotation: 255, size: 255 };
    let most = Ventricles { noise: 100, bias: 100, rotation: 180, size: 150 };
    let drawn = ventricles::slice(all, u32::MAX, Split::Test, usize::MAX);
    assert_eq!(drawn, ventricles::slice(most, u32::MAX, Split::Test, usize::MAX));
    assert!(area(&drawn.1) > 0);
    let least = Ventricles { size: 0, ..CLEAN };
    assert_eq!(slice(least, 0), slice(Ventricles { size: 5, ..CLEAN }, 0));
}
