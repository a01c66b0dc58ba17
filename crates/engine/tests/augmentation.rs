//! Tests that a run trains on augmented images: those of its epoch, with their masks, in every forward
//! pass that belongs to training, and in no other.

use std::rc::Rc;

use burn::tensor::Device;
use data::phantom::{self, ventricles};
use data::{Augmenter, ImageSet, SliceSet};
use engine::burn;
use engine::data::{ImageData, SliceData};
use engine::training::Session;
use engine::training::classification::ClassificationTask;
use futures::executor::block_on;
use model::{
    Architecture, Augmentation, DataSource, ImageTransform, Lab, Network, RunConfig, Task,
    Ventricles,
};

/// Mirroring keeps gray values as they are, so that a data set can hold the changed images.
fn flip() -> Augmentation {
    Augmentation::of([ImageTransform::Flip])
}

fn images() -> ImageSet {
    let mut set = phantom::dataset(phantom::Spec { noise: 10, rotation: 15 }, 1);
    set.train.labels.truncate(60);
    set.train.pixels.truncate(60 * model::IMAGE_LEN);
    set
}

fn classify(set: &ImageSet, augmentation: Augmentation) -> Session<ClassificationTask> {
    let layers = vec!["dense8.tanh".parse().unwrap()];
    let config = RunConfig {
        data: DataSource::PHANTOM,
        task: Task::Classify(Network { architecture: Architecture::Mlp, layers }),
        augmentation,
        ..RunConfig::default()
    };
    Session::classify(config, Rc::new(ImageData::new(set, &Device::flex()))).unwrap()
}

/// Returns gray values as they are changed in an epoch.
fn changed(set: &ImageSet, epoch: usize) -> ImageSet {
    let mut changed = set.clone();
    changed.train.pixels.clear();
    for index in 0..set.train.len() {
        let mut image = Vec::new();
        Augmenter::new(flip(), 1)
            .draw(epoch, index, [64, 64])
            .image(set.train.image(index), &mut image);
        changed.train.pixels.extend(image.iter().map(|gray| (gray * 255.0).round() as u8));
    }
    changed
}

fn assert_close(ours: &[f32], expected: &[f32]) {
    assert_eq!(ours.len(), expected.len());
    for (ours, expected) in ours.iter().zip(expected) {
        assert!((ours - expected).abs() < 1e-4, "{ours} {expected}");
    }
}

#[test]
fn images_are_changed_anew_in_each_epoch() {
    let set = images();
    let mut session = classify(&set, flip());
    let mut expected = classify(&changed(&set, 0), Augmentation::NONE);
    let mut plain = classify(&set, Augmentation::NONE);
    for _ in 0..session.steps_per_epoch() {
        let batch = session.next_batch();
        // The look ahead, the traces and the step see the same images.
        let logits = |session: &Session<_>| block_on(session.train_logits(&batch)).unwrap();
        assert_close(&logits(&session), &logits(&expected));
        for session in [&mut session, &mut expected, &mut plain] {
            block_on(session.train());
        }
    }
    let [ours, theirs, without] = [&mut session, &mut expected, &mut plain]
        .map(|session| block_on(session.read_losses()).unwrap());
    assert_close(&ours, &theirs);
    assert_ne!(ours, without);

    // In the second epoch, other images are mirrored.
    let batch = session.next_batch();
    assert_eq!(batch.epoch, 1);
    let of =
        |set: &ImageSet, index: usize| block_on(session.predict(set.train.image(index))).unwrap();
    let logits = block_on(session.train_logits(&batch)).unwrap();
    let [first, second] = [0, 1].map(|epoch| {
        let set = changed(&set, epoch);
        batch.indices.iter().flat_map(|index| of(&set, *index)).collect::<Vec<_>>()
    });
    assert_close(&logits, &second);
    assert!(logits.iter().zip(&first).any(|(ours, other)| (ours - other).abs() > 1e-3));
}

#[test]
fn a_look_ahead_sees_the_augmented_images() {
    let mut session = classify(&images(), Augmentation::of(ImageTransform::ALL));
    let batch = session.next_batch();
    let logits = block_on(session.train_logits(&batch)).unwrap();
    let look_ahead = block_on(session.look_ahead()).unwrap();
    let unit = protocol::interpret::UnitRef { layer: 1, unit: 0 };
    let trace = block_on(look_ahead.trace(unit)).unwrap();
    // Without dropout and batch norm, training and evaluation mode are the same.
    assert_close(&trace.logits, &logits);
    block_on(session.train());
    assert_close(&[trace.loss], &block_on(session.read_losses()).unwrap());
}

#[test]
fn masks_are_changed_with_their_slices() {
    let set = ventricles::slices(Ventricles::default(), 1);
    let losses = |set: SliceSet, augmentation| {
        let config = RunConfig {
            data: DataSource::Ventricles(Ventricles::default()),
            augmentation,
            ..RunConfig::default_for(Lab::Segment)
        };
        let data = Rc::new(SliceData::new(set, &Device::flex()));
        let mut session = Session::segment(config, data).unwrap();
        for _ in 0..3 {
            block_on(session.train());
        }
        block_on(session.read_losses()).unwrap()
    };
    let mut changed = set.clone();
    let (pixels, size) = (set.size()[0] * set.size()[1], set.size());
    for index in 0..set.train.len() {
        let change = Augmenter::new(flip(), 1).draw(0, index, size);
        let (mut image, mut mask) = (Vec::new(), Vec::new());
        change.image(set.train.image(index), &mut image);
        change.mask(set.train.mask(index), &mut mask);
        let place = index * pixels..(index + 1) * pixels;
        let bytes = image.iter().map(|gray| (gray * 255.0).round() as u8);
        changed.train.images.splice(place.clone(), bytes);
        changed.train.masks.splice(place, mask.iter().map(|class| *class as u8));
    }
    let plain = losses(set.clone(), Augmentation::NONE);
    let ours = losses(set, flip());
    assert_close(&ours, &losses(changed, Augmentation::NONE));
    assert_ne!(ours, plain);
}
