//! Area for dropping or choosing files.

use leptos::ev;
use leptos::html::Input;
use leptos::prelude::*;
use ui::dropped_files::{DroppedFiles, list_files};
use ui::erased_signal::{Callback, RwSignal, Signal};
use ui::erased_view::{derived, handle_drag, handle_event, view};

/// Accepted file types of images.
const IMAGES: &str = "image/png,image/jpeg,image/webp,.nii,.nii.gz,.gz,.hdr,.img,.dcm";
/// Accepted file types of masks.
const MASKS: &str = "image/png,.nii,.nii.gz,.gz,.hdr,.img";

/// Accepts files that are dropped, or chosen with a button.
#[component]
pub(crate) fn DropZone(
    /// Whether an image is present to which a mask could belong.
    has_image: Signal<bool>,
    /// Called with the files, and whether they were chosen as a mask.
    #[prop(into)]
    on_files: Callback<(Vec<web_sys::File>, bool)>,
) -> impl IntoView {
    let over = RwSignal::new(false);
    let on_drop = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        let dropped = DroppedFiles::take(event.data_transfer());
        ui::spawn::spawn(async move {
            let files = dropped.read().await;
            if !files.is_empty() {
                on_files.run((files, false));
            }
        });
    };
    view! {
        <div
            class="drop-zone"
            class:drop-over=over.live()
            data-testid="segment-drop"
            on:dragover=handle_drag(move |event: ev::DragEvent| {
                event.prevent_default();
                over.set(true);
            })
            on:dragleave=handle_drag(move |_| over.set(false))
            on:drop=handle_drag(on_drop)
        >
            <p>
                "Drop a slice (PNG, JPEG, WebP), a NIfTI volume (.nii, .nii.gz, .hdr with .img) or a \
                DICOM series here, and its mask beside it if you have one."
            </p>
            <p class="drop-buttons">
                <FileButton
                    text="Choose files"
                    accept=IMAGES
                    testid="segment-file"
                    multiple=true
                    on_files=move |files| on_files.run((files, false))
                />
                <FileButton
                    text="Choose a folder"
                    accept=""
                    testid="segment-folder"
                    folder=true
                    on_files=move |files| on_files.run((files, false))
                />
                <FileButton
                    text="Add its mask"
                    accept=MASKS
                    testid="segment-mask-file"
                    locked=derived(move || !has_image.get())
                    on_files=move |files| on_files.run((files, true))
                />
            </p>
            <p class="hint">
                "It is read on this machine and goes nowhere else. Of two files, the one with few \
                different values is the mask."
            </p>
        </div>
    }
}

/// A button that opens the browser's file dialog.
#[component]
fn FileButton(
    text: &'static str,
    accept: &'static str,
    testid: &'static str,
    #[prop(optional)] multiple: bool,
    /// Whether a folder is chosen, with all files in it.
    #[prop(optional)]
    folder: bool,
    #[prop(optional, into)] locked: Signal<bool>,
    #[prop(into)] on_files: Callback<Vec<web_sys::File>>,
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
        <label class="button-secondary drop-file" class:drop-locked=locked.live()>
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
