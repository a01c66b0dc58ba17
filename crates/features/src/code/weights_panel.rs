//! Weights that are saved as a file, and those of a file as the start of a run.

use std::sync::Arc;

use export::weights::{self, FileWeights};
use js_sys::Uint8Array;
use leptos::prelude::*;
use model::graph::Graph;
use model::{DataShape, RunConfig};
use protocol::{ErrorCode, Problem};
use store::action::WeightsOfFile;
use store::first_weights::{SavedWeights, WeightsOrigin, WeightsPart, WeightsRequest};
use ui::drop_zone::{DropZone, FileButton};
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{derived, effect, handle_mouse, live, memo, view};
use ui::glossary_term::Term;
use ui::spawn::spawn;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use super::program_files::weights_name;
use super::save_file::save_file;

/// Maximum size of a file that is read, in bytes; the largest network of the page has less than half
/// of it.
const MAX_BYTES: f64 = 256e6;

/// Signals and callbacks of the panel of weights.
#[derive(Clone, Copy)]
pub struct WeightsPort {
    /// Origin of the weights from which runs start; `None` if they are random.
    pub origin: Signal<Option<WeightsOrigin>>,
    /// State of the request for the weights of the run.
    pub request: Signal<WeightsRequest>,
    /// Whether there is a run whose weights can be saved.
    pub can_save: Signal<bool>,
    /// Asks for the weights of the run.
    pub on_save: Callback<()>,
    /// Called when weights that arrived were saved.
    pub on_saved: Callback<()>,
    /// Called with the weights of a file.
    pub on_load: Callback<WeightsOfFile>,
    /// Starts runs from random weights again.
    pub on_drop: Callback<()>,
    /// Called with what went wrong.
    pub on_problem: Callback<Problem>,
}

/// Buttons to save and load weights, also a place to drop a file.
#[component]
pub fn WeightsPanel(
    /// The configuration on the page.
    config: Signal<RunConfig>,
    /// Shape of its data.
    shape: Signal<DataShape>,
    /// Connection with the page.
    port: WeightsPort,
) -> impl IntoView {
    effect(move || {
        if let WeightsRequest::Ready(saved) = port.request.get() {
            untrack(|| {
                if let Err(problem) = save(&saved) {
                    port.on_problem.run(problem);
                }
                port.on_saved.run(());
            });
        }
    });
    let take = move |files: Vec<File>| {
        let Some(file) = files.into_iter().next() else { return };
        let (config, shape) = (config.get_untracked(), shape.get_untracked());
        spawn(async move {
            match open(&file, &config, shape).await {
                Ok(loaded) => port.on_load.run(loaded),
                Err(problem) => port.on_problem.run(problem),
            }
        });
    };
    let is_unet = memo(move || config.with(|config| config.segmentation().is_some()));
    let locked = derived(move || !port.can_save.get());
    view! {
        <DropZone testid="weights-drop" class="code-weights" on_files=take>
            <p>
                <Term name="weights" text="Weights" />" as a "<Term name="safetensors" />
                " file: save those of this run, or drop a file here to start a run from it."
                {live(move || is_unet.get().then_some(
                    " A file of a classifier with the layers of the encoder starts the encoder.",
                ))}
            </p>
            <p class="drop-buttons">
                <button
                    type="button"
                    class="button-secondary"
                    data-testid="save-weights"
                    title="The weights as they are now, which the program can start from"
                    prop:disabled=locked.live()
                    on:click=handle_mouse(move |_| port.on_save.run(()))
                >
                    "Save weights"
                </button>
                <FileButton
                    text="Load weights"
                    title="Starts a new run from the weights of a file. The present run stays in the curves."
                    accept=".safetensors"
                    testid="load-weights"
                    on_files=take
                />
                {live(move || port.origin.with(Option::is_some).then(|| view! {
                    <button
                        type="button"
                        class="button-secondary"
                        data-testid="drop-weights"
                        title="Starts a new run whose weights are all drawn from the seed"
                        on:click=handle_mouse(move |_| port.on_drop.run(()))
                    >
                        "Start from random weights"
                    </button>
                }))}
            </p>
            <p class="hint" aria-live="polite" data-testid="weights-file">
                {live(move || port.origin.with(told))}
            </p>
        </DropZone>
    }
}

/// Says from which weights runs start.
fn told(origin: &Option<WeightsOrigin>) -> String {
    match origin {
        None => "Runs start from random weights, drawn from the seed.".to_owned(),
        Some(WeightsOrigin { name, part: WeightsPart::Network }) => {
            format!("Runs start from the weights of “{name}”; Reset goes back to them.")
        }
        Some(WeightsOrigin { name, part: WeightsPart::Encoder }) => format!(
            "The encoder starts from the weights of “{name}”, decoder and head from random ones, \
             drawn from the seed; Reset goes back to them."
        ),
    }
}

/// Saves the weights of a run.
fn save(saved: &Arc<SavedWeights>) -> Result<(), Problem> {
    let bad = |error: String| Problem::new(ErrorCode::BadWeights, error);
    let graph = Graph::of(&saved.task, saved.shape).map_err(|error| bad(error.to_string()))?;
    let file = weights::write(&graph, &saved.values).map_err(|error| bad(error.to_string()))?;
    let name = weights_name(&saved.task, saved.step);
    save_file(&name, "application/octet-stream", &file).map_err(|_| {
        bad("This browser did not save the file. Open the page in a tab of its own.".into())
    })
}

/// Reads a file of weights for the network of a configuration.
async fn open(file: &File, config: &RunConfig, shape: DataShape) -> Result<WeightsOfFile, Problem> {
    let name = file.name();
    let bad = |reason: String| {
        Problem::new(ErrorCode::BadWeights, format!("“{name}” was not taken over. {reason}"))
    };
    let graph = Graph::of(&config.task, shape).map_err(|error| bad(error.to_string()))?;
    if file.size() > MAX_BYTES {
        return Err(bad(format!(
            "It is larger than {} MB, and no network of this page has so many weights.",
            MAX_BYTES / 1e6
        )));
    }
    let content = JsFuture::from(file.array_buffer())
        .await
        .map_err(|_| bad("The browser could not read it. Choose it again.".into()))?;
    let content = Uint8Array::new(&content).to_vec();
    let read = weights::read_first(&config.task, &graph, &content);
    let (part, values) = match read.map_err(|error| bad(error.to_string()))? {
        FileWeights::Network(values) => (WeightsPart::Network, values),
        FileWeights::Encoder(values) => (WeightsPart::Encoder, values),
    };
    Ok(WeightsOfFile { file: file.name(), part, shape, values })
}
