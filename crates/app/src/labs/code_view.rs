//! View of the code, connected with the signals.

use features::code::code_view::{CodeView, LoadedWeights, WeightsPort};
use leptos::prelude::*;
use model::DataShape;
use store::action::Action;
use ui::erased_signal::Signal;
use ui::erased_view::{memo, view};

use crate::page::Page;

/// Returns the view of the code, for data of this shape.
pub fn code_view(page: Page, shape: Signal<DataShape>) -> AnyView {
    let transport = page.signals.transport;
    let load = move |LoadedWeights { file, shape, values }| {
        page.dispatch(Action::LoadWeights { file, shape, values });
    };
    let weights = WeightsPort {
        file: page.signals.weights_file.into(),
        request: page.signals.saved_weights.into(),
        can_save: memo(move || transport.with(|now| now.ready)),
        on_save: (move |()| page.dispatch(Action::SaveWeights)).into(),
        on_saved: (move |()| page.dispatch(Action::WeightsSaved)).into(),
        on_load: load.into(),
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
