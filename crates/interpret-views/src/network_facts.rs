//! Facts about held-out images and about the selected network.

use model::ImageRef;
use protocol::interpret::Snapshot;
use ui::erased_signal::Signal;
use ui::erased_view::memo;

use super::images::Images;
use super::state::InterpretState;

/// Returns the class of a test image, or `None` for a slice, whose pixels have one class each.
pub fn true_class(dataset: Signal<Option<Images>>, index: usize) -> Option<usize> {
    dataset.with(|data| {
        let data = data.as_ref()?;
        data.label(ImageRef { split: data.evaluated(), index }).map(usize::from)
    })
}

/// Returns the name of a class.
pub fn class_name(dataset: Signal<Option<Images>>, class: usize) -> String {
    let name = |data: &Images| data.classes().get(class).cloned();
    dataset.with(|data| data.as_ref().and_then(name)).unwrap_or_default()
}

/// Returns whether the images are slices with masks, with one class per pixel.
pub fn has_masks(dataset: Signal<Option<Images>>) -> Signal<bool> {
    memo(move || dataset.with(|data| data.as_ref().is_some_and(|data| data.has_masks())))
}

/// Returns whether the selected network is that before the first step.
pub fn is_before_training(state: InterpretState) -> Signal<bool> {
    memo(move || match state.selection.snapshot.get() {
        Snapshot::Latest => state.run.step.get() == 0,
        Snapshot::Epoch(epoch) => epoch == 0,
    })
}
