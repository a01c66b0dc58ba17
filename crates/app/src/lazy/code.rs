//! Lazy part with the view of the code, which is loaded when the view is opened.

use leptos::prelude::*;
use model::DataShape;
use ui::erased_signal::Signal;
use ui::erased_view::{live, view};
use wasm_split_helpers::SplitLoaderError;
#[cfg(feature = "split")]
use wasm_split_helpers::wasm_split;

use super::loader::{Awaited, Failed, LazyPart, Loading, arriving};
use crate::labs::code_view::code_view;
use crate::page::Page;

/// Function of the part that creates the view.
type CreateCode = fn(Page, Signal<DataShape>) -> AnyView;

/// Provides the part, which is not loaded yet, to the views below this component.
pub fn provide_code() {
    provide_context(LazyPart::<CreateCode>::new(|| Box::pin(arriving(code()))));
}

/// View of the code, shown when the part is loaded.
#[component]
pub fn LazyCodeView(
    /// The page.
    page: Page,
    /// Number of classes and image size.
    shape: Signal<DataShape>,
) -> impl IntoView {
    let lazy = expect_context::<LazyPart<CreateCode>>();
    let begin = move || lazy.load();
    live(move || match lazy.get() {
        Loading::Done(create) => create(page, shape),
        Loading::Failed => view! { <Failed again=begin /> },
        Loading::Waiting | Loading::Begun => view! { <Awaited begin /> },
    })
}

#[allow(unsafe_code)]
#[cfg_attr(feature = "split", wasm_split(code, fallible))]
fn code() -> Result<CreateCode, SplitLoaderError> {
    Ok(code_view)
}
