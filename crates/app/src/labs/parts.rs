//! Parts of the views that both labs have.

use features::learning_curves::curve_chart::CurveChart;
use features::learning_curves::metric::Metric;
use features::learning_curves::run_summary_view::RunSummary;
use features::network_ladder::ladder::{Ladder, NOT_PROBED};
use features::section_summary::{network_summary, training_summary};
use features::training::hyper_panel::HyperPanel;
use leptos::prelude::*;
use model::permalink::{Hideable, SettingsGroup, View};
use model::{DataShape, DataSource, Lab, RunConfig};
use protocol::DataInfo;
use store::action::Action;
use ui::erased_signal::Signal;
use ui::erased_view::{derived, memo, view};

use crate::course_page::lockable::is_hidden;
use crate::lazy::code::LazyCodeView;
use crate::lazy::learned::{LearnedView, Part};
use crate::page::Page;
use crate::workbench::experiment::{Experiment, Section};
use crate::workbench::view_pane::ViewPane;

/// The three sections of the experiment. Those of data and training are folded at first.
#[component]
pub(super) fn Sections(
    page: Page,
    /// Data set in one line.
    data_summary: Signal<String>,
    /// Number of classes and image size, for the network in one line.
    shape: Signal<DataShape>,
    /// Content of each section.
    data: AnyView,
    network: AnyView,
    /// Whether the view of the network disables what can be changed itself.
    #[prop(optional)]
    network_has_lock: bool,
    training: AnyView,
) -> impl IntoView {
    let config = page.signals.config;
    view! {
        <Experiment>
            <Section
                class="panel-data"
                group=SettingsGroup::Data
                title="Data"
                summary=data_summary
            >
                {data}
            </Section>
            <Section
                class="panel-network"
                group=SettingsGroup::Network
                title="Network"
                summary=memo(move || {
                    let origin = page.signals.first_weights.get();
                    config.with(|config| network_summary(config, shape.get(), origin.as_ref()))
                })
                open=true
                has_own_lock=network_has_lock
            >
                {network}
            </Section>
            <Section
                class="panel-training"
                group=SettingsGroup::Training
                title="Training"
                summary=memo(move || config.with(training_summary))
            >
                {training}
            </Section>
        </Experiment>
    }
}

/// Panes of the views that look into the network.
#[component]
pub(super) fn LearnedPanes() -> impl IntoView {
    view! {
        <ViewPane view=View::Layers>
            <LearnedView part=Part::Layers />
        </ViewPane>
        <ViewPane view=View::Why>
            <LearnedView part=Part::Why />
        </ViewPane>
    }
}

/// Pane of the run as a program.
#[component]
pub(super) fn CodePane(
    page: Page,
    /// Number of classes and image size.
    shape: Signal<DataShape>,
) -> impl IntoView {
    view! {
        <ViewPane view=View::Code>
            <LazyCodeView page shape />
        </ViewPane>
    }
}

/// Optimizer and hyperparameters.
#[component]
pub(super) fn Training(page: Page) -> impl IntoView {
    view! {
        <HyperPanel
            config=page.signals.config
            steps_per_epoch=steps_per_epoch(page)
            on_change=move |config: RunConfig| page.dispatch(Action::SetConfig(config))
            on_learning_rate=move |rate| page.dispatch(Action::SetLearningRate(rate))
        />
    }
}

/// Learning curves, and what they say.
#[component]
pub(super) fn Curves(
    page: Page,
    #[prop(into)] metric: Signal<Metric>,
    /// Class names of a classifier in label order.
    #[prop(into, optional)]
    classes: Signal<Vec<String>>,
) -> impl IntoView {
    let transport = page.signals.transport;
    let steps_per_epoch = steps_per_epoch(page);
    view! {
        <CurveChart
            runs=page.signals.curves
            steps_per_epoch=steps_per_epoch
            total_steps=derived(move || transport.with(|now| now.total_steps))
            metric=metric
        />
        <RunSummary
            runs=page.signals.curves
            steps_per_epoch=steps_per_epoch
            metric=metric
            report=page.signals.report
            labels=evaluated_labels(page)
            classes=classes
            end=page.signals.run_end
            on_restore=move |()| page.dispatch(Action::RestoreBest)
        />
    }
}

/// Returns the number of steps per epoch, or 0 if unknown.
pub(super) fn steps_per_epoch(page: Page) -> Signal<usize> {
    let transport = page.signals.transport;
    memo(move || transport.with(|now| now.steps_per_epoch))
}

/// Returns the classes of the evaluated images, in pack order; empty in the segmentation lab.
pub(super) fn evaluated_labels(page: Page) -> Signal<Vec<u8>> {
    let info = page.signals.info;
    memo(move || {
        info.with(|info| match info {
            Some(DataInfo::Images(info)) => info.evaluated_labels.clone(),
            _ => Vec::new(),
        })
    })
}

/// Returns the ladder of the network shown, with the test accuracy of a classifier, and without the
/// accuracies if the link hides them.
pub(super) fn ladder(page: Page) -> Signal<Ladder> {
    let (config, network) = (page.signals.config, page.signals.network);
    let ladder = network.ladder;
    let curves = page.signals.curves;
    let hidden = is_hidden(page, Hideable::Probes);
    memo(move || match hidden.get() {
        true => Ladder { is_hidden: true, ..Ladder::default() },
        false => {
            let ladder = config.with(|config| ladder.with(|ladder| ladder.of_task(&config.task)));
            let epoch = ladder.current.as_ref().map(|network| network.epoch);
            let accuracy = curves.with(|runs| {
                // Another one than that of the last epoch would contradict the one that is shown.
                let test = runs.last()?.tests.last().filter(|test| Some(test.epoch) == epoch)?;
                test.dice.is_empty().then_some(test.accuracy)
            });
            let mut ladder = Ladder { accuracy, ..ladder };
            ladder.sentence = match network.ladder_sentence.get() {
                Some(sentence_of) => sentence_of(&ladder),
                None => NOT_PROBED.to_owned(),
            };
            ladder
        }
    })
}

/// Returns the data sets of a lab that the site has.
pub(super) fn available(page: Page, lab: Lab) -> Signal<Vec<DataSource>> {
    let packs = page.signals.packs;
    memo(move || packs.with(|packs| packs.available(lab)))
}

/// Changes the configuration and dispatches it.
pub(super) fn edit(page: Page, change: impl FnOnce(&mut RunConfig)) {
    let mut config = page.signals.config.get_untracked();
    change(&mut config);
    page.dispatch(Action::SetConfig(config));
}
