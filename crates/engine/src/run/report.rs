//! Reports about the steps of a run, and its early end by divergence or a device error.

use protocol::{ErrorCode, Event, Problem, RunState, Timing};

use super::schedule::PreviewSchedule;
use super::task::RunTask;
use super::{PendingPreview, Run};
use crate::error::EngineError;
use crate::host::Host;

/// Time between two reports during training, in seconds.
const REPORT_INTERVAL_SECS: f64 = 0.1;

/// Maximum number of steps between two reads of losses. In a browser, nothing else limits the
/// length of the GPU's queue.
const MAX_UNREAD_STEPS: usize = 64;

impl<H: Host, T: RunTask> Run<'_, H, T> {
    /// Calls [`read_and_report`](Self::read_and_report) on behalf of a command. Returns false if
    /// this ended the run.
    pub(super) async fn report(&mut self) -> bool {
        match self.read_and_report().await {
            Ok(goes_on) => goes_on,
            Err(error) => {
                self.fail(error);
                false
            }
        }
    }

    /// Reads the losses of the steps since the last call and emits them. Returns false if a loss is
    /// not finite, which ends the run.
    pub(super) async fn read_and_report(&mut self) -> Result<bool, EngineError> {
        if self.session.unread_losses() == 0 {
            return Ok(true);
        }
        let mut losses = self.session.read_losses().await?;
        let steps = losses.len();
        let first = self.session.step() + 1 - steps;
        let now = self.host.now();
        let seconds = now - self.training_since.unwrap_or(now);
        self.training_since = Some(now);
        self.steps_per_read = ((REPORT_INTERVAL_SECS * steps as f64 / seconds.max(1e-6)) as usize)
            .clamp(1, MAX_UNREAD_STEPS);
        let images = std::mem::take(&mut self.unread_images);
        self.throughput.record(images, seconds);
        self.previews.record_training(seconds);
        self.epoch_totals.images += images;
        self.epoch_totals.seconds += seconds;

        let first_broken = losses.iter().position(|loss| !loss.is_finite());
        losses.truncate(first_broken.unwrap_or(steps));
        self.epoch_totals.loss += losses.iter().map(|l| f64::from(*l)).sum::<f64>();
        self.epoch_totals.steps += losses.len();
        if let Some(correct) = self.session.take_correct() {
            *self.epoch_totals.correct.get_or_insert(0) += correct;
        }
        if !losses.is_empty() {
            self.host.emit(Event::Steps {
                run: self.id,
                first,
                losses,
                learning_rate: self.session.learning_rate(),
                timing: self.timing(),
            });
        }
        if let Some(place) = first_broken {
            self.diverge(&format!("The loss was no number any more at step {}", first + place));
        }
        Ok(first_broken.is_none())
    }

    pub(super) fn timing(&self) -> Timing {
        let session = &self.session;
        let epochs = session.total_steps() / session.steps_per_epoch();
        let images = epochs * session.task().examples();
        let share = 1.0 - session.step() as f64 / session.total_steps() as f64;
        let steps_left = session.total_steps() - session.step();
        let tests = steps_left.checked_div(session.config().test_every).unwrap_or(0);
        let evaluations = (epochs - session.epochs_done() + tests) as f64;
        Timing {
            images_per_second: self.throughput.images_per_second(),
            seconds_left: self.throughput.seconds_for((images as f64 * share) as usize)
                + evaluations * self.evaluation_secs,
        }
    }

    /// Ends the run as diverged and restores the network of the last finite evaluation.
    pub(super) fn diverge(&mut self, what: &str) {
        let restored = match self.session.rollback() {
            0 => "The network before training is back".to_owned(),
            epoch => format!("The network of epoch {epoch} is back"),
        };
        let sentence = format!(
            "{what}, so training stopped. {restored}. Reset the run and try a smaller learning rate."
        );
        self.stop();
        self.previews = PreviewSchedule::default();
        self.pending_preview = Some(PendingPreview::Current);
        self.state = RunState::Diverged;
        self.emit_error(Problem::new(ErrorCode::Diverged, sentence));
        self.emit_state();
    }

    /// Pauses the run after a device error and drops the pending work.
    pub(super) fn fail(&mut self, error: EngineError) {
        self.stop();
        self.emit_error(error.into());
        if !self.is_over() {
            self.state = RunState::Paused;
        }
        self.emit_state();
    }
}
