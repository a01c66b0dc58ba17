//! Lazy part with the link maker, which is loaded when its dialog is opened.

use features::link_maker::link_maker_view::{Addresses, LinkMaker};
use leptos::prelude::*;
use model::permalink::Permalink;
use ui::erased_view::view;
use wasm_split_helpers::SplitLoaderError;
#[cfg(feature = "split")]
use wasm_split_helpers::wasm_split;

use super::loader::{LazyPart, arriving};
use super::modal::ModalButton;
use crate::page::Page;
use crate::page_meta::page_address;

/// Function of the part that creates the form for a page.
type Maker = fn(Page) -> AnyView;

/// Button that opens the dialog of the link maker.
#[component]
pub fn LinkMakerButton(
    /// The page.
    page: Page,
) -> impl IntoView {
    let part = LazyPart::new(|| Box::pin(arriving(share())));
    view! {
        <ModalButton
            text="Share …"
            button_class="button button-quiet"
            hint="A link that shows part of the page, code for a course page, and a QR code"
            name="link-maker"
            class="dialog link-maker-dialog"
            title="Share a part of this page"
            part
            content=move |maker: Maker| maker(page)
        />
    }
}

#[allow(unsafe_code)]
#[cfg_attr(feature = "split", wasm_split(share, fallible))]
fn share() -> Result<Maker, SplitLoaderError> {
    Ok(maker)
}

fn maker(page: Page) -> AnyView {
    let link = page.with_state(|state| Permalink { debug: false, ..state.link.clone() });
    let address = page_address();
    let folder = address.rsplit_once('/').map_or("", |(folder, _)| folder);
    let script = format!("{folder}/element.js");
    let addresses = Addresses { page: address, script };
    view! { <LinkMaker link addresses /> }
}
