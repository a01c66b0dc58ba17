//! The networks that can be looked at: of each run the latest weights, and those of its epochs.

use std::collections::BTreeMap;
use std::rc::Rc;

use protocol::RunId;
use protocol::interpret::{Checkpoint, LayerProbe, NetworkRef, Snapshot};

use crate::network::{Model, ModelError};

/// Bytes of a run's weights that are kept, so that a phone can hold two runs.
const KEPT_BYTES: usize = 96 << 20;
/// Epochs that are kept at most: a scrubber has no room for more, nor has anybody's patience for
/// their ladders.
const KEPT_EPOCHS: usize = 24;

/// Weights at one moment.
#[derive(Clone, Debug)]
pub struct Weights {
    /// Steps made.
    pub step: usize,
    /// All of them.
    pub values: Rc<Vec<f32>>,
}

/// One run.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// Its id.
    pub run: RunId,
    /// Its network.
    pub model: Rc<Model>,
    /// The latest weights.
    now: Option<Weights>,
    /// Weights at the end of epochs.
    kept: BTreeMap<usize, Weights>,
    /// Rungs of the ladder, by epoch and layer.
    pub rungs: BTreeMap<(usize, usize), LayerProbe>,
}

impl Chapter {
    /// A run that nothing is known of but its network.
    pub fn new(run: RunId, model: Model) -> Self {
        let model = Rc::new(model);
        Self { run, model, now: None, kept: BTreeMap::new(), rungs: BTreeMap::new() }
    }

    /// Takes weights over. Of many epochs some are dropped again: those whose neighbours are nearest.
    pub fn take(&mut self, checkpoint: &Checkpoint) -> Result<(), ModelError> {
        let floats = checkpoint.weights.as_chunks::<4>().0;
        self.model.check_weights(floats.len())?;
        let values = Rc::new(floats.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect());
        let weights = Weights { step: checkpoint.step, values };
        if checkpoint.keep {
            self.kept.insert(checkpoint.epoch, weights.clone());
            let bytes = checkpoint.weights.len().max(1);
            let most = (KEPT_BYTES / bytes).clamp(2, KEPT_EPOCHS);
            while self.kept.len() > most {
                self.thin();
            }
        }
        self.now = Some(weights);
        Ok(())
    }

    /// Drops the epoch between the nearest neighbours. The first and the last stay.
    fn thin(&mut self) {
        let epochs: Vec<usize> = self.kept.keys().copied().collect();
        let gaps = epochs.windows(3).map(|around| (around[2] - around[0], around[1]));
        if let Some((_, epoch)) = gaps.min() {
            self.kept.remove(&epoch);
            self.rungs.retain(|(of, _), _| *of != epoch);
        }
    }

    /// The epochs that are kept, in order.
    pub fn epochs(&self) -> Vec<usize> {
        self.kept.keys().copied().collect()
    }

    /// Step of the latest weights.
    pub fn step(&self) -> usize {
        self.now.as_ref().map_or(0, |now| now.step)
    }

    /// Weights of a moment.
    pub fn weights(&self, moment: Snapshot) -> Option<&Weights> {
        match moment {
            Snapshot::Latest => self.now.as_ref(),
            Snapshot::Epoch(epoch) => self.kept.get(&epoch),
        }
    }

    /// The rung of the same layer at the nearest other epoch.
    pub fn neighbour(&self, epoch: usize, layer: usize) -> Option<&LayerProbe> {
        let of_layer = self.rungs.iter().filter(|((of, at), _)| *at == layer && *of != epoch);
        of_layer.min_by_key(|((of, _), _)| of.abs_diff(epoch)).map(|(_, rung)| rung)
    }
}

/// All runs that are kept: the present one, and one to compare it with.
#[derive(Clone, Debug, Default)]
pub struct Book {
    chapters: Vec<Chapter>,
}

impl Book {
    /// Begins a run, and forgets all but the one named.
    pub fn begin(&mut self, chapter: Chapter, keep: Option<RunId>) {
        self.chapters.retain(|other| Some(other.run) == keep && other.run != chapter.run);
        self.chapters.push(chapter);
    }

    /// A run.
    pub fn run(&self, run: RunId) -> Option<&Chapter> {
        self.chapters.iter().find(|chapter| chapter.run == run)
    }

    /// A run, to be changed.
    pub fn run_mut(&mut self, run: RunId) -> Option<&mut Chapter> {
        self.chapters.iter_mut().find(|chapter| chapter.run == run)
    }

    /// A run's network, and its weights at a moment.
    pub fn find(&self, at: NetworkRef) -> Option<(&Chapter, &Weights)> {
        let chapter = self.run(at.run)?;
        Some((chapter, chapter.weights(at.snapshot)?))
    }
}

#[cfg(test)]
mod tests {
    use model::{DenseLayer, Layer, Network, Task};

    use super::*;

    fn chapter() -> Chapter {
        let layers = vec![Layer::Dense(DenseLayer { units: 1, ..DenseLayer::default() })];
        let task = Task::Classify(Network { architecture: model::Architecture::Mlp, layers });
        Chapter::new(RunId(1), Model::new(&task, 2, [64, 64]).unwrap())
    }

    fn checkpoint(epoch: usize, count: usize) -> Checkpoint {
        let weights = vec![0; 4 * count];
        Checkpoint { run: RunId(1), epoch, step: 10 * epoch, keep: true, weights }
    }

    #[test]
    fn the_first_and_the_last_epoch_stay_and_the_others_are_spread_between() {
        let mut chapter = chapter();
        let count = chapter.model.graph.parameters();
        for epoch in 0..=100 {
            chapter.take(&checkpoint(epoch, count)).unwrap();
        }
        let epochs = chapter.epochs();
        assert_eq!((epochs.len(), epochs[0], epochs[KEPT_EPOCHS - 1]), (KEPT_EPOCHS, 0, 100));
        assert!(epochs.windows(2).all(|pair| pair[1] - pair[0] <= 16), "{epochs:?}");
        assert_eq!(chapter.step(), 1000);
    }

    #[test]
    fn weights_of_another_network_are_refused_and_change_nothing() {
        let mut chapter = chapter();
        let count = chapter.model.graph.parameters();
        chapter.take(&checkpoint(0, count)).unwrap();
        let error = chapter.take(&checkpoint(1, count - 1)).unwrap_err();
        assert_eq!(error, ModelError::Weights { expected: count, found: count - 1 });
        assert_eq!(chapter.epochs(), [0]);
    }

    #[test]
    fn one_run_may_stay_beside_the_present_one() {
        let mut book = Book::default();
        for run in 1..=3 {
            book.begin(Chapter { run: RunId(run), ..chapter() }, Some(RunId(run - 1)));
        }
        let found = [1, 2, 3].map(|run| book.run(RunId(run)).is_some());
        assert_eq!(found, [false, true, true]);
        let at = NetworkRef { run: RunId(3), snapshot: Snapshot::Latest };
        assert!(book.find(at).is_none());
    }
}
