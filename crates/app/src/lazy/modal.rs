//! Dialog with the content of a lazy part, and the button that opens it.

use leptos::html::Dialog;
use leptos::prelude::*;
use ui::erased_signal::RwSignal;
use ui::erased_view::{effect, handle_event, handle_mouse, live, view};

use super::loader::{Failed, LazyPart, Loading};
use crate::clients::download::js_error_message;

/// Button that opens a dialog, and loads the part of its content.
#[component]
pub(super) fn ModalButton<T: Copy + Send + Sync + 'static>(
    /// Text of the button.
    text: &'static str,
    /// Its classes.
    button_class: &'static str,
    /// What the button is for.
    hint: &'static str,
    /// Name of the dialog and of the button.
    name: &'static str,
    /// Classes of the dialog.
    class: &'static str,
    /// Heading of the dialog.
    title: &'static str,
    /// The part.
    part: LazyPart<T>,
    /// Creates the content from what is in the part.
    content: impl Fn(T) -> AnyView + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let open = move |_| {
        part.load();
        is_open.set(true);
    };
    view! {
        <button
            type="button"
            class=button_class
            data-testid=name
            title=hint
            on:click=handle_mouse(open)
        >
            {text}
        </button>
        <Modal name class title is_open part content />
    }
}

/// A dialog that is shown while `is_open` holds. What it contains is created from the loaded part.
#[component]
pub(super) fn Modal<T: Copy + Send + Sync + 'static>(
    /// Name of the dialog, from which the identifiers of its elements are made.
    name: &'static str,
    /// Its classes.
    class: &'static str,
    /// Heading of the dialog.
    title: &'static str,
    /// Whether the dialog is shown.
    is_open: RwSignal<bool>,
    /// The part.
    part: LazyPart<T>,
    /// Creates the content from what is in the part.
    content: impl Fn(T) -> AnyView + Copy + Send + Sync + 'static,
) -> impl IntoView {
    live(move || {
        is_open.get().then(|| {
            let content = live(move || match part.get() {
                Loading::Done(loaded) => content(loaded),
                Loading::Failed => view! { <Failed again=move || part.load() /> },
                Loading::Waiting | Loading::Begun => {
                    view! { <p class="hint">"This part is loading."</p> }
                }
            });
            dialog([name, class], title, is_open, content)
        })
    })
}

fn dialog(
    [name, class]: [&'static str; 2],
    title: &'static str,
    is_open: RwSignal<bool>,
    content: AnyView,
) -> AnyView {
    let dialog = NodeRef::<Dialog>::new();
    effect(move || {
        if let Some(dialog) = dialog.get()
            && let Err(error) = dialog.show_modal()
        {
            log::debug!("the dialog did not open: {}", js_error_message(&error));
        }
    });
    let title_id = format!("{name}-title");
    view! {
        <dialog
            class=class
            node_ref=dialog
            aria-labelledby=title_id.clone()
            on:close=handle_event(move |_| is_open.set(false))
        >
            <h2 id=title_id.clone()>{title}</h2>
            {content}
            <form method="dialog">
                <button class="button button-primary" data-testid=format!("{name}-close")>"Close"</button>
            </form>
        </dialog>
    }
}
