//! What a run tells of its steps, and how it ends before its time.

use protocol::{ErrorCode, Event, Problem, RunState, Timing};

use super::{Look, Run};
use crate::error::EngineError;
use crate::lab::Lab;
use crate::pace::Glimpses;
use crate::serve::Host;

/// Seconds between two reports while training.
const REPORT_EVERY: f64 = 0.1;

/// Most steps between two reads of losses: nothing else bounds a GPU's queue in a browser.
const MOST_UNREAD: usize = 64;

impl<H: Host, L: Lab> Run<'_, H, L> {
    /// [`read_and_report`](Self::read_and_report) for commands: false when the run ended over it.
    pub(super) async fn report(&mut self) -> bool {
        match self.read_and_report().await {
            Ok(good) => good,
            Err(error) => {
                self.fail(error);
                false
            }
        }
    }

    /// Reads the losses of the steps made since the last time and tells them. False when one of
    /// them is no number: the run has ended then.
    pub(super) async fn read_and_report(&mut self) -> Result<bool, EngineError> {
        if self.session.unread() == 0 {
            return Ok(true);
        }
        let mut losses = self.session.read_losses().await?;
        let steps = losses.len();
        let first = self.session.step() + 1 - steps;
        let now = self.host.now();
        let seconds = now - self.since.unwrap_or(now);
        self.since = Some(now);
        self.stride =
            ((REPORT_EVERY * steps as f64 / seconds.max(1e-6)) as usize).clamp(1, MOST_UNREAD);
        let images = std::mem::take(&mut self.unread_images);
        self.pace.add(images, seconds);
        self.glimpses.trained(seconds);
        self.epoch.images += images;
        self.epoch.seconds += seconds;

        let broken = losses.iter().position(|loss| !loss.is_finite());
        losses.truncate(broken.unwrap_or(steps));
        self.epoch.loss += losses.iter().map(|l| f64::from(*l)).sum::<f64>();
        self.epoch.steps += losses.len();
        if !losses.is_empty() {
            self.host.emit(Event::Steps {
                run: self.id,
                first,
                losses,
                learning_rate: self.session.learning_rate(),
                timing: self.timing(),
            });
        }
        if let Some(place) = broken {
            self.diverge(&format!("The loss was no number any more at step {}", first + place));
        }
        Ok(broken.is_none())
    }

    pub(super) fn timing(&self) -> Timing {
        let session = &self.session;
        let epochs = session.total_steps() / session.steps_per_epoch();
        let images = epochs * session.learner().examples();
        let share = 1.0 - session.step() as f64 / session.total_steps() as f64;
        let evaluations = (epochs - session.epochs_done()) as f64;
        Timing {
            images_per_second: self.pace.rate(),
            seconds_left: self.pace.seconds_for((images as f64 * share) as usize)
                + evaluations * self.evaluation_seconds,
        }
    }

    /// Ends the run with the weights of the last good epoch.
    pub(super) fn diverge(&mut self, what: &str) {
        let kept = match self.session.restore() {
            0 => "The untrained network is back".to_owned(),
            epoch => format!("The network of epoch {epoch} is back"),
        };
        let sentence = format!(
            "{what}, so training stopped. {kept}. Reset the run and try a smaller learning rate."
        );
        self.rest();
        self.glimpses = Glimpses::default();
        self.look = Some(Look::Now);
        self.state = RunState::Diverged;
        self.complain(Problem::new(ErrorCode::Diverged, sentence));
        self.tell();
    }

    /// The device gave up. What it was asked for is dropped.
    pub(super) fn fail(&mut self, error: EngineError) {
        self.rest();
        self.complain(error.into());
        if !self.is_over() {
            self.state = RunState::Paused;
        }
        self.tell();
    }
}
