//! Layer probes of all epochs.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use protocol::interpret::{AnyAnswer, LayerProbe, LayerProbesQuery, NetworkRef, Query, Snapshot};
use protocol::{Problem, RunId};
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::{effect, memo};

use super::query_client::{MultiSubscription, QueryClient};
use super::run_signals::RunSignals;
use super::selection::Selection;
use super::visibility::Visibility;

/// Layer probes by run, epoch and layer.
pub type ProbeTable = BTreeMap<(RunId, usize, usize), Arc<LayerProbe>>;

/// Asks for layer probes. While the layers are visible, these are the probes of all epochs of the
/// run, and of the run to which it is compared; while the ladder is visible, those of the last epoch
/// of the run and of the previous one, and of the untrained network. Returns the probes, and the
/// reason why there are none.
pub(crate) fn probe_table(
    client: QueryClient,
    selection: Selection,
    visible: Visibility,
    run: RunSignals,
) -> (Signal<Arc<ProbeTable>>, Signal<Option<String>>) {
    let table: RwSignal<Arc<ProbeTable>> = RwSignal::default();
    let error: RwSignal<Option<(RunId, String)>> = RwSignal::new(None);
    let wanted = move || {
        let current = run.id.get().map(|id| (id, run.epochs.get()));
        let previous = run.previous.get();
        let mut networks = Vec::new();
        if visible.layers.get() {
            let compared = selection.compared.get().map(|at| at.run);
            let compared = previous.clone().filter(|(run, _)| Some(*run) == compared);
            let shown = match selection.snapshot.get() {
                Snapshot::Epoch(epoch) => epoch,
                Snapshot::Latest => run.epochs.with(|epochs| epochs.last().copied().unwrap_or(0)),
            };
            let runs = compared.into_iter().chain(current.clone());
            networks.extend(runs.flat_map(|(run, epochs)| nearest_last(run, epochs, shown)));
        }
        if visible.ladder.get() {
            networks.extend(previous.and_then(|(run, epochs)| at_epoch(run, epochs.last())));
            let ends = current
                .map(|(run, epochs)| [at_epoch(run, epochs.first()), at_epoch(run, epochs.last())]);
            networks.extend(ends.into_iter().flatten().flatten());
        }
        networks.into_iter().map(|network| (network, LayerProbesQuery {}.into())).collect()
    };
    let on_answer = move |network: NetworkRef, answer: Result<AnyAnswer, Problem>| {
        let Snapshot::Epoch(epoch) = network.snapshot else { return };
        match answer {
            Ok(answer) => table.update(|table| {
                let table = Arc::make_mut(table);
                for probe in LayerProbesQuery::unwrap(answer).into_iter().flatten() {
                    table.insert((network.run, epoch, probe.layer), Arc::new(probe));
                }
                error.set(None);
            }),
            Err(problem) => error.set(Some((network.run, problem.message))),
        }
    };
    client
        .subscribe_each
        .run(MultiSubscription { wanted: Box::new(wanted), on_answer: Box::new(on_answer) });
    // Without checkpoints, only the probes of the run kept for comparison remain.
    let has_no_epochs = memo(move || run.epochs.with(Vec::is_empty));
    effect(move || {
        run.id.track();
        if has_no_epochs.get() {
            let kept = run.previous.get_untracked().map(|(run, _)| run);
            table.update(|table| Arc::make_mut(table).retain(|(of, ..), _| Some(*of) == kept));
        }
    });
    let message = memo(move || {
        let id = run.id.get();
        error.with(|error| error.clone().filter(|(of, _)| Some(*of) == id).map(|(_, text)| text))
    });
    (table.into(), message)
}

/// Returns the network of a run at an epoch.
fn at_epoch(run: RunId, epoch: Option<&usize>) -> Option<NetworkRef> {
    Some(NetworkRef { run, snapshot: Snapshot::Epoch(*epoch?) })
}

/// Returns the networks at these epochs, with those nearest to the epoch `shown` last, since the
/// query asked last is answered first.
fn nearest_last(run: RunId, mut epochs: Vec<usize>, shown: usize) -> Vec<NetworkRef> {
    epochs.sort_by_key(|epoch| Reverse(epoch.abs_diff(shown)));
    epochs.into_iter().map(|epoch| NetworkRef { run, snapshot: Snapshot::Epoch(epoch) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_epoch_shown_is_asked_for_last() {
        let networks = nearest_last(RunId(1), vec![0, 1, 2, 3], 2);
        let epochs: Vec<_> = networks.iter().map(|network| network.snapshot).collect();
        assert_eq!(epochs, [0, 1, 3, 2].map(Snapshot::Epoch));
    }
}
