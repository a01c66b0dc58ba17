//! Panels of the classification lab.

use features::batch_trace::batch_trace_view::BatchTraceView;
use features::data::data_panel::DataPanel;
use features::evaluation::evaluation_view::EvaluationView;
use features::learning_curves::metric::Metric;
use features::network_editor::editor::NetworkEditor;
use features::predict::predict_view::{Dropped, PredictView};
use leptos::prelude::*;
use model::{Architecture, DataSource, ImageRef, Network, Task};
use protocol::DataInfo;
use store::action::Action;
use ui::erased_signal::Signal;
use ui::erased_view::{derived, memo, view};

use super::learned_panels::LearnedPanels;
use super::panel::{Curves, Panel, Training, edit};
use crate::dataset::read_file::visitor_image_reader;
use crate::page::Page;

/// Number of classes of both bundled data sets, used for shapes before a data set is loaded.
const CLASSES: usize = data::phantom::CLASSES.len();

/// Panels of the classification lab.
#[component]
pub fn ClassifyPanels(
    /// The page.
    page: Page,
) -> impl IntoView {
    view! {
        <Panel class="panel-data" title="Data">
            <Data page />
        </Panel>
        <Panel class="panel-network" title="Network">
            <Classifier page />
        </Panel>
        <Panel class="panel-curves" title="Learning curves">
            <Curves page metric=Signal::stored(Metric::Accuracy) />
        </Panel>
        <Panel class="panel-lens" title="One batch, before and after a step">
            <BatchTraceView trace=page.signals.batch_trace classes=classes(page) />
        </Panel>
        <Panel class="panel-evaluation" title="Evaluation">
            <Evaluation page />
        </Panel>
        <Panel class="panel-predict" title="Predict">
            <Predict page />
        </Panel>
        <LearnedPanels />
    }
}

#[component]
fn Data(page: Page) -> impl IntoView {
    let (shown, config, packs) = (page.signals.shown, page.signals.config, page.signals.packs);
    let images =
        move || shown.with(|shown| shown.as_ref().filter(|s| s.images().is_some()).cloned());
    view! {
        <DataPanel
            data=derived(move || images().map(|shown| shown.facts))
            source=derived(move || config.with(|config| config.data))
            mednist_available=derived(move || {
                packs.with(|packs| packs.has(DataSource::MedNist))
            })
            on_source=move |source| edit(page, |config| config.data = source)
        />
    }
}

#[component]
fn Classifier(page: Page) -> impl IntoView {
    let config = page.signals.config;
    let names = classes(page);
    let count = derived(move || names.with(|names| names.len()).max(1));
    let network = move || {
        let network = config.with(|config| config.network().cloned());
        // This runs once more after the visitor has switched to the other lab, when there is no
        // network.
        network.unwrap_or_else(|| Network::default_for(Architecture::Cnn))
    };
    view! {
        <NetworkEditor
            network=derived(network)
            classes=count
            locked=false
            on_change=move |network| edit(page, |config| config.task = Task::Classify(network))
        />
        <h3>"Training"</h3>
        <Training page />
    }
}

#[component]
fn Evaluation(page: Page) -> impl IntoView {
    let info = page.signals.info;
    let labels = memo(move || {
        info.with(|info| match info {
            Some(DataInfo::Images(info)) => info.test_labels.clone(),
            _ => Vec::new(),
        })
    });
    view! { <EvaluationView report=page.signals.report labels=labels classes=classes(page) /> }
}

#[component]
fn Predict(page: Page) -> impl IntoView {
    let pick = move |image: ImageRef| {
        if let Some(pixels) = page.pixels(image) {
            page.dispatch(Action::Predict(pixels));
        }
    };
    view! {
        <PredictView
            classes=classes(page)
            prediction=page.signals.prediction
            read=visitor_image_reader(page)
            on_image=move |image: Dropped| page.dispatch(Action::Predict(image.pixels))
            on_pick=pick
            on_problem=move |problem| page.dispatch(Action::Report(problem))
        />
    }
}

/// Returns the class names of the data set shown, or numbers before there is one.
fn classes(page: Page) -> Signal<Vec<String>> {
    let shown = page.signals.shown;
    memo(move || {
        shown.with(|shown| match shown {
            Some(shown) if shown.images().is_some() => shown.facts.classes.clone(),
            _ => (1..=CLASSES).map(|number| format!("Class {number}")).collect(),
        })
    })
}
