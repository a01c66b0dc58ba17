//! Signals of the networks whose checkpoints the interpreter has.

use std::sync::Arc;

use features::network_ladder::ladder::Ladder;
use protocol::RunId;
use protocol::interpret::Novelty;
use store::checkpoints::InterpretedRun;
use store::state::State;
use ui::erased_signal::RwSignal;

use super::set_if_changed::set;

/// Returns what a ladder says, in plain words.
pub type LadderSentence = fn(&Ladder) -> String;

/// Signals of the run whose networks are interpreted, and of its checkpoints.
#[derive(Clone, Copy, Default)]
pub struct NetworkSignals {
    /// The run.
    pub run: RwSignal<Option<InterpretedRun>>,
    /// Step of the latest checkpoint; `None` before the first checkpoint.
    pub step: RwSignal<Option<usize>>,
    /// Step of the checkpoint used for slow queries: during training that of the last epoch,
    /// otherwise the latest one.
    pub settled_step: RwSignal<Option<usize>>,
    /// Epochs with a checkpoint, in increasing order.
    pub epochs: RwSignal<Vec<usize>>,
    /// The previous run and its epochs with a checkpoint, if it trained on the same data.
    pub previous: RwSignal<Option<(RunId, Vec<usize>)>>,
    /// Linear probe accuracies of the layers. They are answers of the interpreter, not part of the
    /// state.
    pub ladder: RwSignal<Ladder>,
    /// Returns what a ladder says, in plain words; `None` until the part of the page that can tell has
    /// been loaded.
    pub ladder_sentence: RwSignal<Option<LadderSentence>>,
    /// Index of the layer that is chosen in the views of the network and of the code.
    pub layer: RwSignal<Option<usize>>,
    /// How unusual the image of the prediction is. It is an answer of the interpreter, not part of
    /// the state.
    pub novelty: RwSignal<Option<Arc<Novelty>>>,
    /// Whether the prediction for the visitor's image is on the screen.
    pub prediction_visible: RwSignal<bool>,
    /// Whether the ladder is on the screen. Its probes are only asked for while it is.
    pub ladder_visible: RwSignal<bool>,
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
