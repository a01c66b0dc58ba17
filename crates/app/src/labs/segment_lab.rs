//! Signals of the segmentation lab.

use features::data::data_panel::DataView;
use features::dataset::slice_store::SliceStore;
use model::{DataShape, ImageRef, Segmentation, Task};
use ui::display_settings::DisplaySettings;
use ui::erased_signal::Signal;
use ui::erased_view::memo;

use super::parts::edit;
use crate::page::Page;

/// Number of classes and image size of the bundled data, used for the network's shapes before a
/// data set is loaded.
const SHAPE: DataShape = DataShape { classes: 3, size: [data::IMAGE_SIDE; 2] };

/// Signals shared by the views of the lab.
#[derive(Clone, Copy)]
pub(super) struct Lab {
    pub page: Page,
    pub look: DisplaySettings,
    /// Slices of the data set, once loaded.
    pub store: Signal<Option<SliceStore>>,
    /// Class names in label order.
    pub classes: Signal<Vec<String>>,
}

impl Lab {
    pub fn new(page: Page, look: DisplaySettings) -> Self {
        let shown = page.signals.shown;
        let store = memo(move || {
            shown.with(|shown| shown.as_ref().and_then(|shown| shown.slices().cloned()))
        });
        let classes = memo(move || {
            shown.with(|shown| match shown {
                Some(shown) if shown.slices().is_some() => shown.facts.classes.clone(),
                _ => Vec::new(),
            })
        });
        Self { page, look, store, classes }
    }

    /// Returns the number of classes and the image size of the data set, or those of the bundled
    /// data before it is loaded.
    pub fn shape(self) -> Signal<DataShape> {
        let shape = move || {
            let classes = self.classes.with(Vec::len);
            let size = self.store.with(|store| store.as_ref().map(|store| store.set().size()));
            DataShape {
                classes: if classes == 0 { SHAPE.classes } else { classes },
                size: size.unwrap_or(SHAPE.size),
            }
        };
        memo(shape)
    }

    /// Returns a description of the data set shown, if it is one of slices.
    pub fn facts(self) -> Option<DataView> {
        self.page.signals.shown.with(|shown| {
            let shown = shown.as_ref().filter(|shown| shown.images().is_none());
            shown.map(|shown| shown.facts.clone())
        })
    }

    /// Returns the U-Net and its loss.
    pub fn segmentation(self) -> Signal<Segmentation> {
        let config = self.page.signals.config;
        // This runs once more after the visitor has switched to the other lab, when there is no
        // U-Net.
        memo(move || config.with(|config| config.segmentation().cloned()).unwrap_or_default())
    }

    /// Selects a slice, which is shown in the viewer and sent through the network.
    pub fn view(self, image: ImageRef) {
        if let Some(store) = self.store.get_untracked() {
            self.page.select_slice(&store, image);
        }
    }

    pub fn set(self, segmentation: Segmentation) {
        edit(self.page, |config| config.task = Task::Segment(segmentation));
    }
}
