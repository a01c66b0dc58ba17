//! The dialog that contains a large map.

use leptos::ev;
use leptos::html::Dialog;
use leptos::prelude::*;
use ui::close_button::CloseButton;
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::{When, effect, handle_event, handle_key, live, live_value, view};

/// A modal dialog with a title. Its content is rendered only while it is open.
#[component]
pub fn MapDialog(
    /// Whether the dialog is open.
    open: RwSignal<bool>,
    /// Title of the dialog.
    #[prop(into)]
    title: Signal<String>,
    /// Content of the dialog.
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    effect(move || {
        let (Some(dialog), open) = (dialog.get(), open.get()) else { return };
        match open {
            // Fails if the dialog is open already.
            true => drop(dialog.show_modal()),
            false => dialog.close(),
        }
    });
    view! {
        <dialog
            class="embedding-dialog"
            node_ref=dialog
            aria-label=title.live()
            on:close=handle_event(move |_| open.set(false))
            on:keydown=handle_key(|event: ev::KeyboardEvent| event.stop_propagation())
        >
            <div class="embedding-dialog-head">
                <h2>{live(move || title.get())}</h2>
                <CloseButton on_close=move || open.set(false) />
            </div>
            <When holds=live_value(move || open.get())>{children()}</When>
        </dialog>
    }
}
