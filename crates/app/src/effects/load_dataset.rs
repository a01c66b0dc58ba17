//! Loading the data that the page shows.

use features::dataset::image_store::ImageStore;
use features::dataset::slice_store::SliceStore;
use model::{ImageRef, Split};
use protocol::Problem;
use reader::{Request, Response};
use store::action::Action;
use store::dataset_key::DatasetKey;
use ui::spawn::spawn;

use crate::clients::reader::unexpected_answer;
use crate::dataset::any_dataset::AnyDataset;
use crate::dataset::loaded_dataset::LoadedDataset;
use crate::page::Page;

impl Page {
    /// Has the data read, and shows them. Until then data of the same kind stay.
    pub(super) fn load_dataset(self, key: DatasetKey) {
        let shown = self.signals.shown;
        let other = |shown: &Option<LoadedDataset>| {
            shown.as_ref().is_some_and(|shown| shown.facts.name != key.source.slug())
        };
        if shown.with_untracked(other) {
            shown.set(None);
        }
        spawn(async move {
            let read = self.read_data(key).await;
            if self.inner().state.borrow().shown != Some(key) {
                return;
            }
            match read {
                Ok(content) => {
                    shown.set(Some(content));
                    self.select_first_slice(key);
                }
                Err(problem) if key.source.pack_name().is_some() => {
                    self.dispatch(Action::PackFailed(key.source, problem));
                }
                Err(problem) => self.dispatch(Action::Report(problem)),
            }
        });
    }

    async fn read_data(self, key: DatasetKey) -> Result<LoadedDataset, Problem> {
        let file = self.pack_file(key.source);
        let question = Request::Data { source: key.source, seed: key.seed };
        match self.inner().reader.ask(&question, file.as_ref()).await? {
            Response::Images(facts, images) => {
                Ok(LoadedDataset { facts, content: AnyDataset::Images(ImageStore::new(images)) })
            }
            Response::Slices(facts, slices) => {
                Ok(LoadedDataset { facts, content: AnyDataset::Slices(SliceStore::new(slices)) })
            }
            _ => Err(unexpected_answer()),
        }
    }

    /// Selects a slice: the one that was selected, while the data are of the same kind; else a
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
        let watched = store
            .set()
            .preview_slices()
            .first()
            .map(|&index| ImageRef { split: Split::Test, index });
        before.filter(|image| store.mask(*image).is_some()).or(watched)
    }

    /// Selects a slice.
    pub(crate) fn select_slice(self, store: &SliceStore, image: ImageRef) {
        let data = self.inner().state.borrow().shown;
        if let (Some(data), Some(pixels)) = (data, store.pixels(image)) {
            self.dispatch(Action::SelectSlice { data, image, pixels });
        }
    }
}
