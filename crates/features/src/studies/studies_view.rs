//! View of studies: what is compared, how far it is, and what was found.

use std::sync::Arc;

use leptos::prelude::*;
use model::{LayerStart, RunConfig, StudyKind};
use ui::erased_signal::{Callback, RwSignal, Signal};
use ui::erased_view::{effect, handle_mouse, live, live_value, memo, view};
use ui::format;
use ui::inputs::{Choice, NumberField, whole};

use super::findings::Findings;
use super::layer_starts::{LayerStarts, layers_to_choose};
use super::study::{Study, StudyData};
use super::study_run::StudyRun;
use super::study_settings::{MAX_EPOCHS, MAX_SEEDS, defaults, method};

/// Connection of the view with the workers that train.
#[derive(Clone, Copy)]
pub struct StudyPort {
    /// The study that runs, or the last one.
    pub run: Signal<Option<Arc<StudyRun>>>,
    /// Why it does not go on, as a sentence.
    pub problem: Signal<Option<String>>,
    /// Begins a study.
    pub on_start: Callback<Study>,
    /// Stops it. What was found so far stays.
    pub on_stop: Callback<()>,
}

/// Studies of the present network.
#[component]
pub fn StudiesView(
    /// The configuration on the page.
    config: Signal<RunConfig>,
    /// Its data; `None` before they are loaded.
    data: Signal<Option<StudyData>>,
    /// Names of the classes in label order.
    classes: Signal<Vec<String>>,
    /// The question that the link asks.
    question: Signal<StudyKind>,
    /// Called with a question that the visitor chose.
    on_question: Callback<StudyKind>,
    /// Connection with the workers.
    port: StudyPort,
) -> impl IntoView {
    let settings =
        RwSignal::new(config.with_untracked(|config| defaults(question.get_untracked(), config)));
    effect(move || {
        let kind = question.get();
        if settings.with_untracked(|settings| settings.kind != kind) {
            settings.set(config.with_untracked(|config| defaults(kind, config)));
        }
    });
    let refused = RwSignal::new(None::<String>);
    let running =
        memo(move || port.run.with(|run| run.as_ref().is_some_and(|run| run.is_running())));
    let start = move || {
        let Some(data) = data.get_untracked() else {
            return refused.set(Some("The images are not loaded yet. Wait a moment.".into()));
        };
        let plan =
            config.with_untracked(|config| Study::plan(settings.get_untracked(), config, data));
        match plan {
            Ok(study) => {
                refused.set(None);
                port.on_start.run(study);
            }
            Err(sentence) => refused.set(Some(sentence)),
        }
    };
    // A sentence about settings that have changed since would be wrong.
    effect(move || {
        settings.track();
        config.track();
        refused.set(None);
    });
    let layers = memo(move || {
        let shape = data.with(|data| data.as_ref().map(|data| data.shape));
        let of = |shape| config.with(|config| layers_to_choose(config, shape));
        shape.map(of).unwrap_or_default()
    });
    let choose_layer = move |(place, start): (usize, LayerStart)| {
        settings.update(|settings| {
            if settings.layers.len() <= place {
                settings.layers.resize(place + 1, LayerStart::Trained);
            }
            settings.layers[place] = start;
        });
    };
    let chosen = memo(move || settings.with(|settings| settings.layers.clone()));
    let press = move |_| if running.get_untracked() { port.on_stop.run(()) } else { start() };
    let error = move || refused.get().or_else(|| port.problem.get());
    let kind = memo(move || settings.with(|settings| settings.kind));
    let options = StudyKind::ALL.map(|kind| (kind, kind.question().to_owned()));
    view! {
        <div class="study" data-testid="studies">
            <Choice name="Question" options=options.to_vec() value=kind on_choice=move |kind| on_question.run(kind) locked=running />
            <p class="study-method">{live(move || method(kind.get()))}</p>
            <div class="study-controls">
                <NumberField
                    name="seed"
                    label="Seeds"
                    value=memo(move || settings.get().seeds.to_string())
                    on_text=move |text: String| {
                        let seeds = number(&text, MAX_SEEDS, "seeds")?;
                        settings.update(|settings| settings.seeds = seeds);
                        Ok(())
                    }
                    locked=running
                />
                <NumberField
                    name="epoch"
                    label="Epochs"
                    value=memo(move || settings.get().epochs.to_string())
                    on_text=move |text: String| {
                        let epochs = number(&text, MAX_EPOCHS, "epochs")?;
                        settings.update(|settings| settings.epochs = epochs);
                        Ok(())
                    }
                    locked=running
                />
                <button
                    type="button"
                    class="button"
                    class:button-primary=live_value(move || !running.get())
                    data-testid="study-start"
                    on:click=handle_mouse(press)
                >
                    {live(move || if running.get() { "Stop the study" } else { "Start the study" })}
                </button>
                {live(move || port.run.get().filter(|_| running.get()).map(|run| progress(&run)))}
            </div>
            {live(move || (kind.get() == StudyKind::TrainedLayers).then(|| view! {
                <LayerStarts layers chosen on_choice=choose_layer locked=running />
            }))}
            {live(move || error().map(|error| view! {
                <p class="study-error" role="alert" data-testid="study-error">{error}</p>
            }))}
            <Findings run=port.run classes=classes kind />
        </div>
    }
}

fn number(text: &str, most: usize, of: &str) -> Result<usize, String> {
    let number = whole(text)?;
    if (1..=most).contains(&number) {
        Ok(number)
    } else {
        Err(format!("The number of {of} is 1 to {most}."))
    }
}

fn progress(run: &StudyRun) -> AnyView {
    let (done, all) = run.done_of();
    let part = run.progress();
    view! {
        <progress max="100" value=(100.0 * part) as u32 aria-label="progress of the study"></progress>
        <span class="study-progress" role="status">
            {format!("{done} of {} trained, {}", format::plural(all, "network", "networks"), format::percent_short(part))}
        </span>
    }
}
