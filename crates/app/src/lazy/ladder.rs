//! The ladder, which stands in the network column and is computed from the answers of the
//! interpreter.

use features::network_ladder::ladder::{Ladder, ProbedNetwork};
use features::network_ladder::ladder_sentence::ladder_sentence;
use interpret_views::probe_table::ProbeTable;
use interpret_views::state::InterpretState;
use protocol::RunId;
use ui::erased_view::{effect, memo};

use crate::signals::network_signals::NetworkSignals;

/// Asks for the probes that the ladder shows, and passes them to the network column.
pub(super) fn provide_ladder(network: NetworkSignals, state: InterpretState) {
    let NetworkSignals { ladder, ladder_visible, run, previous, .. } = network;
    network.ladder_sentence.set(Some(ladder_sentence));
    effect(move || state.visible.ladder.set(ladder_visible.get()));
    let answers = state.answers;
    let examples = memo(move || answers.map_points.with(|points| points.len()));
    let layers = state.run.layers;
    effect(move || {
        let layers: Vec<_> = layers.with(|layers| layers.iter().map(|layer| layer.kind).collect());
        let (count, problem) = (layers.len(), answers.probes_error.get());
        let next = run.with(|run| {
            let Some(run) = run else { return Ladder { problem, ..Ladder::default() } };
            let previous = previous.with(|previous| {
                previous.as_ref().and_then(|(previous, _)| {
                    answers.probes.with(|probes| last_probed(probes, *previous, None))
                })
            });
            answers.probes.with(|probes| Ladder {
                task: Some(run.task.clone()),
                layers,
                classes: run.classes,
                examples: examples.get(),
                current: last_probed(probes, run.id, Some(count)),
                untrained: probed(probes, run.id, 0, count),
                previous,
                problem,
                ..Ladder::default()
            })
        });
        if ladder.with_untracked(|now| *now != next) {
            ladder.set(next);
        }
    });
}

/// Returns the network at the last epoch of which all layers have been probed or, if there is none,
/// at the last epoch with any probe. Without `count`, the number of layers is that of the epoch with
/// the most probes.
fn last_probed(probes: &ProbeTable, run: RunId, count: Option<usize>) -> Option<ProbedNetwork> {
    let of_run = || probes.range((run, 0, 0)..=(run, usize::MAX, usize::MAX)).map(|(key, _)| *key);
    let count = match count {
        Some(count) => count,
        None => of_run().map(|(.., layer)| layer + 1).max()?,
    };
    let mut epochs: Vec<usize> = of_run().map(|(_, epoch, _)| epoch).collect();
    epochs.dedup();
    let mut networks = epochs.iter().rev().filter_map(|epoch| probed(probes, run, *epoch, count));
    let last = networks.next()?;
    if last.complete().is_some() {
        return Some(last);
    }
    Some(networks.find(|network| network.complete().is_some()).unwrap_or(last))
}

/// Returns the accuracies of a network, or `None` if none of its layers has been probed.
fn probed(probes: &ProbeTable, run: RunId, epoch: usize, count: usize) -> Option<ProbedNetwork> {
    let accuracies: Vec<_> = (0..count)
        .map(|layer| probes.get(&(run, epoch, layer)).map(|probe| probe.accuracy))
        .collect();
    accuracies.iter().any(Option::is_some).then_some(ProbedNetwork { epoch, accuracies })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use protocol::interpret::LayerProbe;

    use super::*;

    fn table(all: &[(u32, usize, usize, f64)]) -> ProbeTable {
        let probe = |layer, accuracy| LayerProbe {
            layer,
            accuracy,
            map: Vec::new(),
            variance: [0.0; 2],
            dead: 0.0,
        };
        all.iter()
            .map(|&(run, epoch, layer, accuracy)| {
                ((RunId(run), epoch, layer), Arc::new(probe(layer, accuracy)))
            })
            .collect()
    }

    #[test]
    fn the_last_network_with_all_probes_is_shown() {
        let probes = table(&[
            (1, 4, 0, 0.1),
            (2, 0, 0, 0.2),
            (2, 0, 1, 0.3),
            (2, 1, 0, 0.2),
            (2, 1, 1, 0.7),
            (2, 2, 0, 0.2),
        ]);
        let of_run = |run, count| last_probed(&probes, RunId(run), count);
        let expected = ProbedNetwork { epoch: 1, accuracies: vec![Some(0.2), Some(0.7)] };
        assert_eq!(of_run(2, Some(2)), Some(expected.clone()));
        assert_eq!(of_run(2, None), Some(expected));
        let partial = ProbedNetwork { epoch: 4, accuracies: vec![Some(0.1), None] };
        assert_eq!(of_run(1, Some(2)), Some(partial));
        assert_eq!(of_run(3, None), None);
    }
}
