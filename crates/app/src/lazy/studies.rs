//! Lazy part with the view of studies, which is loaded when the view is opened.

use leptos::prelude::*;
use ui::erased_signal::RwSignal;
use ui::erased_view::{effect, live, view};
use wasm_split_helpers::SplitLoaderError;
#[cfg(feature = "split")]
use wasm_split_helpers::wasm_split;

use super::loader::{Awaited, Failed, LazyPart, Loading, arriving};
use crate::clients::study_workers::StudyWorkers;
use crate::labs::studies::{studies_view, study_workers};
use crate::page::Page;

/// Functions of the part that create the client of the workers and the view.
#[derive(Clone, Copy)]
struct StudiesPart {
    client: fn(Page) -> StudyWorkers,
    view: fn(Page, StudyWorkers) -> AnyView,
}

/// The lazy part, and the client that it made, which stays while the other lab is shown.
#[derive(Clone, Copy)]
struct LazyStudies {
    part: LazyPart<StudiesPart>,
    client: RwSignal<Option<StudyWorkers>>,
}

/// Provides the part, which is not loaded yet, to the views below this component.
pub fn provide_studies(page: Page) {
    let part = LazyPart::new(|| Box::pin(arriving(studies())));
    let client = RwSignal::new(None);
    provide_context(LazyStudies { part, client });
    effect(move || {
        if let Loading::Done(part) = part.get() {
            client.set(Some(untrack(|| (part.client)(page))));
        }
    });
}

/// View of studies, shown when the part is loaded.
#[component]
pub fn LazyStudiesView(
    /// The page.
    page: Page,
) -> impl IntoView {
    let LazyStudies { part, client } = expect_context();
    let begin = move || part.load();
    live(move || match (part.get(), client.get()) {
        (Loading::Done(part), Some(client)) => (part.view)(page, client),
        (Loading::Failed, _) => view! { <Failed again=begin /> },
        _ => view! { <Awaited begin /> },
    })
}

#[allow(unsafe_code)]
#[cfg_attr(feature = "split", wasm_split(studies, fallible))]
fn studies() -> Result<StudiesPart, SplitLoaderError> {
    Ok(StudiesPart { client: study_workers, view: studies_view })
}
