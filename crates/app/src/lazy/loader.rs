//! Lazy parts with their loading state, and what stands in their place.

use std::pin::Pin;

use leptos::html::Div;
use leptos::prelude::*;
use ui::erased_signal::RwSignal;
use ui::erased_view::{effect, handle_mouse, memo, view};
use ui::hooks::use_visibility::use_visibility;
use ui::spawn::spawn;
use wasm_split_helpers::SplitLoaderError;

use crate::page::Page;

/// Loading state of a part.
#[derive(Clone, Copy)]
pub(super) enum Loading<T> {
    Waiting,
    Begun,
    Done(T),
    Failed,
}

/// Converts a call of a function in a part to a future. In a split build, the call already returns
/// one.
#[cfg(feature = "split")]
pub(super) use std::convert::identity as arriving;
#[cfg(not(feature = "split"))]
pub(super) use std::future::ready as arriving;

/// A part that is being loaded.
pub(super) type Arriving<T> = Pin<Box<dyn Future<Output = Result<T, SplitLoaderError>>>>;

/// A lazy part with its loading state.
#[derive(Clone, Copy)]
pub struct LazyPart<T> {
    loading: RwSignal<Loading<T>>,
    begin: fn() -> Arriving<T>,
}

impl<T: Copy + Send + Sync + 'static> LazyPart<T> {
    /// Creates a part that `begin` starts to load.
    pub(super) fn new(begin: fn() -> Arriving<T>) -> Self {
        Self { loading: RwSignal::new(Loading::Waiting), begin }
    }

    /// Returns the loading state, and tracks it.
    pub(super) fn get(self) -> Loading<T> {
        self.loading.get()
    }

    /// Starts loading the part unless it is loaded or being loaded.
    pub(super) fn load(self) {
        let Self { loading, begin } = self;
        if let Loading::Begun | Loading::Done(_) = loading.get_untracked() {
            return;
        }
        loading.set(Loading::Begun);
        let arriving = begin();
        spawn(async move {
            loading.set(match arriving.await {
                Ok(found) => Loading::Done(found),
                Err(error) => {
                    log::debug!("a part did not load: {error}");
                    Loading::Failed
                }
            });
        });
    }

    /// Loads the part when a run is ready, since the network connection is idle from then on.
    pub fn load_when_ready(self, page: Page) {
        let transport = page.signals.transport;
        let ready = memo(move || transport.with(|transport| transport.ready));
        effect(move || {
            if ready.get() && matches!(self.loading.get_untracked(), Loading::Waiting) {
                self.load();
            }
        });
    }
}

/// Placeholder of a view that is not loaded yet. When it becomes visible, its part is loaded
/// immediately.
#[component]
pub(super) fn Awaited(begin: impl Fn() + 'static) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let seen = RwSignal::new(false);
    use_visibility(place, seen);
    effect(move || {
        if seen.get() {
            begin();
        }
    });
    view! {
        <div class="lazy" node_ref=place>
            <p class="hint">"This part loads when the page can train."</p>
        </div>
    }
}

/// Placeholder of a part that could not be loaded, with a button to try again.
#[component]
pub(super) fn Failed(again: impl Fn() + 'static) -> impl IntoView {
    view! {
        <div class="lazy" role="status">
            <p>"This part of the page did not load. If that goes on, reload the page."</p>
            <button type="button" class="button" on:click=handle_mouse(move |_| again())>
                "Try again"
            </button>
        </div>
    }
}
