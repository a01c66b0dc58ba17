//! View of studies: what is compared, how far it is, and what was found.

use std::sync::Arc;

use leptos::prelude::*;
use model::{RunConfig, Split};
use ui::chart::chart_view::Chart;
use ui::erased_signal::{Callback, RwSignal, Signal};
use ui::erased_view::{effect, handle_mouse, live, live_value, memo, view};
use ui::format;
use ui::glossary_term::Term;
use ui::inputs::{Choice, NumberField, whole};

use super::agreement::Agreement;
use super::arm_figures::arm_figures;
use super::divided_images::divided_images;
use super::study::{MAX_EPOCHS, MAX_SEEDS, Study, StudyData, StudyKind};
use super::study_charts::{Line, study_chart};
use super::study_run::StudyRun;
use super::study_sentence::study_sentence;
use super::study_table::study_table;
use crate::dataset::thumbnail::use_images;

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
    /// Connection with the workers.
    port: StudyPort,
) -> impl IntoView {
    let settings = RwSignal::new(config.with_untracked(|c| StudyKind::TrainedLayers.defaults(c)));
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
    let press = move |_| if running.get_untracked() { port.on_stop.run(()) } else { start() };
    let error = move || refused.get().or_else(|| port.problem.get());
    let kind = memo(move || settings.get().kind);
    let choose = move |kind: StudyKind| settings.set(config.with_untracked(|c| kind.defaults(c)));
    let options = StudyKind::ALL.map(|kind| (kind, kind.question().to_owned()));
    view! {
        <div class="study" data-testid="studies">
            <Choice name="Question" options=options.to_vec() value=kind on_choice=choose locked=running />
            <p class="study-method">{live(move || kind.get().method())}</p>
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

/// What the study that runs, or the last one, has found.
#[component]
fn Findings(
    run: Signal<Option<Arc<StudyRun>>>,
    classes: Signal<Vec<String>>,
    kind: Signal<StudyKind>,
) -> impl IntoView {
    let of_kind = memo(move || {
        let run = run.get()?;
        // Without the progress, so that nothing is drawn again before there is a new result.
        (run.study.settings.kind == kind.get()).then(|| Arc::new(run.without_progress()))
    });
    let figures = memo(move || of_kind.with(|run| run.as_ref().map(|run| arm_figures(run))));
    let chart = memo(move || {
        let run = of_kind.get()?;
        study_chart(&run, &figures.get()?).filter(|(_, lines)| !lines.is_empty())
    });
    let has_chart = memo(move || chart.with(Option::is_some));
    let data = memo(move || chart.get().map(|(data, _)| data).unwrap_or_default());
    let head = move || {
        let run = of_kind.get()?;
        let sentence = study_sentence(&run, &figures.get()?);
        Some(view! {
            <p class="study-sentence" data-testid="study-sentence">{sentence}</p>
        })
    };
    let images = use_images();
    let rest = move || {
        let run = of_kind.get()?;
        let settings = run.study.settings;
        let agreement = (settings.kind == StudyKind::Seeds).then(|| Agreement::of(&run)).flatten();
        let split: Option<Split> = images.with(|images| {
            let set = images.as_ref()?.set();
            (set.evaluated_images().labels == *run.study.data.labels).then(|| set.evaluated())
        });
        let about = format!(
            "{} on {}: {}, {}, {} held-out images.",
            run.study.architecture.name(),
            run.study.data.name,
            format::plural(settings.seeds, "seed", "seeds"),
            format::plural(settings.epochs, "epoch", "epochs"),
            format::count(run.study.data.labels.len())
        );
        Some(view! {
            {study_table(&run, &figures.get()?)}
            <p class="hint">{about}</p>
            {agreement.map(|found| divided_images(&found, &classes.get(), split))}
        })
    };
    view! {
        {live(head)}
        {live(move || has_chart.get().then(|| {
            view! {
                <figure class="chart" data-testid="study-chart">
                    <figcaption class="chart-title">{live(move || caption(kind.get()))}</figcaption>
                    <Chart name="Figures of the study" data=data />
                    {live(move || chart.get().map(|(_, lines)| legend(&lines)))}
                </figure>
            }
        }))}
        {live(rest)}
    }
}

fn caption(kind: StudyKind) -> AnyView {
    match kind {
        StudyKind::TrainedLayers => view! {
            <span>"Accuracy of a "<Term name="linear probe" />" on each layer"</span>
        },
        _ => view! { <span>"Accuracy on held-out images"</span> },
    }
}

fn legend(lines: &[Line]) -> AnyView {
    let items = lines.iter().map(|line| {
        let ink = ui::chart::series::Ink::Class(line.label).class();
        view! {
            <li>
                <svg class="chart-legend-key" width="40" height="12" viewBox="0 0 40 12" aria-hidden="true">
                    <path class=ink.clone() fill="none" d="M1 6H39" />
                    <circle class=ink cx="20" cy="6" r="4" />
                </svg>
                {line.name.clone()}
            </li>
        }
    });
    view! { <ul class="chart-legend">{items.collect_view()}</ul> }
}
