//! What is known of test images and of the network that answers.

use protocol::interpret::Snapshot;
use ui::erased_signal::Signal;
use ui::erased_view::memo;

use super::picker::test;
use super::{Album, Scene};

/// The class of a test image; none of a slice, whose pixels have one each.
pub fn truth(scene: Scene, index: usize) -> Option<usize> {
    scene.album.with(|album| match album.as_ref()? {
        Album::Images(images) => images.label(test(index)).map(usize::from),
        Album::Slices(_) => None,
    })
}

/// The name of a class.
pub fn class_name(scene: Scene, class: usize) -> String {
    let name = |album: &Album| album.classes().get(class).cloned();
    scene.album.with(|album| album.as_ref().and_then(name)).unwrap_or_default()
}

/// Whether the images are slices, which have a class a pixel.
pub fn slices(scene: Scene) -> Signal<bool> {
    memo(move || scene.album.with(|album| matches!(album, Some(Album::Slices(_)))))
}

/// Whether the network that is looked at has made no step yet.
pub fn untrained(scene: Scene) -> Signal<bool> {
    memo(move || match scene.moment.get() {
        Snapshot::Latest => scene.step.get() == 0,
        Snapshot::Epoch(epoch) => epoch == 0,
    })
}
