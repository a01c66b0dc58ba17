//! Area for dropping or choosing slices and masks.

use leptos::prelude::*;
use ui::drop_zone::{DropZone, FileButton};
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{derived, view};

/// Accepted file types of images.
const IMAGES: &str = "image/png,image/jpeg,image/webp,.nii,.nii.gz,.gz,.hdr,.img,.dcm";
/// Accepted file types of masks.
const MASKS: &str = "image/png,.nii,.nii.gz,.gz,.hdr,.img";

/// Accepts files that are dropped, or chosen with a button.
#[component]
pub(crate) fn SlicesDropZone(
    /// Whether an image is present to which a mask could belong.
    has_image: Signal<bool>,
    /// Called with the files, and whether they were chosen as a mask.
    #[prop(into)]
    on_files: Callback<(Vec<web_sys::File>, bool)>,
) -> impl IntoView {
    view! {
        <DropZone testid="segment-drop" on_files=move |files| on_files.run((files, false))>
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
        </DropZone>
    }
}
