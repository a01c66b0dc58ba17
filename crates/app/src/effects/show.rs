//! Putting data on the page.
//!
//! Images are read one by one, when looked at. Slices are all read at once, since the viewer, the
//! watched slices and the table of cases jump about in them; that takes long enough to be done in
//! portions, so that the page answers meanwhile.

use std::time::Duration;

use data::phantom;
use futures::channel::oneshot;
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::{DataSource, ErrorCode, ImageRef, Problem, Split};

use super::packs::OpenPack;
use super::slices::Reading;
use crate::page::Page;
use crate::reduce::Action;
use crate::signals::{Content, Shown};
use crate::state::DataKey;
use crate::views::ImageStore;
use crate::views::segment::slices::SliceStore;

/// Milliseconds of reading at a stretch: far below the 50 that make a page stutter.
const STRETCH_MS: f64 = 12.0;

impl Page {
    /// Shows these data, now or as soon as they are read.
    pub(super) fn show(self, key: DataKey) {
        let inner = self.inner();
        let packs = inner.packs.borrow();
        let pack = key.source.pack().and_then(|name| packs.get(name)).map(|(pack, _)| pack);
        let images = |facts, images| Shown { facts, content: Content::Images(images) };
        let shown = match (key.source, pack) {
            (DataSource::Phantom { noise, rotation }, _) => {
                let spec = phantom::Spec { noise, rotation };
                Some(images(phantom::manifest(), ImageStore::phantom(spec, key.seed)))
            }
            (_, Some(OpenPack::Images(pack))) => {
                Some(images(pack.manifest().clone(), ImageStore::pack(pack.clone())))
            }
            (DataSource::Ventricles(look), _) => {
                Some(self.show_slices(key, Reading::ventricles(look, key.seed)))
            }
            (_, Some(OpenPack::Slices(pack))) => {
                Some(self.show_slices(key, Reading::pack(pack.clone())))
            }
            (_, None) => None,
        };
        self.signals.shown.set(shown);
    }

    /// What can be shown before the slices are read, and the reading begun.
    fn show_slices(self, key: DataKey, reading: Reading) -> Shown {
        let facts = reading.facts();
        spawn_local({
            let facts = facts.clone();
            async move { self.read_slices(key, reading, facts).await }
        });
        Shown { facts, content: Content::Slices(None) }
    }

    async fn read_slices(self, key: DataKey, mut reading: Reading, facts: data::Manifest) {
        let is_wanted = move || self.inner().state.borrow().shown == Some(key);
        let clock = window().performance();
        let now = || clock.as_ref().map_or(0.0, |clock| clock.now());
        let mut start = now();
        let set = loop {
            match reading.next() {
                Ok(None) => {}
                Ok(Some(set)) => break set,
                Err(error) if is_wanted() => {
                    let problem = Problem::new(ErrorCode::BadPack, error);
                    return self.dispatch(Action::PackFailed(key.source, problem));
                }
                Err(_) => return,
            }
            if now() - start > STRETCH_MS {
                pause().await;
                if !is_wanted() {
                    return;
                }
                start = now();
            }
        };
        if !is_wanted() {
            return;
        }
        let store = SliceStore::new(set);
        self.signals
            .shown
            .set(Some(Shown { facts, content: Content::Slices(Some(store.clone())) }));
        if let Some(image) = self.first_slice(key, &store) {
            self.view_slice(&store, image);
        }
    }

    /// The slice that was in the viewer, while the data are of the same kind; else one of those
    /// that are watched.
    fn first_slice(self, key: DataKey, store: &SliceStore) -> Option<ImageRef> {
        let inner = self.inner();
        let state = inner.state.borrow();
        let before = state.viewed.as_ref().filter(|v| v.data.source.key() == key.source.key());
        let before = before.map(|viewed| viewed.image);
        let watched =
            store.set().watched().first().map(|&index| ImageRef { split: Split::Test, index });
        before.filter(|image| store.mask(*image).is_some()).or(watched)
    }

    /// Puts a slice into the viewer.
    pub(crate) fn view_slice(self, store: &SliceStore, image: ImageRef) {
        let data = self.inner().state.borrow().shown;
        if let (Some(data), Some(pixels)) = (data, store.pixels(image)) {
            self.dispatch(Action::View { data, image, pixels });
        }
    }
}

/// Lets the browser do what else is waiting.
async fn pause() {
    let (done, waited) = oneshot::channel::<()>();
    // Fails where nobody waits any more.
    set_timeout(move || done.send(()).unwrap_or_default(), Duration::ZERO);
    let _ = waited.await;
}
