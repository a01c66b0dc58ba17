//! Signals of the networks that the interpreter has.

use protocol::RunId;
use store::checkpoints::InterpretedRun;
use store::state::State;
use ui::erased_signal::RwSignal;

use super::set::set;

/// The run whose networks are interpreted, and its checkpoints.
#[derive(Clone, Copy, Default)]
pub struct NetworkSignals {
    /// The run.
    pub run: RwSignal<Option<InterpretedRun>>,
    /// Step of the latest checkpoint; none before the first.
    pub step: RwSignal<Option<usize>>,
    /// The same for what takes long: while the run goes on, that of its last epoch.
    pub settled_step: RwSignal<Option<usize>>,
    /// Epochs with a checkpoint, in order.
    pub epochs: RwSignal<Vec<usize>>,
    /// The run before and its epochs, if it trained on the same data.
    pub previous: RwSignal<Option<(RunId, Vec<usize>)>>,
}

impl NetworkSignals {
    /// Updates all signals.
    pub(super) fn update(&self, state: &State) {
        let checkpoints = &state.checkpoints;
        let is_moving = state.visible_run().is_some_and(|run| run.moves());
        let settled = checkpoints.step.map(|step| match is_moving {
            true => checkpoints.epoch_step,
            false => step,
        });
        set(self.previous, &checkpoints.previous);
        set(self.run, &checkpoints.run);
        set(self.epochs, &checkpoints.epochs);
        set(self.step, &checkpoints.step);
        set(self.settled_step, &settled);
    }
}
