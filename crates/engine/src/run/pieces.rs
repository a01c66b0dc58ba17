//! The pieces of work that a run is made of.

use protocol::interpret::Checkpoint;
use protocol::{EpochReport, Event, RunState};

use super::{Goal, Look, Run, evaluation};
use crate::checkpoint::weights;
use crate::error::EngineError;
use crate::lab::{Answer, Lab};
use crate::serve::Host;

/// How long the look at the untrained network may hold up training, in seconds, and how long it
/// may be expected to. The first estimate includes a cold start, hence the difference.
const PATIENCE: f64 = 0.6;
const EXPECTED_PATIENCE: f64 = 5.0;

impl<H: Host, L: Lab> Run<'_, H, L> {
    pub(super) async fn show(&mut self, look: Look) -> Result<(), EngineError> {
        if look == Look::First {
            self.hand_over(true).await?;
        }
        let (step, start) = (self.session.step(), self.host.now());
        let resting = self.goal == Goal::Rest && !self.is_over();
        let event = match look {
            Look::Now if self.glimpses.shows(step) => None,
            Look::First | Look::Now => L::glimpse(&mut self.session, self.id, resting).await?,
        };
        // Showing is no training.
        self.since = None;
        if let Some(event) = event {
            // The first look includes a cold start and says nothing about the next.
            let seconds = self.host.now() - start;
            self.glimpses.made(step, if look == Look::First { 0.0 } else { seconds });
            self.host.emit(event);
        }
        Ok(())
    }

    pub(super) async fn answer(&mut self) -> Result<(), EngineError> {
        // Answering is no training: what was trained so far is told before.
        if !self.read_and_report().await? {
            return Ok(());
        }
        self.since = None;
        let Some(mut question) = self.questions.pop_front() else { return Ok(()) };
        match L::answer(&self.session, &mut question).await? {
            Some(Answer::Event(event)) => self.host.emit(event),
            Some(Answer::Refusal(problem)) => self.complain(problem),
            None => self.questions.push_front(question),
        }
        Ok(())
    }

    /// One stretch of the evaluation, or its figures.
    pub(super) async fn evaluate(&mut self) -> Result<(), EngineError> {
        let Some(mut evaluation) = self.evaluation.take() else { return Ok(()) };
        // Play does not wait long for the untrained network's figures.
        if evaluation.epoch == 0 && self.goal != Goal::Rest {
            let now = self.host.now();
            let waited = now - *self.waiting_since.get_or_insert(now);
            let left = evaluation.seconds_left().unwrap_or(0.0);
            if waited > PATIENCE || left > EXPECTED_PATIENCE {
                return Ok(());
            }
        }
        if let Some(range) = evaluation.next() {
            let start = self.host.now();
            L::evaluate(&self.session, range, &mut evaluation.figures).await?;
            evaluation.advance(self.host.now() - start);
            self.evaluation = Some(evaluation);
            return Ok(());
        }
        let (epoch, step) = (evaluation.epoch, self.session.step());
        self.evaluation_seconds = evaluation.seconds;
        let test = L::report(&self.session, evaluation.figures);
        let loss = test.loss();
        let made = std::mem::take(&mut self.epoch);
        if epoch > 0 && !loss.is_finite() {
            let sentence = format!(
                "The loss on the test set was no number any more after epoch {epoch} (step {step})"
            );
            self.diverge(&sentence);
            return Ok(());
        }
        if let Some(event) = L::glimpse_of(&self.session, self.id, &test) {
            self.glimpses.made(step, 0.0);
            self.host.emit(event);
        }
        let report = EpochReport {
            epoch,
            step,
            train_loss: (made.steps > 0).then(|| (made.loss / made.steps as f64) as f32),
            test,
            images_per_second: if made.seconds > 0.0 {
                made.images as f64 / made.seconds
            } else {
                0.0
            },
        };
        self.session.keep();
        self.host.emit(Event::Epoch { run: self.id, report });
        // The untrained network was handed over before anything else, however Play may hurry.
        if epoch > 0 {
            self.hand_over(true).await?;
        }
        Ok(())
    }

    /// Hands the weights over as they are, unless a loss that is read on the way ends the run.
    pub(super) async fn hand_over_now(&mut self) -> Result<(), EngineError> {
        if self.read_and_report().await? {
            // Whoever missed the end of an epoch gets its network here.
            let keep = self.session.step().is_multiple_of(self.session.steps_per_epoch());
            self.hand_over(keep).await?;
        }
        Ok(())
    }

    /// Hands the weights over, if anybody wants them. `keep` says that they are those of an epoch.
    async fn hand_over(&mut self, keep: bool) -> Result<(), EngineError> {
        if !self.host.wants_weights() {
            return Ok(());
        }
        let weights = weights(self.session.network()).await?;
        let (epoch, step) = (self.session.epochs_done(), self.session.step());
        self.host.hand_over(Checkpoint { run: self.id, epoch, step, keep, weights });
        // It is no training.
        self.since = None;
        Ok(())
    }

    /// Tells the state that follows a reached goal.
    pub(super) fn settle(&mut self) {
        self.settling = false;
        self.state = if self.session.step() >= self.session.total_steps() {
            RunState::Finished
        } else {
            RunState::Paused
        };
        self.tell();
    }

    pub(super) async fn train_towards(&mut self, target: usize) -> Result<(), EngineError> {
        if L::SHOWS_STEPS && self.session.step() + 1 == target {
            // Reads what was trained so far while its time still counts.
            return if self.read_and_report().await? { self.make_single(0).await } else { Ok(()) };
        }
        self.train();
        let reached = self.session.step() >= target;
        let epoch_end = self.session.is_epoch_end();
        let due = self.session.unread() >= self.stride;
        if (reached || epoch_end || due) && self.read_and_report().await? {
            self.after_step(reached);
            // The end of an epoch is shown by its evaluation.
            if !epoch_end && (reached || self.glimpses.is_due()) {
                self.look = Some(Look::Now);
            }
        }
        Ok(())
    }

    pub(super) async fn make_single(&mut self, more: usize) -> Result<(), EngineError> {
        let before = L::before_step(&mut self.session).await?;
        self.since = None;
        self.train();
        if !self.read_and_report().await? {
            return Ok(());
        }
        self.since = None;
        let event = L::after_step(&self.session, self.id, before).await?;
        self.glimpses.made(self.session.step(), 0.0);
        self.host.emit(event);
        self.goal = Goal::Singles(more);
        self.after_step(more == 0 || self.is_over());
        Ok(())
    }

    fn train(&mut self) {
        self.since.get_or_insert_with(|| self.host.now());
        self.unread_images += self.session.train();
    }

    fn after_step(&mut self, reached: bool) {
        if self.session.is_epoch_end() {
            self.evaluation = Some(evaluation(&self.session));
            self.since = None;
        }
        if reached {
            self.goal = Goal::Rest;
            self.settling = true;
            self.since = None;
        }
    }
}
