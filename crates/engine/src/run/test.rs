//! Evaluations between the ends of two epochs. They do not change the training: dropout masks depend
//! on the step alone, and the network is evaluated in evaluation mode.

use std::rc::Rc;

use data::Dataset;
use protocol::{ErrorCode, Event, Problem, RunState, StepReport, TestReport};

use super::task::RunTask;
use super::{Goal, Run, plan_evaluation};
use crate::error::EngineError;
use crate::evaluation::EvaluationPoint;
use crate::host::Host;

impl<H: Host, T: RunTask> Run<'_, H, T> {
    /// Requests an evaluation of the current network. After divergence, the network is not that of
    /// the current step, so there is none.
    pub(super) fn request_test(&mut self) {
        self.test_requested = self.state != RunState::Diverged;
    }

    /// Returns whether an evaluation was requested and single steps, which were requested before it,
    /// are made.
    pub(super) fn can_start_test(&self) -> bool {
        self.test_requested && !matches!(self.goal, Goal::SingleSteps(_))
    }

    /// Starts an evaluation of the current network, unless a loss that is read first ends the run.
    pub(super) async fn start_test(&mut self) -> Result<(), EngineError> {
        self.test_requested = false;
        if self.read_and_report().await? {
            self.plan_test();
        }
        Ok(())
    }

    /// Plans an evaluation of the current network as the next work.
    pub(super) fn plan_test(&mut self) {
        self.evaluation =
            Some(plan_evaluation::<T>(self.session.task().evaluated(), EvaluationPoint::Step));
        // Time spent on an evaluation does not count as training time.
        self.training_since = None;
    }

    /// Takes a test set that was sealed until now. After divergence, the network is not that of the
    /// current step.
    pub(super) fn open_test_set(&mut self, dataset: Dataset) {
        match self.session.task().upload_test_set(dataset) {
            Some(_) if self.state == RunState::Diverged => {}
            Some(held_out) => self.opened_test_set = Some(Rc::new(held_out)),
            None => self.emit_error(Problem::new(
                ErrorCode::BadConfig,
                "The test set does not fit the network of this run. Press Reset for a run on the \
                 data on the page, then open its test set.",
            )),
        }
    }

    /// Starts the evaluation of the current network on the opened test set, unless a loss that is
    /// read first ends the run.
    pub(super) async fn start_test_set(&mut self) -> Result<(), EngineError> {
        let Some(on) = self.opened_test_set.take() else { return Ok(()) };
        if self.read_and_report().await? {
            self.evaluation = Some(plan_evaluation::<T>(on, EvaluationPoint::TestSet));
            self.training_since = None;
        }
        Ok(())
    }

    /// Emits the evaluation on the test set.
    pub(super) fn emit_test_set(&self, test: TestReport) {
        let (epoch, step) = self.session.network_position();
        let report = StepReport { step, test };
        self.host.emit(Event::TestSet { run: self.id, epoch, report });
    }

    /// Returns whether the configuration asks for an evaluation after the last step.
    pub(super) fn is_test_due(&self) -> bool {
        let (step, every) = (self.session.step(), self.config().test_every);
        every > 0 && step > 0 && step.is_multiple_of(every) && !self.session.is_epoch_end()
    }

    /// Emits the evaluation of the current network.
    pub(super) fn emit_test(&self, test: TestReport) {
        let (_, step) = self.session.network_position();
        let report = StepReport { step, test };
        self.host.emit(Event::Tested { run: self.id, report });
    }
}
