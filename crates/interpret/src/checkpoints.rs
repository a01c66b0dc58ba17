//! Storage of checkpoints: for each run the latest weights, and the weights at the end of epochs.

use std::collections::BTreeMap;
use std::rc::Rc;

use protocol::RunId;
use protocol::interpret::{Checkpoint, LayerProbe, NetworkRef, Snapshot};

use crate::network::{Model, ModelError};

/// Maximum size of a run's stored weights in bytes, chosen so that two runs fit into the memory of
/// a phone.
const MAX_BYTES_PER_RUN: usize = 64 << 20;
/// Maximum number of checkpoints of a run. The slider has no room for more, and layer probes take
/// time for each of them.
const MAX_EPOCHS_PER_RUN: usize = 24;

/// Weights of a network after a number of training steps.
#[derive(Clone, Debug)]
pub struct Weights {
    /// Number of training steps.
    pub step: usize,
    /// All weights of the network, in the order of [`Checkpoint::weights`].
    pub values: Rc<Vec<f32>>,
}

/// Checkpoints and layer probes of one run.
#[derive(Clone, Debug)]
pub struct RunCheckpoints {
    /// The run.
    pub run: RunId,
    /// Network of the run.
    pub model: Rc<Model>,
    /// Latest weights.
    latest: Option<Weights>,
    /// Weights at the end of epochs.
    by_epoch: BTreeMap<usize, Weights>,
    /// Layer probes, by epoch and layer.
    pub probes: BTreeMap<(usize, usize), LayerProbe>,
}

impl RunCheckpoints {
    /// Creates the storage of a run, without checkpoints.
    pub fn new(run: RunId, model: Model) -> Self {
        let model = Rc::new(model);
        Self { run, model, latest: None, by_epoch: BTreeMap::new(), probes: BTreeMap::new() }
    }

    /// Adds a checkpoint. If a limit is exceeded, evicts epochs so that the remaining ones stay
    /// evenly spaced.
    pub fn add(&mut self, checkpoint: &Checkpoint) -> Result<(), ModelError> {
        let floats = checkpoint.weights.as_chunks::<4>().0;
        self.model.check_weights(floats.len())?;
        let values = Rc::new(floats.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect());
        let weights = Weights { step: checkpoint.step, values };
        if checkpoint.keep {
            self.by_epoch.insert(checkpoint.epoch, weights.clone());
            let bytes = checkpoint.weights.len().max(1);
            let most = (MAX_BYTES_PER_RUN / bytes).clamp(2, MAX_EPOCHS_PER_RUN);
            while self.by_epoch.len() > most {
                self.evict_one();
            }
        }
        self.latest = Some(weights);
        Ok(())
    }

    /// Evicts the epoch whose previous and next epochs are closest to each other, but never the
    /// first or last epoch.
    fn evict_one(&mut self) {
        let epochs: Vec<usize> = self.by_epoch.keys().copied().collect();
        let gaps = epochs.windows(3).map(|around| (around[2] - around[0], around[1]));
        if let Some((_, epoch)) = gaps.min() {
            self.by_epoch.remove(&epoch);
            self.probes.retain(|(of, _), _| *of != epoch);
        }
    }

    /// Returns the epochs with a checkpoint, in increasing order.
    pub fn epochs(&self) -> Vec<usize> {
        self.by_epoch.keys().copied().collect()
    }

    /// Returns the step of the latest weights, or 0 if there are none.
    pub fn step(&self) -> usize {
        self.latest.as_ref().map_or(0, |weights| weights.step)
    }

    /// Returns the weights of a snapshot, if they are stored.
    pub fn weights(&self, moment: Snapshot) -> Option<&Weights> {
        match moment {
            Snapshot::Latest => self.latest.as_ref(),
            Snapshot::Epoch(epoch) => self.by_epoch.get(&epoch),
        }
    }

    /// Returns the probe of the input, if there is one. It is the same for all epochs.
    pub fn input_probe(&self) -> Option<&LayerProbe> {
        self.probes.iter().find(|((_, layer), _)| *layer == 0).map(|(_, probe)| probe)
    }
}

/// Checkpoints of the current run, and of one other run for comparison.
#[derive(Clone, Debug, Default)]
pub struct CheckpointStore {
    runs: Vec<RunCheckpoints>,
}

impl CheckpointStore {
    /// Adds a run, and drops all other runs except `keep`.
    pub fn add_run(&mut self, checkpoints: RunCheckpoints, keep: Option<RunId>) {
        self.runs.retain(|other| Some(other.run) == keep && other.run != checkpoints.run);
        self.runs.push(checkpoints);
    }

    /// Returns the checkpoints of a run.
    pub fn run(&self, run: RunId) -> Option<&RunCheckpoints> {
        self.runs.iter().find(|checkpoints| checkpoints.run == run)
    }

    /// Returns a mutable reference to the checkpoints of a run.
    pub fn run_mut(&mut self, run: RunId) -> Option<&mut RunCheckpoints> {
        self.runs.iter_mut().find(|checkpoints| checkpoints.run == run)
    }

    /// Returns the run of a network, and the network's weights.
    pub fn find(&self, at: NetworkRef) -> Option<(&RunCheckpoints, &Weights)> {
        let checkpoints = self.run(at.run)?;
        Some((checkpoints, checkpoints.weights(at.snapshot)?))
    }
}

#[cfg(test)]
mod tests {
    use model::{DenseLayer, Layer, Network, Task};

    use super::*;

    fn run_checkpoints() -> RunCheckpoints {
        let layers = vec![Layer::Dense(DenseLayer { units: 1, ..DenseLayer::default() })];
        let task = Task::Classify(Network { architecture: model::Architecture::Mlp, layers });
        RunCheckpoints::new(RunId(1), Model::new(&task, 2, [64, 64]).unwrap())
    }

    fn checkpoint(epoch: usize, count: usize) -> Checkpoint {
        let weights = vec![0; 4 * count];
        Checkpoint { run: RunId(1), epoch, step: 10 * epoch, keep: true, weights }
    }

    #[test]
    fn the_first_and_the_last_epoch_stay_and_the_others_are_spread_between() {
        let mut run_checkpoints = run_checkpoints();
        let count = run_checkpoints.model.graph().checkpoint_len();
        for epoch in 0..=100 {
            run_checkpoints.add(&checkpoint(epoch, count)).unwrap();
        }
        let epochs = run_checkpoints.epochs();
        assert_eq!(
            (epochs.len(), epochs[0], epochs[MAX_EPOCHS_PER_RUN - 1]),
            (MAX_EPOCHS_PER_RUN, 0, 100)
        );
        assert!(epochs.windows(2).all(|pair| pair[1] - pair[0] <= 16), "{epochs:?}");
        assert_eq!(run_checkpoints.step(), 1000);
    }

    #[test]
    fn weights_of_another_network_are_refused_and_change_nothing() {
        let mut run_checkpoints = run_checkpoints();
        let count = run_checkpoints.model.graph().checkpoint_len();
        run_checkpoints.add(&checkpoint(0, count)).unwrap();
        let error = run_checkpoints.add(&checkpoint(1, count - 1)).unwrap_err();
        assert_eq!(error, ModelError::Weights { expected: count, found: count - 1 });
        assert_eq!(run_checkpoints.epochs(), [0]);
    }

    #[test]
    fn one_run_may_stay_beside_the_present_one() {
        let mut store = CheckpointStore::default();
        for run in 1..=3 {
            store.add_run(
                RunCheckpoints { run: RunId(run), ..run_checkpoints() },
                Some(RunId(run - 1)),
            );
        }
        let found = [1, 2, 3].map(|run| store.run(RunId(run)).is_some());
        assert_eq!(found, [false, true, true]);
        let at = NetworkRef { run: RunId(3), snapshot: Snapshot::Latest };
        assert!(store.find(at).is_none());
    }
}
