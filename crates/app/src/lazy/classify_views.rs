//! Lazy part with the views that only the classification lab has. It is loaded when one of them is
//! shown, or when a run is ready.

use leptos::prelude::*;
use model::permalink::View;
use ui::erased_view::{live, view};
use wasm_split_helpers::SplitLoaderError;
#[cfg(feature = "split")]
use wasm_split_helpers::wasm_split;

use super::loader::{Awaited, Failed, LazyPart, Loading, arriving};
use crate::labs::classify_views::classify_view;
use crate::page::Page;

/// Function of the part that creates a view.
pub type CreateView = fn(Page, View) -> AnyView;

/// The lazy part.
pub type LazyClassify = LazyPart<CreateView>;

/// Creates the part, which is not loaded yet.
pub fn lazy_classify() -> LazyClassify {
    LazyPart::new(|| Box::pin(arriving(classify())))
}

/// A view that only the classification lab has, shown when the part is loaded.
#[component]
pub fn ClassifyView(
    /// The page.
    page: Page,
    /// The part.
    lazy: LazyClassify,
    /// Step, Evaluation or Try.
    view: View,
) -> impl IntoView {
    let begin = move || lazy.load();
    live(move || match lazy.get() {
        Loading::Done(create) => create(page, view),
        Loading::Failed => view! { <Failed again=begin /> },
        Loading::Waiting | Loading::Begun => view! { <Awaited begin /> },
    })
}

#[allow(unsafe_code)]
#[cfg_attr(feature = "split", wasm_split(classify, fallible))]
fn classify() -> Result<CreateView, SplitLoaderError> {
    Ok(classify_view)
}
