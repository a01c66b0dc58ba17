//! Table cell with a layer's linear probe.

use leptos::prelude::*;
use model::LayerInfo;
use protocol::interpret::{NetworkRef, Snapshot};
use ui::erased_view::{live, memo, view};
use ui::glossary_term::Term;

use super::probe_bar::ProbeBar;
use super::probe_lookup::{examples, history, selected_probe};
use crate::network_facts::has_masks;
use crate::state::InterpretState;

/// The linear probe accuracy of a layer.
#[component]
pub fn ProbeCell(state: InterpretState, layer: usize, info: LayerInfo) -> impl IntoView {
    let found = selected_probe(state, layer);
    let compared = move || {
        let NetworkRef { run, snapshot: Snapshot::Epoch(epoch) } =
            state.selection.compared.get()?
        else {
            return None;
        };
        state.answers.probes.with(|probes| Some(probes.get(&(run, epoch, layer))?.accuracy))
    };
    let history = memo(move || {
        let run = state.run.id.get();
        state
            .answers
            .probes
            .with(|probes| run.map(|run| history(probes, run, layer)).unwrap_or_default())
    });
    let classes = state.classes();
    let chance = memo(move || 1.0 / classes.with(Vec::len).max(1) as f64);
    let (accuracy, compared) =
        (memo(move || found.get().map(|probe| probe.accuracy)), memo(compared));
    let (epoch, has_masks) = (state.epoch(), has_masks(state.dataset));
    view! {
        <div class="layers-rung" data-testid=format!("rung-{layer}")>
            <p class="layers-label"><Term name="linear probe" text="Linear probe accuracy" /></p>
            {live(move || view! {
                <ProbeBar
                    accuracy=accuracy
                    chance=chance.get()
                    compared=compared
                    history=history
                    epoch=epoch
                    label=info.kind.name()
                    of=examples(has_masks.get())
                />
            })}
        </div>
    }
}
