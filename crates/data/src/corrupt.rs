//! Corruption of images.

use model::{Corruption, CorruptionKind};

use crate::image_edits::{blur, hide, keep_details, shuffle_patches};
use crate::rng::{Purpose, Rng};

/// Corrupts an image of [`IMAGE_SIDE`](model::IMAGE_SIDE) × [`IMAGE_SIDE`](model::IMAGE_SIDE) gray values.
/// How patches are exchanged follows from the seed and the image's index.
pub fn corrupt(image: &mut [u8], corruption: Corruption, seed: u32, index: usize) {
    let size = usize::from(corruption.size);
    match corruption.kind {
        CorruptionKind::Shuffle => {
            let mut rng = Rng::stream(seed, Purpose::Corruption, index as u64);
            shuffle_patches(image, size, &mut rng);
        }
        CorruptionKind::Blur => blur(image, size as f64),
        CorruptionKind::Details => keep_details(image, size as f64),
        CorruptionKind::HideCenter => hide(image, size, true),
        CorruptionKind::HideRim => hide(image, size, false),
    }
}

#[cfg(test)]
mod tests {
    use model::IMAGE_LEN;

    use super::*;

    #[test]
    fn every_corruption_changes_an_image_more_than_the_milder_one_before() {
        // Smooth, with a bright disk in the middle.
        let side = 64.0;
        let gray = |at: usize| {
            let (x, y) = ((at % 64) as f64 - side / 2.0, (at / 64) as f64 - side / 2.0);
            let distance = (x * x + y * y).sqrt();
            (180.0 / (1.0 + (distance / 20.0).powi(8)) + x + 40.0) as u8
        };
        let image: Vec<u8> = (0..IMAGE_LEN).map(gray).collect();
        for kind in CorruptionKind::ALL {
            let mut last = 0;
            for corruption in Corruption::of(kind) {
                let mut corrupted = image.clone();
                corrupt(&mut corrupted, corruption, 1, 0);
                let pairs = corrupted.iter().zip(&image);
                let change: u32 = pairs.map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
                // However large the patches are, about as many pixels leave their place.
                if kind != CorruptionKind::Shuffle || last == 0 {
                    assert!(change > last, "{corruption:?}");
                }
                last = change;
            }
        }
    }
}
