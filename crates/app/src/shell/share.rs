//! Buttons that share a link to the current configuration.

use leptos::prelude::*;
use ui::clipboard::copy;
use ui::erased_signal::RwSignal;
use ui::erased_view::{handle_mouse, live, view};
use ui::spawn::spawn;

use crate::clients::download::js_error_message;
use crate::lazy::link_maker::LinkMakerButton;
use crate::page::Page;
use crate::page_meta::page_address;

/// Button that copies the link, and one that opens the link maker. If the page may not write to the
/// clipboard, the link is shown instead.
#[component]
pub fn ShareButton(
    /// The page.
    page: Page,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let shown = RwSignal::new(None::<String>);
    let press = move |_| {
        let link = format!("{}?{}", page_address(), page.share_query());
        spawn(async move {
            match copy(&link, copied).await {
                Ok(()) => shown.set(None),
                Err(error) => {
                    log::debug!("the clipboard is not available: {}", js_error_message(&error));
                    shown.set(Some(link));
                }
            }
        });
    };
    view! {
        <button class="button button-quiet" data-testid="share" on:click=handle_mouse(press)>
            <span aria-live="polite">
                {live(move || if copied.get() { "Link copied" } else { "Copy link" })}
            </span>
        </button>
        <LinkMakerButton page />
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
