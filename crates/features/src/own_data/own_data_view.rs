//! Panel in which a visitor chooses a data set of their own.

use data::own_data::{MAX_PATHS, Report, SplitRule, limits};
use leptos::prelude::*;
use protocol::Problem;
use ui::drop_zone::{DropZone, FileButton};
use ui::erased_signal::{Callback, RwSignal, Signal};
use ui::erased_view::{handle_mouse, live, live_value, view};
use ui::format;
use ui::spawn::spawn;
use web_sys::File;

use super::report_view::ReportView;
use crate::own_slices::scan_readers::Later;

/// Number of files that were read, and of all.
pub type Progress = (usize, usize);

/// Files to be read, and what is told of the progress.
pub type FilesToRead = (Vec<File>, Callback<Progress>);

/// Functions that read, keep and forget a data set. The page provides them, since files are read in a
/// worker.
#[derive(Clone, Copy)]
pub struct OwnDataPort {
    /// Reads files, and reports the progress. `None` if it was stopped.
    pub read: Callback<FilesToRead, Later<Option<Report>>>,
    /// Stops reading, and frees the memory of what was read.
    pub stop: Callback<()>,
    /// Opens the data set that is kept for the lab on the page.
    pub open_kept: Callback<(), Later<Report>>,
    /// Splits the data set by another rule.
    pub split: Callback<SplitRule, Later<Report>>,
    /// Trains on the data set, and keeps it. Returns a sentence about what was done.
    pub use_it: Callback<Report, Later<String>>,
    /// Deletes everything. Returns a sentence about what was done.
    pub forget: Callback<(), Later<String>>,
    /// Whether there are data of the visitor's own in either lab.
    pub has_own: Signal<bool>,
    /// Whether those of the lab on the page can be opened.
    pub has_kept: Signal<bool>,
}

/// What the panel shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    /// A place for files.
    #[default]
    Choose,
    /// How far reading is.
    Reading,
    /// What was found.
    Found,
}

/// Place for files, progress, and what was found in them.
#[component]
pub fn OwnDataView(
    /// Connection with the page.
    port: OwnDataPort,
) -> impl IntoView {
    let stage = RwSignal::new(Stage::default());
    let read = RwSignal::new((0, 0));
    let found = RwSignal::new(None::<Report>);
    // What was done, or what went wrong, as a sentence.
    let told = RwSignal::new(String::new());
    let show = move |report: Result<Report, Problem>| match report {
        Ok(report) => {
            found.set(Some(report));
            // Another split changes the report that is shown.
            if stage.get_untracked() != Stage::Found {
                stage.set(Stage::Found);
            }
        }
        Err(problem) => told.set(problem.message),
    };
    let take = move |files: Vec<File>| {
        told.set(String::new());
        read.set((0, 0));
        stage.set(Stage::Reading);
        spawn(async move {
            let result = port.read.run((files, (move |progress| read.set(progress)).into())).await;
            stage.set(Stage::Choose);
            match result {
                Ok(Some(report)) => show(Ok(report)),
                Ok(None) => told.set("Stopped. Nothing has changed.".into()),
                Err(problem) => show(Err(problem)),
            }
        });
    };
    let open_kept = move |()| {
        told.set(String::new());
        spawn(async move { show(port.open_kept.run(()).await) });
    };
    let split = move |rule| spawn(async move { show(port.split.run(rule).await) });
    let finish = move |later: Later<String>| {
        spawn(async move {
            match later.await {
                Ok(sentence) => {
                    stage.set(Stage::Choose);
                    told.set(sentence);
                }
                Err(problem) => told.set(problem.message),
            }
        });
    };
    let content = move || match stage.get() {
        Stage::Choose => view! { <Choose port on_files=take on_kept=open_kept /> }.into_any(),
        Stage::Reading => view! { <Reading read on_stop=port.stop /> }.into_any(),
        Stage::Found => view! {
            <ReportView
                report=found
                on_rule=split
                on_use=move |report| finish(port.use_it.run(report))
                on_other=move |()| stage.set(Stage::Choose)
            />
        }
        .into_any(),
    };
    // The dialog ends what was begun in it.
    on_cleanup(move || port.stop.run(()));
    view! {
        <div class="own-data">
            {live(content)}
            <p class="own-data-told" aria-live="polite" data-testid="own-told">{live(move || told.get())}</p>
            {live(move || port.has_own.get().then(|| view! {
                <p>
                    <button
                        type="button"
                        class="button-secondary"
                        data-testid="own-forget"
                        on:click=handle_mouse(move |_| finish(port.forget.run(())))
                    >
                        "Forget everything here"
                    </button>
                </p>
            }))}
        </div>
    }
}

#[component]
fn Choose(
    port: OwnDataPort,
    #[prop(into)] on_files: Callback<Vec<File>>,
    #[prop(into)] on_kept: Callback<()>,
) -> impl IntoView {
    view! {
        <DropZone testid="own-drop" max_files={MAX_PATHS + 1} on_files=move |files| on_files.run(files)>
            <p>
                "Drop a folder here that has one folder of images per class, or a zip file of it. For \
                segmentation: folders “images” and “masks” with equal names, or masks named like \
                their image with “_mask”. PNG, JPEG, WebP or DICOM, any size and colour."
            </p>
            <p class="drop-buttons">
                <FileButton
                    text="Choose a zip file"
                    accept=".zip,application/zip"
                    testid="own-zip"
                    on_files=move |files| on_files.run(files)
                />
                <FileButton
                    text="Choose a folder"
                    accept=""
                    testid="own-folder"
                    folder=true
                    on_files=move |files| on_files.run(files)
                />
                {live(move || port.has_kept.get().then(|| view! {
                    <button
                        type="button"
                        class="button-secondary"
                        data-testid="own-kept"
                        on:click=handle_mouse(move |_| on_kept.run(()))
                    >
                        "Look at those that are kept"
                    </button>
                }))}
            </p>
            <p class="hint" data-testid="own-limits">{limits()}</p>
            <p class="hint">
                "They are read on this machine and go nowhere else. This browser keeps them, scaled to \
                64 × 64 gray values, until you forget them here."
            </p>
        </DropZone>
    }
}

#[component]
fn Reading(read: RwSignal<Progress>, on_stop: Callback<()>) -> impl IntoView {
    let text = move || match read.get() {
        (_, 0) => "Looking for images …".to_owned(),
        (done, all) => format!("Read {} of {} files", format::count(done), format::count(all)),
    };
    view! {
        <div class="own-data-reading" data-testid="own-reading">
            <progress
                class="own-data-progress"
                aria-label="files that were read"
                prop:max=live_value(move || read.get().1.max(1) as f64)
                prop:value=live_value(move || read.get().0 as f64)
            ></progress>
            <p>{live(text)}</p>
            <button
                type="button"
                class="button-secondary"
                data-testid="own-stop"
                on:click=handle_mouse(move |_| on_stop.run(()))
            >
                "Stop"
            </button>
        </div>
    }
}
