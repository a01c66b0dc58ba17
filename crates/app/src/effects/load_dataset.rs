//! Loads the data set shown on the page.

use features::dataset::slice_store::SliceStore;
use js_sys::Uint8Array;
use model::{DatasetKey, ImageRef};
use protocol::Problem;
use reader::{Request, Response};
use store::action::Action;
use ui::spawn::spawn;

use crate::clients::reader::unexpected_answer;
use crate::dataset::any_dataset::AnyDataset;
use crate::dataset::loaded_dataset::LoadedDataset;
use crate::page::Page;

impl Page {
    /// Shows a data set as soon as it is decoded. Until then, an earlier data set of the same kind
    /// stays on the page.
    pub(super) fn load_dataset(self, key: DatasetKey) {
        let shown = self.signals.shown;
        let other = |shown: &Option<LoadedDataset>| {
            shown.as_ref().is_some_and(|shown| shown.facts.name != key.source.slug())
        };
        if shown.with_untracked(other) {
            shown.set(None);
        }
        spawn(async move {
            let known = self.inner().datasets.borrow().get(key);
            let decoded = match known {
                Some(known) => Ok(known),
                None => {
                    let pack = self.inner().datasets.borrow().pack(key.source);
                    self.decode(key, pack.as_ref()).await
                }
            };
            if self.inner().state.borrow().shown != Some(key) {
                return;
            }
            match decoded {
                Ok(decoded) => {
                    self.inner().datasets.borrow_mut().insert(key, decoded.clone());
                    shown.set(Some(decoded));
                    self.dispatch(Action::DatasetLoaded(key));
                    self.select_first_slice(key);
                }
                Err(problem) => self.dispatch(Action::Report(problem)),
            }
        });
    }

    /// Decodes a pack, or generates a data set, in the reader.
    pub(super) async fn decode(
        self,
        key: DatasetKey,
        pack: Option<&Uint8Array>,
    ) -> Result<LoadedDataset, Problem> {
        let request = Request::Data(key);
        match self.inner().reader.ask(&request, pack.map(AsRef::as_ref)).await? {
            Response::Data(facts, dataset) => {
                Ok(LoadedDataset { facts, content: AnyDataset::new(dataset) })
            }
            _ => Err(unexpected_answer()),
        }
    }

    /// Selects a slice: the slice selected before if the data set is of the same kind, otherwise a
    /// preview slice.
    fn select_first_slice(self, key: DatasetKey) {
        let shown = self.signals.shown.get_untracked();
        let Some(store) = shown.as_ref().and_then(LoadedDataset::slices) else { return };
        if let Some(image) = self.first_slice(key, store) {
            self.select_slice(store, image);
        }
    }

    fn first_slice(self, key: DatasetKey, store: &SliceStore) -> Option<ImageRef> {
        let inner = self.inner();
        let state = inner.state.borrow();
        let before =
            state.selected_slice.as_ref().filter(|v| v.data.source.slug() == key.source.slug());
        let before = before.map(|viewed| viewed.image);
        let set = store.set();
        let watched =
            set.preview_slices().first().map(|&index| ImageRef { split: set.evaluated(), index });
        before.filter(|image| store.mask(*image).is_some()).or(watched)
    }

    /// Selects a slice of the data set shown.
    pub(crate) fn select_slice(self, store: &SliceStore, image: ImageRef) {
        let data = self.inner().state.borrow().shown;
        if let (Some(data), Some(pixels)) = (data, store.pixels(image)) {
            self.dispatch(Action::SelectSlice { data, image, pixels });
        }
    }
}
