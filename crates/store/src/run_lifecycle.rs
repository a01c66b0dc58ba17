//! Commands to the run, and archiving of a finished or replaced run.

use protocol::{Command, RunState};

use crate::effect::Effect;
use crate::first_weights::WeightsRequest;
use crate::run::{PastRun, RunCommand};
use crate::state::State;

/// Maximum number of earlier runs of a lab that are drawn as overlays.
const MAX_PAST_RUNS: usize = 6;

impl State {
    /// Sends a command to the run, if there is one.
    pub(crate) fn send_to_run(&mut self, command: RunCommand, effects: &mut Vec<Effect>) {
        if let Some(run) = &mut self.run {
            run.unconfirmed_command = Some(command);
            effects.push(Effect::SendCommand(match command {
                RunCommand::Play => Command::Play(run.id),
                RunCommand::Pause => Command::Pause(run.id),
                RunCommand::Step => Command::Step(run.id),
                RunCommand::Epoch => Command::Epoch(run.id),
            }));
        }
    }

    /// Asks for an evaluation of the network as it is now, unless training has diverged.
    pub(crate) fn test(&mut self, effects: &mut Vec<Effect>) {
        let run = self.visible_run().filter(|run| run.size.is_some());
        if let Some(run) = run.filter(|run| run.state != RunState::Diverged) {
            effects.push(Effect::SendCommand(Command::Test(run.id)));
        }
    }

    /// Pauses the run if it is training.
    pub(crate) fn stop(&mut self, effects: &mut Vec<Effect>) {
        if self.run.as_ref().is_some_and(|run| run.moves()) {
            self.send_to_run(RunCommand::Pause, effects);
        }
    }

    /// Removes the current run from the page. Keeps it as an overlay if it has completed at least
    /// one step.
    pub(crate) fn archive_run(&mut self) {
        self.clear_masks();
        let Some(run) = self.run.take() else { return };
        // The engine of an earlier run answers no more.
        if self.saved_weights == WeightsRequest::Pending {
            self.saved_weights = WeightsRequest::None;
        }
        self.is_encoder_requested = false;
        let (Some(size), 1..) = (run.size, run.step()) else { return };
        let first_weights =
            run.first_weights.map(|weights| (weights.number, weights.origin.clone()));
        // The same configuration gives the same curve, so only the longer one is kept.
        let is_same =
            |past: &PastRun| past.config == run.config && past.first_weights == first_weights;
        if let Some(same) = self.past.iter().position(is_same) {
            if self.past[same].losses.len() > run.losses.len() {
                return;
            }
            self.past.remove(same);
        }
        let lab = run.config.lab();
        let mut of_lab = (0..self.past.len()).filter(|&i| self.past[i].config.lab() == lab);
        if let (Some(oldest), MAX_PAST_RUNS..) = (of_lab.next(), of_lab.count() + 1) {
            self.past.remove(oldest);
        }
        self.run_counter += 1;
        self.past.push(PastRun {
            number: self.run_counter,
            config: run.config,
            first_weights,
            steps_per_epoch: size.steps_per_epoch,
            losses: run.losses.into(),
            points: run.points,
        });
    }
}
