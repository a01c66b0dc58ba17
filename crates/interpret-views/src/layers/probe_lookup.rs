//! Lookup of layer probes by run, epoch and layer.

use std::sync::Arc;

use model::LayerInfo;
use protocol::RunId;
use protocol::interpret::LayerProbe;
use ui::erased_signal::Signal;
use ui::erased_view::memo;

use super::probe_history::ProbeHistory;
use crate::embedding_map::WalkLayer;
use crate::probe_table::ProbeTable;
use crate::state::InterpretState;

/// Returns the probe of a layer at the selected epoch.
pub fn selected_probe(state: InterpretState, layer: usize) -> Signal<Option<Arc<LayerProbe>>> {
    let epoch = state.epoch();
    memo(move || {
        let key = (state.run.id.get()?, epoch.get(), layer);
        state.answers.probes.with(|probes| latest_probe(probes, key))
    })
}

/// Returns the layers of the network with their probes at the selected epoch.
pub fn walk_layers(state: InterpretState) -> Signal<Vec<WalkLayer>> {
    let epoch = state.epoch();
    memo(move || {
        let (run, epoch) = (state.run.id.get(), epoch.get());
        let (layers, probes) = (state.run.layers.get(), state.answers.probes.get());
        let layer = |(layer, info): (usize, &LayerInfo)| WalkLayer {
            name: info.kind.name(),
            probe: run.and_then(|run| latest_probe(&probes, (run, epoch, layer))),
        };
        layers.iter().enumerate().map(layer).collect()
    })
}

/// Returns the probe at an epoch, or the latest earlier one while that probe is being computed.
fn latest_probe(
    probes: &ProbeTable,
    (run, epoch, layer): (RunId, usize, usize),
) -> Option<Arc<LayerProbe>> {
    let until_epoch = probes.range((run, 0, 0)..=(run, epoch, usize::MAX));
    until_epoch.rev().find(|((_, _, of), _)| *of == layer).map(|(_, probe)| probe.clone())
}

/// Returns the linear probe accuracy of a layer at the end of each epoch.
pub fn history(probes: &ProbeTable, run: RunId, layer: usize) -> ProbeHistory {
    let of_run = probes.range((run, 0, 0)..=(run, usize::MAX, usize::MAX));
    let of_layer = of_run.filter(|((_, _, of), _)| *of == layer);
    of_layer.map(|((_, epoch, _), probe)| (*epoch, probe.accuracy)).collect()
}

/// Returns the name of the examples on which probes are scored.
pub fn examples(has_masks: bool) -> &'static str {
    if has_masks { "held-out pixels" } else { "held-out images" }
}

/// Returns the heading of the embedding maps.
pub fn map_title(has_masks: bool) -> &'static str {
    if has_masks { "PCA of held-out pixels" } else { "PCA of held-out images" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probes(all: &[(u32, usize, usize, f64)]) -> ProbeTable {
        let probe = |layer, accuracy| LayerProbe {
            layer,
            accuracy,
            map: Vec::new(),
            variance: [0.0; 2],
            dead: 0.0,
        };
        all.iter()
            .map(|&(run, epoch, layer, a)| ((RunId(run), epoch, layer), Arc::new(probe(layer, a))))
            .collect()
    }

    #[test]
    fn a_history_is_of_one_run_and_one_layer() {
        let all = probes(&[(1, 0, 1, 0.2), (2, 0, 1, 0.3), (2, 0, 2, 0.4), (2, 3, 1, 0.9)]);
        assert_eq!(history(&all, RunId(2), 1), [(0, 0.3), (3, 0.9)]);
        assert!(history(&all, RunId(3), 1).is_empty());
    }

    #[test]
    fn a_probe_that_is_not_there_yet_is_replaced_by_the_one_before() {
        let all = probes(&[(2, 0, 1, 0.3), (2, 3, 1, 0.9), (2, 3, 2, 0.8)]);
        let at = |epoch| latest_probe(&all, (RunId(2), epoch, 1)).map(|probe| probe.accuracy);
        assert_eq!([at(0), at(2), at(3), at(9)], [Some(0.3), Some(0.3), Some(0.9), Some(0.9)]);
        assert_eq!(latest_probe(&all, (RunId(1), 9, 1)), None);
    }
}
