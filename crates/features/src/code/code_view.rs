//! View of the run as a program.

use std::sync::Arc;

use data::Dataset;
use export::{Language, Program, burn, data_set, notebook, pytorch};
use leptos::prelude::*;
use model::graph::Graph;
use model::{DataShape, RunConfig};
use protocol::{ErrorCode, Problem};
use store::first_weights::{WeightsOrigin, WeightsPart};
use ui::clipboard::copy;
use ui::erased_signal::{Callback, RwSignal, Signal};
use ui::erased_view::{When, handle_mouse, live, live_value, memo, view};
use ui::glossary_term::Term;
use ui::inputs::Choice;
use ui::spawn::spawn;

use super::layer_choice::LayerChoice;
use super::listing::Listing;
use super::program_files::{program_name, stem};
use super::save_file::save_file;
use super::weights_panel::WeightsPanel;
pub use super::weights_panel::WeightsPort;
use crate::evaluated_split::use_evaluated_split;

/// The program of the configuration on the page, with its layers, and the weights of the run.
#[component]
pub fn CodeView(
    /// The configuration.
    config: Signal<RunConfig>,
    /// Shape of its data.
    shape: Signal<DataShape>,
    /// Index of the layer that is chosen here and in other views.
    chosen: RwSignal<Option<usize>>,
    /// Returns the data set of the configuration; `None` before it is loaded.
    data_set: Callback<(), Option<Dataset>>,
    /// Connection with the weights of the run.
    weights: WeightsPort,
) -> impl IntoView {
    let language = RwSignal::new(Language::Python);
    let options = [Language::Python, Language::Rust].map(|one| (one, one.library().to_owned()));
    let evaluated = use_evaluated_split();
    let written = memo(move || {
        let shape = shape.get();
        let classifier = weights.origin.with(|origin| match origin {
            Some(WeightsOrigin { name, part: WeightsPart::Encoder }) => Some(name.clone()),
            _ => None,
        });
        let program = config.with(|config| match (language.get(), &classifier) {
            (Language::Python, None) => pytorch::program(config, shape),
            (Language::Python, Some(name)) => pytorch::program_with_encoder(config, shape, name),
            (Language::Rust, None) => burn::program(config, shape),
            (Language::Rust, Some(name)) => burn::program_with_encoder(config, shape, name),
        });
        let program = program.map(|program| program.evaluated_on(evaluated.get()));
        program.map(Arc::new).map_err(|error| error.to_string())
    });
    let program = memo(move || written.with(|written| written.clone().ok()));
    let error = memo(move || written.with(|written| written.clone().err()));
    let layers = memo(move || {
        let graph = config.with(|config| Graph::of(&config.task, shape.get()));
        let kinds = |graph: Graph| graph.layers().iter().map(|layer| layer.kind).collect();
        graph.map(kinds).unwrap_or_default()
    });
    let notes = move || {
        let program = program.get()?;
        let notes = program.unsupported.iter().map(|note| {
            view! { <p class="code-note" role="note">{note.to_string()}</p> }
        });
        Some(notes.collect_view())
    };
    view! {
        <div class="code">
            <p>
                "What this page does, as a program in "<Term name="PyTorch" />" or "
                <Term name="burn" />": the same network, images and steps."
            </p>
            <div class="code-controls">
                <Choice
                    name="Library"
                    options=options.to_vec()
                    value=language
                    on_choice=move |chosen| language.set(chosen)
                />
                <Files program config data_set on_problem=weights.on_problem />
            </div>
            {live(move || error.get().map(|error| view! {
                <p class="code-error" role="alert" data-testid="code-error">
                    {error}" The program appears when the network is possible again."
                </p>
            }))}
            <When holds=live_value(move || program.with(Option::is_some))>
                <LayerChoice layers program chosen />
                <Listing program chosen />
            </When>
            {live(notes)}
            <WeightsPanel config shape port=weights />
        </div>
    }
}

/// Buttons that copy and save the program.
#[component]
fn Files(
    program: Signal<Option<Arc<Program>>>,
    config: Signal<RunConfig>,
    data_set: Callback<(), Option<Dataset>>,
    on_problem: Callback<Problem>,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let task = move || config.with_untracked(|config| config.task.clone());
    let save = move |name: String, media_type: &str, content: &[u8]| {
        if save_file(&name, media_type, content).is_err() {
            let sentence = "This browser did not save the file. Open the page in a tab of its own, or copy the program.";
            on_problem.run(Problem::new(ErrorCode::BadConfig, sentence));
        }
    };
    let press_copy = move |_| {
        let Some(program) = program.get_untracked() else { return };
        spawn(async move {
            if copy(&program.text(), copied).await.is_err() {
                let sentence = "The browser does not let this page write to the clipboard. Save \
                                the program as a file instead.";
                on_problem.run(Problem::new(ErrorCode::BadConfig, sentence));
            }
        });
    };
    let press_program = move |_| {
        if let Some(program) = program.get_untracked() {
            save(program_name(&task(), program.language), "text/plain", program.text().as_bytes());
        }
    };
    let press_notebook = move |_| {
        if let Some(program) = program.get_untracked() {
            save(
                format!("{}.ipynb", stem(&task())),
                "application/x-ipynb+json",
                notebook(&program).as_bytes(),
            );
        }
    };
    let press_data = move |_| {
        let name = format!("{}.zip", config.with_untracked(|config| config.data.slug()));
        match data_set.run(()).map(|set| data_set::write(&set)) {
            Some(Ok(file)) => save(name, "application/zip", &file),
            Some(Err(error)) => {
                on_problem.run(Problem::new(ErrorCode::BadConfig, error.to_string()));
            }
            None => {
                let sentence = "The images are still loading. Save them when they are shown.";
                on_problem.run(Problem::new(ErrorCode::BadConfig, sentence));
            }
        }
    };
    let none = move || program.with(Option::is_none);
    let is_python = memo(move || {
        program.with(|program| {
            program.as_ref().is_some_and(|program| program.language == Language::Python)
        })
    });
    let save_label = move || match is_python.get() {
        true => "Save .py",
        false => "Save .rs",
    };
    view! {
        <button
            type="button"
            class="button-secondary"
            data-testid="copy-program"
            title="Copies the whole program"
            prop:disabled=live_value(none)
            on:click=handle_mouse(press_copy)
        >
            <span aria-live="polite">{live(move || if copied.get() { "Copied" } else { "Copy" })}</span>
        </button>
        <button
            type="button"
            class="button-secondary"
            data-testid="save-program"
            title="Saves the program as a file, which says in its first lines how to run it"
            prop:disabled=live_value(none)
            on:click=handle_mouse(press_program)
        >
            {live(save_label)}
        </button>
        <When holds=live_value(move || is_python.get())>
            <button
                type="button"
                class="button-secondary"
                data-testid="save-notebook"
                title="Saves the same as a Jupyter notebook, with a cell for each section"
                on:click=handle_mouse(press_notebook)
            >
                "Save .ipynb"
            </button>
        </When>
        <button
            type="button"
            class="button-secondary"
            data-testid="save-data"
            title="Saves the images as a zip file, which the program reads. Keep it beside the program."
            prop:disabled=live_value(none)
            on:click=handle_mouse(press_data)
        >
            "Save data (.zip)"
        </button>
    }
}
