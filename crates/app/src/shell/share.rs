//! Button that shares a link to the current configuration.

use std::time::Duration;

use js_sys::{Function, Reflect};
use leptos::prelude::*;
use ui::erased_signal::RwSignal;
use ui::erased_view::{handle_mouse, live, view};
use ui::spawn::spawn;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::clients::download::js_error_message;
use crate::page::Page;

/// Button that copies the link. If the page may not write to the clipboard, the link is shown
/// instead.
#[component]
pub fn ShareButton(
    /// The page.
    page: Page,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let shown = RwSignal::new(None::<String>);
    let copy = move |_| {
        let location = window().location();
        let place =
            location.origin().unwrap_or_default() + &location.pathname().unwrap_or_default();
        let link = format!("{place}?{}", page.share_query());
        spawn(async move {
            match write_clipboard(&link).await {
                Ok(()) => {
                    shown.set(None);
                    copied.set(true);
                    set_timeout(move || copied.set(false), Duration::from_secs(2));
                }
                Err(error) => {
                    log::debug!("the clipboard is not available: {}", js_error_message(&error));
                    shown.set(Some(link));
                }
            }
        });
    };
    view! {
        <button class="button button-quiet" data-testid="share" on:click=handle_mouse(copy)>
            <span aria-live="polite">
                {live(move || if copied.get() { "Link copied" } else { "Copy link" })}
            </span>
        </button>
        {live(move || {
            shown
                .get()
                .map(|link| {
                    view! {
                        <input
                            class="header-share"
                            readonly
                            aria-label="Link to this run"
                            value=link
                            on:focus:target=|event| event.target().select()
                        />
                    }
                })
        })}
    }
}

/// Writes to the clipboard. `navigator.clipboard` exists only in secure contexts, so the property
/// is read dynamically.
async fn write_clipboard(text: &str) -> Result<(), JsValue> {
    let clipboard = Reflect::get(&window().navigator(), &"clipboard".into())?;
    let write: Function = Reflect::get(&clipboard, &"writeText".into())?.dyn_into()?;
    let done: js_sys::Promise = write.call1(&clipboard, &text.into())?.dyn_into()?;
    JsFuture::from(done).await.map(drop)
}
