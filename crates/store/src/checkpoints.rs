//! Checkpoints stored in the interpreter, which determine the networks that queries can be about.

use model::Task;
use protocol::RunId;

use model::DatasetKey;

/// A run whose networks are interpreted.
#[derive(Clone, Debug, PartialEq)]
pub struct InterpretedRun {
    /// Id of the run.
    pub id: RunId,
    /// The task of the run, with its network.
    pub task: Task,
    /// Number of classes.
    pub classes: usize,
    /// Height and width of the images in pixels.
    pub size: [usize; 2],
    /// The data set on which the run is trained.
    pub data: DatasetKey,
}

/// What the visible views need of the latest weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WatchedWeights {
    /// Nothing.
    #[default]
    None,
    /// Those of each live prediction of a U-Net, whose feature maps are shown beside it.
    LivePredictions,
    /// Those of any step.
    AllSteps,
}

/// Checkpoints stored in the interpreter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checkpoints {
    /// The interpreted run. It is kept until another run is ready.
    pub run: Option<InterpretedRun>,
    /// Step of the run's latest checkpoint; `None` before the first checkpoint.
    pub step: Option<usize>,
    /// Epochs of the run with a checkpoint, in increasing order.
    pub epochs: Vec<usize>,
    /// Step of the checkpoint with which `epochs` changed last.
    pub epoch_step: usize,
    /// The previous run and its epochs with a checkpoint, if it was trained on the same data.
    pub previous: Option<(RunId, Vec<usize>)>,
    /// What the visible views need of the latest weights.
    pub(crate) watched: WatchedWeights,
    /// Number of intervals since the latest weights were requested; `None` if they may be
    /// requested.
    pub(crate) intervals_waited: Option<u32>,
    /// Whether a checkpoint was stored since the last request.
    pub(crate) is_answered: bool,
}

impl Checkpoints {
    /// Starts a run without checkpoints. The previous run is kept for comparison if it was trained
    /// on the same data.
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

    /// Removes the checkpoints of the run.
    pub(crate) fn clear(&mut self) {
        self.step = None;
        self.epochs.clear();
        self.epoch_step = 0;
        self.intervals_waited = None;
    }
}
