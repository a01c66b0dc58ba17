//! Changes by checkpoints that the interpreter stored, and requests of the latest weights.

use protocol::{Command, RunId};

use crate::checkpoints::InterpretedRun;
use crate::dataset_key::DatasetKey;
use crate::effect::Effect;
use crate::engine::EngineData;
use crate::state::State;

/// Intervals without an answer after which the latest weights are requested again.
const MAX_WAIT_INTERVALS: u32 = 10;

impl State {
    /// Notes that the interpreter stored a checkpoint.
    pub(crate) fn on_checkpoint_stored(&mut self, run: RunId, step: usize, epochs: Vec<usize>) {
        let checkpoints = &mut self.checkpoints;
        if checkpoints.run.as_ref().is_none_or(|now| now.id != run) {
            return;
        }
        checkpoints.is_answered = true;
        if checkpoints.step.is_none() || checkpoints.epochs != epochs {
            checkpoints.epoch_step = step;
            checkpoints.epochs = epochs;
        }
        checkpoints.step = Some(step);
    }

    /// Notes that a new interpreter was started, which has no checkpoint.
    pub(crate) fn on_interpreter_started(&mut self) {
        self.checkpoints.previous = None;
        self.checkpoints.clear();
    }

    /// Notes whether anything on the screen shows the latest weights.
    pub(crate) fn watch_weights(&mut self, is_watched: bool) {
        self.checkpoints.is_watched = is_watched;
    }

    /// Allows the next request, if the last one was answered or will not be.
    pub(crate) fn on_checkpoint_interval(&mut self, effects: &mut Vec<Effect>) {
        let checkpoints = &mut self.checkpoints;
        let Some(waited) = checkpoints.intervals_waited else { return };
        if checkpoints.is_answered || waited + 1 >= MAX_WAIT_INTERVALS {
            checkpoints.intervals_waited = None;
        } else {
            checkpoints.intervals_waited = Some(waited + 1);
            effects.push(Effect::StartCheckpointInterval);
        }
    }

    /// Takes up a run that stands ready, and requests its weights when they have moved on and anything
    /// on the screen shows them.
    pub(crate) fn follow_run(&mut self, effects: &mut Vec<Effect>) {
        let Some(run) = self.visible_run().filter(|run| run.size.is_some()) else { return };
        let EngineData::Ready(_, info) = &self.engine.data else { return };
        let (id, step) = (run.id, run.step());
        if self.checkpoints.run.as_ref().is_none_or(|now| now.id != id) {
            let shape = info.shape();
            let run = InterpretedRun {
                id,
                task: run.config.task.clone(),
                classes: shape.classes,
                size: shape.size,
                data: DatasetKey::of(&run.config),
            };
            self.checkpoints.begin(run);
        }
        let checkpoints = &mut self.checkpoints;
        if checkpoints.is_watched
            && checkpoints.intervals_waited.is_none()
            && checkpoints.step != Some(step)
        {
            checkpoints.intervals_waited = Some(0);
            checkpoints.is_answered = false;
            effects.push(Effect::SendCommand(Command::SendCheckpoint(id)));
            effects.push(Effect::StartCheckpointInterval);
        }
    }
}
