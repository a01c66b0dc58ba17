//! Tests that images are changed as PyTorch's `grid_sample` changes them. `augmentation/pytorch.py`
//! wrote the values.

use data::Augmenter;
use model::{Augmentation, ImageTransform};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    size: [usize; 2],
    epoch: usize,
    index: usize,
    pixels: Vec<u8>,
    classes: Vec<u8>,
    image: Vec<f32>,
    mask: Vec<f32>,
}

#[test]
fn images_and_masks_are_changed_as_by_pytorch() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("augmentation/pytorch.json")).unwrap();
    assert_eq!(cases.len(), 6);
    let augmenter = Augmenter::new(Augmentation::of(ImageTransform::ALL), 7);
    let mut moved_pixels = 0;
    for case in cases {
        let change = augmenter.draw(case.epoch, case.index, case.size);
        let (mut image, mut mask) = (Vec::new(), Vec::new());
        change.image(&case.pixels, &mut image);
        change.mask(&case.classes, &mut mask);
        let differences = image.iter().zip(&case.image).map(|(ours, theirs)| (ours - theirs).abs());
        let largest = differences.fold(0.0, f32::max);
        assert!(largest < 1e-5, "epoch {}, image {}: {largest}", case.epoch, case.index);
        assert_eq!(mask, case.mask, "epoch {}, image {}", case.epoch, case.index);
        let moved = mask.iter().zip(&case.classes).filter(|(to, from)| **to != f32::from(**from));
        moved_pixels += moved.count();
    }
    assert!(moved_pixels > 300, "{moved_pixels}");
}
