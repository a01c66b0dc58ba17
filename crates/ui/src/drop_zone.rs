//! A place to drop files on, and a button that chooses them.

use leptos::ev;
use leptos::html::Input;
use leptos::prelude::*;
use web_sys::File;

use crate::dropped_files::{DroppedFiles, MAX_FILES, list_files};
use crate::erased_signal::{Callback, RwSignal, Signal};
use crate::erased_view::{handle_drag, handle_event, view};
use crate::spawn::spawn;

/// A place to drop files or folders on.
#[component]
pub fn DropZone(
    /// Id for tests.
    testid: &'static str,
    /// Further classes.
    #[prop(optional)]
    class: &'static str,
    /// Maximum number of files that are read from folders.
    #[prop(default = MAX_FILES)]
    max_files: usize,
    /// Called with the files, of which there is at least one.
    #[prop(into)]
    on_files: Callback<Vec<File>>,
    /// What stands in it.
    children: Children,
) -> impl IntoView {
    let over = RwSignal::new(false);
    let on_drop = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        let dropped = DroppedFiles::take(event.data_transfer());
        spawn(async move {
            let files = dropped.read(max_files).await;
            if !files.is_empty() {
                on_files.run(files);
            }
        });
    };
    view! {
        <div
            class=format!("drop-zone {class}")
            class:drop-over=over.live()
            data-testid=testid
            on:dragover=handle_drag(move |event: ev::DragEvent| {
                event.prevent_default();
                over.set(true);
            })
            on:dragleave=handle_drag(move |_| over.set(false))
            on:drop=handle_drag(on_drop)
        >
            {children()}
        </div>
    }
}

/// A button that opens the browser's file dialog.
#[component]
pub fn FileButton(
    /// Text of the button.
    text: &'static str,
    /// Accepted file types; empty for all.
    accept: &'static str,
    /// Id for tests.
    testid: &'static str,
    /// What it does, shown on hover.
    #[prop(optional)]
    title: Option<&'static str>,
    /// Whether several files may be chosen.
    #[prop(optional)]
    multiple: bool,
    /// Whether a folder is chosen, with all files in it.
    #[prop(optional)]
    folder: bool,
    /// Disables the button.
    #[prop(optional, into)]
    locked: Signal<bool>,
    /// Called with the files, of which there is at least one.
    #[prop(into)]
    on_files: Callback<Vec<File>>,
) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    let on_file = move |_| {
        let Some(input) = input.get_untracked() else { return };
        let chosen = list_files(input.files());
        // Allows the same file to be chosen again.
        input.set_value("");
        if !chosen.is_empty() {
            on_files.run(chosen);
        }
    };
    view! {
        <label class="button-secondary drop-file" class:drop-locked=locked.live() title=title>
            {text}
            <input
                type="file"
                class="visually-hidden"
                accept=accept
                multiple=multiple
                prop:webkitdirectory=folder
                data-testid=testid
                node_ref=input
                prop:disabled=locked.live()
                on:change=handle_event(on_file)
            />
        </label>
    }
}
