//! Panels of the classification lab.

use features::data::data_panel::DataPanel;
use features::evaluation::evaluation_view::EvaluationView;
use features::learning_curves::metric::Metric;
use features::network_editor::editor::NetworkEditor;
use features::predict::predict_view::{Dropped, PredictView};
use features::section_summary::data_summary;
use features::step::step_view::StepView;
use leptos::prelude::*;
use model::permalink::View;
use model::{Architecture, DataShape, DataSource, IMAGE_SIDE, ImageRef, Network, Task};
use protocol::RunState;
use protocol::interpret::UnitRef;
use store::action::Action;
use ui::erased_signal::Signal;
use ui::erased_view::{derived, memo, view};

use super::parts::{Curves, LearnedPanes, Sections, Training, edit, ladder, test_labels};
use crate::dataset::loaded_dataset::LoadedDataset;
use crate::dataset::read_file::visitor_image_reader;
use crate::lazy::learned::{LearnedView, Part};
use crate::page::Page;
use crate::workbench::view_pane::ViewPane;
use crate::workbench::view_tabs::ViewTabs;

/// Number of classes of both bundled data sets, used for shapes before a data set is loaded.
const CLASSES: usize = data::phantom::CLASSES.len();

/// Panels of the classification lab.
#[component]
pub fn ClassifyPanels(
    /// The page.
    page: Page,
) -> impl IntoView {
    let config = page.signals.config;
    let names = classes(page);
    let shape = move || DataShape { classes: names.with(Vec::len), size: [IMAGE_SIDE; 2] };
    view! {
        <Sections
            page
            data_summary=memo(move || {
                let data = images(page);
                config.with(|config| data_summary(config, data.as_ref().map(|data| &data.facts)))
            })
            shape=memo(shape)
            data=view! { <Data page /> }
            network=view! { <Classifier page /> }
            training=view! { <Training page /> }
        />
        <ViewTabs />
        <ViewPane view=View::Step>
            <Step page />
        </ViewPane>
        <ViewPane view=View::Curves>
            <Curves page metric=memo(move || Metric::Accuracy { classes: names.with(Vec::len) }) classes=names />
        </ViewPane>
        <LearnedPanes />
        <ViewPane view=View::Mistakes>
            <LearnedView part=Part::Mistakes />
        </ViewPane>
        <ViewPane view=View::Evaluation>
            <Evaluation page />
        </ViewPane>
        <ViewPane view=View::Try>
            <Predict page />
        </ViewPane>
    }
}

/// Returns the data set shown, if it is one of images.
fn images(page: Page) -> Option<LoadedDataset> {
    page.signals.shown.with(|shown| shown.as_ref().filter(|s| s.images().is_some()).cloned())
}

#[component]
fn Data(page: Page) -> impl IntoView {
    let (config, packs) = (page.signals.config, page.signals.packs);
    view! {
        <DataPanel
            data=derived(move || images(page).map(|shown| shown.facts))
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
            ladder=ladder(page)
            ladder_visible=page.signals.network.ladder_visible
            locked=false
            on_change=move |network| edit(page, |config| config.task = Task::Classify(network))
        />
    }
}

#[component]
fn Step(page: Page) -> impl IntoView {
    let transport = page.signals.transport;
    let can_step = memo(move || {
        transport.with(|now| {
            now.ready && !now.moving && !now.impossible && now.state == RunState::Paused
        })
    });
    let watch = move |unit: Option<UnitRef>| page.dispatch(Action::WatchStep(unit));
    view! {
        <StepView
            trace=page.signals.batch_trace
            step_trace=page.signals.step_trace
            classes=classes(page)
            steps_per_epoch=memo(move || transport.with(|now| now.steps_per_epoch))
            can_step=can_step
            on_watch=watch
            on_step=move |()| page.dispatch(Action::Step)
            on_look_ahead=move |()| page.dispatch(Action::LookAhead)
        />
    }
}

#[component]
fn Evaluation(page: Page) -> impl IntoView {
    view! { <EvaluationView report=page.signals.report labels=test_labels(page) classes=classes(page) /> }
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
