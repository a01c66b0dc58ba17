//! Lazy part with the panel of own data, which is loaded when its dialog is opened.

use features::own_data::own_data_view::OwnDataView;
use leptos::prelude::*;
use ui::erased_view::view;
use wasm_split_helpers::SplitLoaderError;
#[cfg(feature = "split")]
use wasm_split_helpers::wasm_split;

use super::loader::{LazyPart, arriving};
use super::modal::ModalButton;
use crate::own_data::port::own_data_port;
use crate::page::Page;

/// Function of the part that creates the panel for a page.
type Panel = fn(Page) -> AnyView;

/// Button that opens the dialog for a data set of the visitor's own.
#[component]
pub fn OwnDataButton(
    /// The page.
    page: Page,
) -> impl IntoView {
    let part = LazyPart::new(|| Box::pin(arriving(own())));
    view! {
        <ModalButton
            text="Your own …"
            button_class="button-secondary"
            hint="Train on images of your own, from a folder or a zip file"
            name="own-data"
            class="dialog own-data-dialog"
            title="Your own images"
            part
            content=move |panel: Panel| panel(page)
        />
    }
}

#[allow(unsafe_code)]
#[cfg_attr(feature = "split", wasm_split(own, fallible))]
fn own() -> Result<Panel, SplitLoaderError> {
    Ok(panel)
}

fn panel(page: Page) -> AnyView {
    view! { <OwnDataView port=own_data_port(page) /> }
}
