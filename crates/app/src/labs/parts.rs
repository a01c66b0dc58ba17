//! Parts of the views that both labs have.

use features::learning_curves::curve_chart::CurveChart;
use features::learning_curves::metric::Metric;
use features::network_ladder::ladder::Ladder;
use features::training::hyper_panel::HyperPanel;
use leptos::prelude::*;
use model::RunConfig;
use store::action::Action;
use ui::erased_signal::Signal;
use ui::erased_view::{derived, memo, view};

use crate::page::Page;

/// Optimizer and hyperparameters.
#[component]
pub(super) fn Training(page: Page) -> impl IntoView {
    view! {
        <HyperPanel
            config=page.signals.config
            on_change=move |config: RunConfig| page.dispatch(Action::SetConfig(config))
            on_learning_rate=move |rate| page.dispatch(Action::SetLearningRate(rate))
        />
    }
}

/// Learning curves.
#[component]
pub(super) fn Curves(page: Page, #[prop(into)] metric: Signal<Metric>) -> impl IntoView {
    let transport = page.signals.transport;
    view! {
        <CurveChart
            runs=page.signals.curves
            steps_per_epoch=derived(move || transport.with(|now| now.steps_per_epoch))
            total_steps=derived(move || transport.with(|now| now.total_steps))
            metric=metric
        />
    }
}

/// Returns the ladder of the network shown.
pub(super) fn ladder(page: Page) -> Signal<Ladder> {
    let (config, ladder) = (page.signals.config, page.signals.network.ladder);
    memo(move || config.with(|config| ladder.with(|ladder| ladder.of_task(&config.task))))
}

/// Changes the configuration and dispatches it.
pub(super) fn edit(page: Page, change: impl FnOnce(&mut RunConfig)) {
    let mut config = page.signals.config.get_untracked();
    change(&mut config);
    page.dispatch(Action::SetConfig(config));
}
