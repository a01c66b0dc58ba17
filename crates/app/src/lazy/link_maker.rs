//! Lazy part with the link maker, which is loaded when its dialog is opened.

use features::link_maker::link_maker_view::{Addresses, LinkMaker};
use leptos::html::Dialog;
use leptos::prelude::*;
use model::permalink::Permalink;
use ui::erased_signal::RwSignal;
use ui::erased_view::{effect, handle_event, handle_mouse, live, view};
use wasm_split_helpers::SplitLoaderError;
#[cfg(feature = "split")]
use wasm_split_helpers::wasm_split;

use super::loader::{Failed, Loading, arriving, load};
use crate::clients::download::js_error_message;
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
    let loading = RwSignal::new(Loading::<Maker>::Waiting);
    let is_open = RwSignal::new(false);
    let begin = move || load(loading, || Box::pin(arriving(share())));
    let open = move |_| {
        begin();
        is_open.set(true);
    };
    view! {
        <button
            class="button button-quiet"
            data-testid="link-maker"
            title="A link that shows part of the page, code for a course page, and a QR code"
            on:click=handle_mouse(open)
        >
            "Share …"
        </button>
        {live(move || {
            is_open
                .get()
                .then(|| {
                    view! {
                        <Modal is_open>
                            {live(move || match loading.get() {
                                Loading::Done(maker) => maker(page),
                                Loading::Failed => view! { <Failed again=begin /> },
                                Loading::Waiting | Loading::Begun => {
                                    view! { <p class="hint">"This part is loading."</p> }
                                }
                            })}
                        </Modal>
                    }
                })
        })}
    }
}

/// Dialog that opens when it is inserted.
#[component]
fn Modal(is_open: RwSignal<bool>, children: Children) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    effect(move || {
        if let Some(dialog) = dialog.get()
            && let Err(error) = dialog.show_modal()
        {
            log::debug!("the dialog did not open: {}", js_error_message(&error));
        }
    });
    view! {
        <dialog
            class="dialog link-maker-dialog"
            node_ref=dialog
            aria-labelledby="link-maker-title"
            on:close=handle_event(move |_| is_open.set(false))
        >
            <h2 id="link-maker-title">"Share a part of this page"</h2>
            {children()}
            <form method="dialog">
                <button class="button button-primary" data-testid="link-maker-close">"Close"</button>
            </form>
        </dialog>
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
