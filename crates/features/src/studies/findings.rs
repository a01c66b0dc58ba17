//! What a study has found: sentence, chart, table and images.

use std::sync::Arc;

use leptos::prelude::*;
use model::{CorruptionKind, Split, StudyKind};
use ui::chart::chart_view::Chart;
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::{live, memo, view};
use ui::format;
use ui::glossary_term::Term;
use ui::inputs::Choice;

use super::agreement::Agreement;
use super::arm_figures::arm_figures;
use super::divided_images::divided_images;
use super::example_images::example_images;
use super::study_charts::{Line, study_chart};
use super::study_run::StudyRun;
use super::study_sentence::study_sentence;
use super::study_table::study_table;
use crate::dataset::thumbnail::use_images;

/// What the study that runs, or the last one, has found.
#[component]
pub fn Findings(
    run: Signal<Option<Arc<StudyRun>>>,
    classes: Signal<Vec<String>>,
    kind: Signal<StudyKind>,
) -> impl IntoView {
    let corruption = RwSignal::new(CorruptionKind::Shuffle);
    let of_kind = memo(move || {
        let run = run.get()?;
        // Without the progress, so that nothing is drawn again before there is a new result.
        (run.study.settings.kind == kind.get()).then(|| Arc::new(run.without_progress()))
    });
    let figures = memo(move || of_kind.with(|run| run.as_ref().map(|run| arm_figures(run))));
    let chart = memo(move || {
        let run = of_kind.get()?;
        study_chart(&run, &figures.get()?, corruption.get()).filter(|(_, lines)| !lines.is_empty())
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
    let layers = memo(move || {
        of_kind.with(|run| run.as_ref().map(|run| run.study.layers.clone()).unwrap_or_default())
    });
    let images = use_images();
    let rest = move || {
        let run = of_kind.get()?;
        let settings = &run.study.settings;
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
            {study_table(&run, &figures.get()?, corruption.get())}
            <p class="hint">{about}</p>
            {agreement.map(|found| divided_images(&found, &classes.get(), split))}
        })
    };
    let options = CorruptionKind::ALL.map(|kind| (kind, kind.name().to_owned()));
    let corruptions = move || {
        (kind.get() == StudyKind::Corruption).then(|| {
            view! {
                <Choice
                    name="Corruption"
                    options=options.to_vec()
                    value=corruption
                    on_choice=move |chosen| corruption.set(chosen)
                />
            }
        })
    };
    view! {
        {live(corruptions)}
        {live(move || example_images(kind.get(), corruption.get(), &layers.get()))}
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
        StudyKind::TrainedLayers | StudyKind::Corruption => view! {
            <span>"Accuracy of a "<Term name="linear probe" />" on each layer"</span>
        },
        StudyKind::ProbeTargets => view! {
            <span>
                "What a "<Term name="linear probe" />" on each layer of the trained network tells: guessing is 0, all is 100 %"
            </span>
        },
        StudyKind::Shortcut => view! {
            <span>
                "Accuracy of a "<Term name="linear probe" />" on each layer: is there a marker? Guessing is 50 %"
            </span>
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
