//! Class names of the images shown.

use ui::erased_signal::Signal;
use ui::erased_view::memo;

use crate::dataset::loaded_dataset::LoadedDataset;
use crate::page::Page;

/// Number of classes of both bundled data sets, used for shapes before a data set is loaded.
const CLASSES: usize = data::phantom::CLASSES.len();

/// Returns the data set shown, if it is one of images.
pub(super) fn images(page: Page) -> Option<LoadedDataset> {
    page.signals.shown.with(|shown| shown.as_ref().filter(|s| s.images().is_some()).cloned())
}

/// Returns the class names of the data set shown, or numbers before there is one.
pub(super) fn classes(page: Page) -> Signal<Vec<String>> {
    let shown = page.signals.shown;
    memo(move || {
        shown.with(|shown| match shown {
            Some(shown) if shown.images().is_some() => shown.facts.classes.clone(),
            _ => (1..=CLASSES).map(|number| format!("Class {number}")).collect(),
        })
    })
}
