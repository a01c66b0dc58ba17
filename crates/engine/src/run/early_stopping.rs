//! Early stopping, and return to the network of the best epoch.
//!
//! The loss in evaluation decides, on the validation set where there is one (Prechelt, “Early
//! stopping – but when?”, 1998). The test set takes no part in it.

use protocol::{Event, StepReport, TestReport};

use super::task::RunTask;
use super::{Goal, Run, plan_evaluation};
use crate::error::EngineError;
use crate::evaluation::EvaluationPoint;
use crate::host::Host;

impl<H: Host, T: RunTask> Run<'_, H, T> {
    /// Notes the loss in evaluation at the end of an epoch, and ends the run if it has not become
    /// lower for as many epochs as the configuration allows.
    pub(super) fn stop_early_if_due(&mut self, epoch: usize, loss: f32) {
        if epoch == 0 {
            return;
        }
        let since_best = self.session.note_epoch(loss);
        let patience = self.config().patience;
        if patience > 0 && since_best >= patience && !self.is_over() {
            self.stopped_early = true;
            self.goal = Goal::Idle;
            self.goal_reached = true;
            self.training_since = None;
        }
    }

    /// Restores the network of the best epoch and plans its evaluation, if the run is over and
    /// has not diverged.
    pub(super) fn restore_best(&mut self) {
        let can_restore = self.is_over() && self.state != protocol::RunState::Diverged;
        if can_restore && self.session.restore_best() {
            let on = self.session.task().evaluated();
            self.evaluation = Some(plan_evaluation::<T>(on, EvaluationPoint::Restored));
        }
    }

    /// Emits the evaluation of the restored network, and sends its weights to the interpreter.
    pub(super) async fn emit_restored(&mut self, test: TestReport) -> Result<(), EngineError> {
        let (epoch, step) = self.session.network_position();
        if let Some(event) = T::preview_from_report(&self.session, self.id, &test) {
            self.host.emit(event);
        }
        let report = StepReport { step, test };
        self.host.emit(Event::Restored { run: self.id, epoch, report });
        self.send_checkpoint(true).await
    }
}
