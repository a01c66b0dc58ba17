//! The epoch with the lowest loss in evaluation, and the return to its network.

use protocol::{Command, RunState, StepReport, TestReport};

use crate::effect::Effect;
use crate::run::{EpochPoint, Run};
use crate::shared_evaluation::SharedEvaluation;
use crate::state::State;

/// How a run ended, and which of its epochs was the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunEnd {
    /// The last epoch.
    pub last: usize,
    /// The epoch with the lowest loss in evaluation.
    pub best: usize,
    /// Number of epochs without a lower loss after which the run stopped early; `None` if it made
    /// all of its epochs.
    pub stopped_after: Option<usize>,
    /// Whether the network is that of the best epoch.
    pub is_restored: bool,
}

impl State {
    /// Returns how the visible run ended; `None` before its end, or if it diverged.
    pub fn run_end(&self) -> Option<RunEnd> {
        let run = self.visible_run().filter(|run| run.state == RunState::Finished)?;
        let last = run.points.last()?.epoch;
        let best = best_epoch(run)?.epoch;
        let stopped_after = (last < run.config.epochs).then_some(run.config.patience);
        let is_restored = run.restored_epoch.is_some() || best == last;
        Some(RunEnd { last, best, stopped_after, is_restored })
    }

    /// Asks for the network of the best epoch.
    pub(crate) fn restore_best(&mut self, effects: &mut Vec<Effect>) {
        let is_wanted = self.run_end().is_some_and(|end| !end.is_restored);
        if let (true, Some(run)) = (is_wanted, self.visible_run()) {
            effects.push(Effect::SendCommand(Command::RestoreBest(run.id)));
        }
    }

    /// Shows the evaluation of the restored network.
    pub(crate) fn on_restored(
        &mut self,
        epoch: usize,
        report: StepReport,
        effects: &mut Vec<Effect>,
    ) {
        let Some(run) = &mut self.run else { return };
        run.restored_epoch = Some(epoch);
        match report.test {
            TestReport::Classify(test) => {
                run.evaluation = Some(SharedEvaluation::new(epoch, test));
            }
            TestReport::Segment(test) => {
                run.segment_evaluation = Some(SharedEvaluation::new(epoch, test));
            }
        }
        self.refresh_predictions(effects);
    }
}

/// Returns the first of the trained epochs with the lowest loss, as the engine keeps it.
fn best_epoch(run: &Run) -> Option<&EpochPoint> {
    let trained = run.points.iter().filter(|point| point.epoch > 0);
    trained.reduce(|best, next| if next.test_loss < best.test_loss { next } else { best })
}
