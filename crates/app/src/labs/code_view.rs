//! View of the code, connected with the signals.

use features::code::code_view::{CodeView, WeightsPort};
use leptos::prelude::*;
use model::DataShape;
use store::action::Action;
use ui::erased_signal::Signal;
use ui::erased_view::{memo, view};

use crate::page::Page;

/// Returns the view of the code, for data of this shape.
pub fn code_view(page: Page, shape: Signal<DataShape>) -> AnyView {
    let transport = page.signals.transport;
    let weights = WeightsPort {
        origin: page.signals.first_weights.into(),
        request: page.signals.saved_weights.into(),
        can_save: memo(move || transport.with(|now| now.ready)),
        on_save: (move |()| page.dispatch(Action::SaveWeights)).into(),
        on_saved: (move |()| page.dispatch(Action::WeightsSaved)).into(),
        on_load: (move |weights| page.dispatch(Action::LoadWeights(weights))).into(),
        on_drop: (move |()| page.dispatch(Action::DropWeights)).into(),
        on_problem: (move |problem| page.dispatch(Action::Report(problem))).into(),
    };
    let chosen = page.signals.network.layer;
    let (config, shown) = (page.signals.config, page.signals.shown);
    let data_set = move |()| {
        let source = config.with_untracked(|config| config.data.slug());
        let shown = shown.get_untracked().filter(|shown| shown.facts.name == source)?;
        Some(shown.content.dataset())
    };
    view! { <CodeView config=config.into() shape chosen data_set=data_set.into() weights /> }
}
