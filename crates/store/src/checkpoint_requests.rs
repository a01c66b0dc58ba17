//! Requests for the latest weights, and state changes when the interpreter stores checkpoints.

use protocol::{Command, RunId};

use crate::checkpoints::{InterpretedRun, WatchedWeights};
use crate::effect::Effect;
use crate::engine::EngineData;
use crate::state::State;
use model::DatasetKey;

/// Number of intervals without an answer after which the latest weights are requested again.
const MAX_WAIT_INTERVALS: u32 = 10;

impl State {
    /// Updates the checkpoints after the interpreter has stored one.
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

    /// Clears the checkpoints after a new interpreter was started, which has none.
    pub(crate) fn on_interpreter_started(&mut self) {
        self.checkpoints.previous = None;
        self.checkpoints.clear();
    }

    /// Sets what the visible views need of the latest weights.
    pub(crate) fn watch_weights(&mut self, watched: WatchedWeights) {
        self.checkpoints.watched = watched;
    }

    /// Allows the next request for weights if the last one was answered, or has waited too long.
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

    /// Makes a run the interpreted one when it is ready, and requests its weights if they have
    /// changed and a visible view shows them.
    pub(crate) fn follow_run(&mut self, effects: &mut Vec<Effect>) {
        let Some(run) = self.visible_run().filter(|run| run.size.is_some()) else { return };
        let EngineData::Ready(_, info) = &self.engine.data else { return };
        let (id, step) = (run.id, run.step());
        let live_step = run.live_prediction.as_ref().map(|prediction| prediction.step);
        let is_moving = run.moves();
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
        let is_due = match checkpoints.watched {
            WatchedWeights::None => false,
            // Reading weights back and computing maps takes time from training, so no more often
            // than the engine's own schedule of live predictions.
            WatchedWeights::LivePredictions if is_moving => live_step > checkpoints.step,
            WatchedWeights::LivePredictions | WatchedWeights::AllSteps => {
                checkpoints.step != Some(step)
            }
        };
        if is_due && checkpoints.intervals_waited.is_none() {
            checkpoints.intervals_waited = Some(0);
            checkpoints.is_answered = false;
            effects.push(Effect::SendCommand(Command::SendCheckpoint(id)));
            effects.push(Effect::StartCheckpointInterval);
        }
    }
}
