//! The pieces of work of a run: previews, checkpoints, inference, evaluation, steps.

use protocol::interpret::Checkpoint;
use protocol::{EpochReport, Event, RunState};

use super::task::{InferenceResult, RunTask};
use super::{Goal, PendingPreview, Run, plan_epoch_evaluation};
use crate::checkpoint::weights;
use crate::error::EngineError;
use crate::evaluation::EvaluationPoint;
use crate::host::Host;

/// Maximum time that training waits for the evaluation of the untrained network, in seconds.
const MAX_EVALUATION_WAIT_SECS: f64 = 0.6;

/// Maximum estimated time to finish that evaluation, in seconds, if training is to wait for it. It
/// is larger because the first estimate includes a cold start.
const MAX_EXPECTED_EVALUATION_SECS: f64 = 5.0;

impl<H: Host, T: RunTask> Run<'_, H, T> {
    /// Computes a preview and emits it.
    pub(super) async fn show_preview(&mut self, kind: PendingPreview) -> Result<(), EngineError> {
        if kind == PendingPreview::Initial {
            self.send_checkpoint(true).await?;
        }
        let (step, start) = (self.session.step(), self.host.now());
        let is_idle = self.goal == Goal::Idle && !self.is_over();
        let event = match kind {
            PendingPreview::Current if self.previews.is_current(step) => None,
            PendingPreview::Initial | PendingPreview::Current => {
                T::preview(&mut self.session, self.id, is_idle).await?
            }
        };
        // Time spent on a preview does not count as training time.
        self.training_since = None;
        if let Some(event) = event {
            // The initial preview includes a cold start, so its duration is not representative.
            let seconds = self.host.now() - start;
            let seconds = if kind == PendingPreview::Initial { 0.0 } else { seconds };
            self.previews.record_preview(step, seconds);
            self.host.emit(event);
            if is_idle {
                self.trace_next_step().await?;
            }
        }
        Ok(())
    }

    /// Processes one batch of the oldest inference request.
    pub(super) async fn infer(&mut self) -> Result<(), EngineError> {
        // Reports the completed steps first, because time spent on inference does not count as
        // training time.
        if !self.read_and_report().await? {
            return Ok(());
        }
        self.training_since = None;
        let Some(mut request) = self.inference_requests.pop_front() else { return Ok(()) };
        match T::infer(&self.session, &mut request).await? {
            Some(InferenceResult::Done(event)) => self.host.emit(event),
            Some(InferenceResult::Refused(problem)) => self.emit_error(problem),
            None => self.inference_requests.push_front(request),
        }
        Ok(())
    }

    /// Evaluates one batch of held-out images, or emits the report after the last batch.
    pub(super) async fn evaluate(&mut self) -> Result<(), EngineError> {
        let Some(mut evaluation) = self.evaluation.take() else { return Ok(()) };
        // Play waits only briefly for the evaluation of the untrained network.
        if evaluation.at == EvaluationPoint::EpochEnd(0) && self.goal != Goal::Idle {
            let now = self.host.now();
            let waited = now - *self.waiting_since.get_or_insert(now);
            let left = evaluation.seconds_left().unwrap_or(0.0);
            if waited > MAX_EVALUATION_WAIT_SECS || left > MAX_EXPECTED_EVALUATION_SECS {
                return Ok(());
            }
        }
        if let Some(range) = evaluation.next() {
            let start = self.host.now();
            let on = evaluation.on.clone();
            T::evaluate(&self.session, &on, range, &mut evaluation.accumulator).await?;
            evaluation.advance(self.host.now() - start);
            self.evaluation = Some(evaluation);
            return Ok(());
        }
        let step = self.session.step();
        let test = T::report(&self.session, &evaluation.on, evaluation.accumulator);
        match evaluation.at {
            EvaluationPoint::TestSet => {
                self.emit_test_set(test);
                return Ok(());
            }
            EvaluationPoint::Restored => return self.emit_restored(test).await,
            EvaluationPoint::EpochEnd(_) | EvaluationPoint::Step => {}
        }
        self.evaluation_secs = evaluation.seconds;
        if step > 0 && !test.loss().is_finite() {
            let when = match evaluation.at {
                EvaluationPoint::EpochEnd(epoch) => format!("epoch {epoch} (step {step})"),
                _ => format!("step {step}"),
            };
            self.diverge(&format!("The loss in evaluation was no number any more after {when}"));
            return Ok(());
        }
        if let Some(event) = T::preview_from_report(&self.session, self.id, &test) {
            self.previews.record_preview(step, 0.0);
            self.host.emit(event);
        } else {
            // A pause that came during the evaluation, and the end of an epoch, leave the preview to
            // it.
            self.pending_preview.get_or_insert(PendingPreview::Current);
        }
        let EvaluationPoint::EpochEnd(epoch) = evaluation.at else {
            self.emit_test(test);
            return Ok(());
        };
        let totals = std::mem::take(&mut self.epoch_totals);
        let share = |correct: usize| correct as f64 / totals.images.max(1) as f64;
        let report = EpochReport {
            epoch,
            step,
            train_loss: (totals.steps > 0).then(|| (totals.loss / totals.steps as f64) as f32),
            train_accuracy: totals.correct.map(share),
            test,
            images_per_second: if totals.seconds > 0.0 {
                totals.images as f64 / totals.seconds
            } else {
                0.0
            },
        };
        self.session.take_snapshot();
        self.stop_early_if_due(epoch, report.test.loss());
        self.host.emit(Event::Epoch { run: self.id, report });
        // The checkpoint of epoch 0 was sent with the initial preview, even if Play skipped the
        // evaluation.
        if epoch > 0 {
            self.send_checkpoint(true).await?;
        }
        Ok(())
    }

    /// Sends a checkpoint of the current network, unless a loss that is read first ends the run.
    pub(super) async fn send_requested_checkpoint(&mut self) -> Result<(), EngineError> {
        if self.read_and_report().await? {
            // An interpreter that missed the checkpoint at the end of an epoch receives it here.
            let (_, step) = self.session.network_position();
            let keep = step.is_multiple_of(self.session.steps_per_epoch());
            self.send_checkpoint(keep).await?;
        }
        Ok(())
    }

    /// Sends a checkpoint if the host accepts it. `keep` marks the network at the end of an epoch.
    pub(super) async fn send_checkpoint(&mut self, keep: bool) -> Result<(), EngineError> {
        if !self.host.wants_checkpoints() {
            return Ok(());
        }
        let weights = weights(self.session.network()).await?;
        let (epoch, step) = self.session.network_position();
        self.host.send_checkpoint(Checkpoint { run: self.id, epoch, step, keep, weights });
        // Time spent on a checkpoint does not count as training time.
        self.training_since = None;
        Ok(())
    }

    /// Sends the current weights to the page. If a loss that is read first ends the run, these are
    /// the weights that are back.
    pub(super) async fn send_weights(&mut self) -> Result<(), EngineError> {
        self.read_and_report().await?;
        let bytes = weights(self.session.network()).await?;
        let values = bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        let (_, step) = self.session.network_position();
        self.host.emit(Event::Weights { run: self.id, step, values });
        // Time spent on reading does not count as training time.
        self.training_since = None;
        Ok(())
    }

    /// Emits the state that follows a reached goal.
    pub(super) fn finish_goal(&mut self) {
        self.goal_reached = false;
        self.state = if self.is_over() { RunState::Finished } else { RunState::Paused };
        self.emit_state();
    }

    /// Makes one step toward a target step.
    pub(super) async fn train_towards(&mut self, target: usize) -> Result<(), EngineError> {
        if T::SHOWS_STEPS && self.session.step() + 1 == target {
            // Reports the completed steps first, while their time still counts.
            let goes_on = self.read_and_report().await?;
            return if goes_on { self.train_single_step(0).await } else { Ok(()) };
        }
        self.train().await;
        let reached = self.session.step() >= target;
        let epoch_end = self.session.is_epoch_end();
        let test_due = self.is_test_due();
        let read_due = self.session.unread_losses() >= self.steps_per_read;
        if (reached || epoch_end || test_due || read_due) && self.read_and_report().await? {
            self.after_step(reached);
            // An evaluation includes a preview.
            if !epoch_end && !test_due && (reached || self.previews.is_due()) {
                self.pending_preview = Some(PendingPreview::Current);
            }
        }
        Ok(())
    }

    /// Makes one single step, after which `remaining` steps follow, and emits its preview.
    pub(super) async fn train_single_step(&mut self, remaining: usize) -> Result<(), EngineError> {
        self.trace_next_step().await?;
        let before = T::before_step(&mut self.session).await?;
        self.training_since = None;
        self.train().await;
        if !self.read_and_report().await? {
            return Ok(());
        }
        self.training_since = None;
        let event = T::after_step(&self.session, self.id, before).await?;
        self.previews.record_preview(self.session.step(), 0.0);
        self.host.emit(event);
        self.goal = Goal::SingleSteps(remaining);
        self.after_step(remaining == 0 || self.is_over());
        Ok(())
    }

    async fn train(&mut self) {
        let start = self.host.now();
        self.training_since.get_or_insert(start);
        self.choose_team();
        let replicas = self.session.replicas();
        self.unread_images += self.session.train().await;
        // A step in which the others were lost was made twice, and is no measure.
        if self.session.replicas() == replicas {
            self.team_trial.note(replicas, self.host.now() - start);
        } else {
            self.team_trial.changed();
        }
        self.discard_older_trace();
    }

    /// Asks for other workers where they may help, and leaves them where they do not.
    fn choose_team(&mut self) {
        if self.session.replicas() > 1 {
            if self.team_trial.is_slower() {
                self.session.set_team(None);
                self.team_trial.changed();
            }
        } else if let Some(most) = self.team_trial.wanted_replicas()
            && let Some(team) = self.host.team(most)
        {
            self.session.set_team(Some(team));
            self.team_trial.changed();
        }
    }

    fn after_step(&mut self, reached: bool) {
        if self.session.is_epoch_end() {
            self.evaluation = Some(plan_epoch_evaluation(&self.session));
            self.training_since = None;
        } else if self.is_test_due() {
            self.plan_test();
        }
        if reached {
            self.goal = Goal::Idle;
            self.goal_reached = true;
            self.training_since = None;
        }
    }
}
