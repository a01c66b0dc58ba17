//! Checkpoints that the interpreter has: the networks that queries can be about.

use model::Task;
use protocol::RunId;

use crate::dataset_key::DatasetKey;

/// A run whose networks are interpreted.
#[derive(Clone, Debug, PartialEq)]
pub struct InterpretedRun {
    /// Its id.
    pub id: RunId,
    /// Its network.
    pub task: Task,
    /// Number of classes.
    pub classes: usize,
    /// Height and width of the images.
    pub size: [usize; 2],
    /// The data that it trains on.
    pub data: DatasetKey,
}

/// Checkpoints that the interpreter has.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checkpoints {
    /// The run. It stays until another one stands ready.
    pub run: Option<InterpretedRun>,
    /// Step of its latest checkpoint; none before the first.
    pub step: Option<usize>,
    /// Its epochs with a checkpoint, in order.
    pub epochs: Vec<usize>,
    /// Step of the checkpoint with which the epochs changed last.
    pub epoch_step: usize,
    /// The run before and its epochs, if it trained on the same data.
    pub previous: Option<(RunId, Vec<usize>)>,
    /// Whether anything on the screen shows the latest weights.
    pub(crate) is_watched: bool,
    /// Intervals since the latest weights were requested; none if they may be requested.
    pub(crate) intervals_waited: Option<u32>,
    /// Whether a checkpoint was stored since then.
    pub(crate) is_answered: bool,
}

impl Checkpoints {
    /// Begins with a run. The one before is kept for comparison if it learned on the same data.
    pub(crate) fn begin(&mut self, run: InterpretedRun) {
        let same_data = self.run.as_ref().is_some_and(|before| before.data == run.data);
        let epochs = std::mem::take(&mut self.epochs);
        match &self.run {
            Some(before) if same_data && epochs.len() > 1 => {
                self.previous = Some((before.id, epochs));
            }
            _ if same_data => {}
            _ => self.previous = None,
        }
        self.run = Some(run);
        self.clear();
    }

    /// Forgets the checkpoints of the run.
    pub(crate) fn clear(&mut self) {
        self.step = None;
        self.epochs.clear();
        self.epoch_step = 0;
        self.intervals_waited = None;
    }
}
