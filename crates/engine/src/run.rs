//! The present run: what it is after, and the piece of work that comes next.

use protocol::{
    EpochReport, ErrorCode, Event, ImageRef, Lens, LensPhase, Problem, RunId, RunState, Split,
    Timing,
};

use crate::error::EngineError;
use crate::evaluation::{PendingEvaluation, mean_cross_entropy};
use crate::pace::Pace;
use crate::serve::Host;
use crate::session::Session;

/// Seconds between two reports while training.
const REPORT_EVERY: f64 = 0.1;

/// Most steps between two reads of losses: nothing else bounds a GPU's queue in a browser.
const MOST_UNREAD: usize = 64;

/// How long the look at the untrained network may hold up training, in seconds, and how long it
/// may be expected to. The first estimate includes a cold start, hence the difference.
const PATIENCE: f64 = 0.6;
const EXPECTED_PATIENCE: f64 = 5.0;

/// What a run is after.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Goal {
    /// Nothing.
    Rest,
    /// That many steps with the lens on them.
    LensSteps(usize),
    /// Training until that many steps are made.
    Until(usize),
}

/// Figures of the epoch being made.
#[derive(Debug, Default)]
struct Epoch {
    loss: f64,
    steps: usize,
    images: usize,
    seconds: f64,
}

/// A session with a will.
pub(crate) struct Run<'h, H> {
    id: RunId,
    host: &'h H,
    session: Session,
    state: RunState,
    goal: Goal,
    /// A goal was reached, and the state that follows is not told yet.
    settling: bool,
    /// The batch of step 1 is to be shown.
    first_look: bool,
    evaluation: Option<PendingEvaluation>,
    evaluation_seconds: f64,
    /// Since when training waits for the untrained network's figures.
    waiting_since: Option<f64>,
    /// Steps between two reads of losses.
    stride: usize,
    /// Images of unread steps, and since when they have been trained on.
    unread_images: usize,
    since: Option<f64>,
    pace: Pace,
    epoch: Epoch,
}

impl<'h, H: Host> Run<'h, H> {
    /// A run at step 0, paused, with a look at the first batch and at the test set to come.
    pub(crate) fn start(id: RunId, session: Session, host: &'h H) -> Self {
        let data = session.data();
        let run = Self {
            id,
            host,
            state: RunState::Paused,
            goal: Goal::Rest,
            settling: false,
            first_look: true,
            evaluation: Some(PendingEvaluation::new(0, data.test.labels.len(), data.classes)),
            evaluation_seconds: 0.0,
            waiting_since: None,
            stride: 1,
            unread_images: 0,
            since: None,
            pace: Pace::default(),
            epoch: Epoch::default(),
            session,
        };
        host.emit(Event::RunReady {
            run: id,
            parameters: run.session.parameters(),
            steps_per_epoch: run.session.steps_per_epoch(),
        });
        run.tell();
        run
    }

    pub(crate) fn id(&self) -> RunId {
        self.id
    }

    pub(crate) fn has_work(&self) -> bool {
        self.first_look || self.evaluation.is_some() || self.settling || self.goal != Goal::Rest
    }

    /// Trains to the end of the run.
    pub(crate) fn play(&mut self) {
        self.aim(self.session.total_steps());
    }

    /// Trains to the end of the epoch that the next step belongs to.
    pub(crate) fn play_epoch(&mut self) {
        let end = (self.session.epochs_done() + 1) * self.session.steps_per_epoch();
        self.aim(end);
    }

    fn aim(&mut self, step: usize) {
        if self.is_over() {
            return self.tell();
        }
        self.goal = Goal::Until(step);
        self.settling = false;
        self.become_state(RunState::Running);
    }

    /// Makes one step with the lens on it, then rests.
    pub(crate) async fn step_once(&mut self) {
        if self.is_over() {
            return self.tell();
        }
        if self.report().await {
            // Quick presses add up.
            self.goal = match self.goal {
                Goal::LensSteps(more) => Goal::LensSteps(more + 1),
                _ => Goal::LensSteps(1),
            };
            self.settling = false;
        }
    }

    /// Rests. An evaluation that is under way comes to its end.
    pub(crate) async fn pause(&mut self) {
        if self.is_over() || !self.report().await {
            return;
        }
        self.goal = Goal::Rest;
        self.settling = false;
        self.since = None;
        self.become_state(RunState::Paused);
    }

    /// Uses another learning rate from the next step on.
    pub(crate) async fn set_learning_rate(&mut self, value: f64) {
        // Steps made so far are reported with the rate that they were made with.
        if self.report().await {
            self.session.set_learning_rate(value);
        }
    }

    /// Answers with the logits of one image.
    pub(crate) async fn predict(&mut self, request: u32, pixels: &[u8]) {
        match self.session.predict(pixels).await {
            Ok(logits) => self.host.emit(Event::Prediction { run: self.id, request, logits }),
            Err(error) => self.fail(error),
        }
    }

    /// Does one piece of work.
    pub(crate) async fn work(&mut self) {
        let result = if self.first_look {
            self.first_look = false;
            self.look_at_first_batch().await
        } else if self.evaluation.is_some() {
            self.evaluate().await
        } else if self.settling {
            self.settle();
            Ok(())
        } else {
            match self.goal {
                Goal::Rest => Ok(()),
                Goal::LensSteps(more) => self.step_under_lens(more - 1).await,
                Goal::Until(step) => self.train_towards(step).await,
            }
        };
        if let Err(error) = result {
            self.fail(error);
        }
    }

    async fn look_at_first_batch(&mut self) -> Result<(), EngineError> {
        // A run that already trains has no batch to wait with.
        if self.goal != Goal::Rest {
            return Ok(());
        }
        let batch = self.session.next_batch();
        let logits = self.session.train_logits(&batch).await?;
        self.emit_lens(&batch, logits, 1, LensPhase::Next);
        Ok(())
    }

    async fn evaluate(&mut self) -> Result<(), EngineError> {
        let Some(evaluation) = &mut self.evaluation else { return Ok(()) };
        // Play does not wait long for the untrained network's figures.
        if evaluation.epoch == 0 && self.goal != Goal::Rest {
            let now = self.host.now();
            let waited = now - *self.waiting_since.get_or_insert(now);
            let left = evaluation.seconds_left().unwrap_or(0.0);
            if waited > PATIENCE || left > EXPECTED_PATIENCE {
                self.evaluation = None;
                return Ok(());
            }
        }
        if let Some(range) = evaluation.next() {
            let start = self.host.now();
            let logits = self.session.test_logits(range).await?;
            evaluation.add(&logits, self.host.now() - start);
            return Ok(());
        }
        let test = evaluation.finish(&self.session.data().test.labels);
        let (epoch, loss) = (evaluation.epoch, test.loss);
        self.evaluation_seconds = evaluation.seconds;
        self.evaluation = None;
        let made = std::mem::take(&mut self.epoch);
        if epoch > 0 && !loss.is_finite() {
            let sentence = format!(
                "The loss on the test set was no number any more after epoch {epoch} (step {})",
                self.session.step()
            );
            self.diverge(&sentence);
            return Ok(());
        }
        let report = EpochReport {
            epoch,
            step: self.session.step(),
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
        Ok(())
    }

    /// Tells the state that follows a reached goal.
    fn settle(&mut self) {
        self.settling = false;
        self.state = if self.session.step() >= self.session.total_steps() {
            RunState::Finished
        } else {
            RunState::Paused
        };
        self.tell();
    }

    async fn train_towards(&mut self, target: usize) -> Result<(), EngineError> {
        self.train();
        let reached = self.session.step() >= target;
        let epoch_end = self.session.is_epoch_end();
        let due = self.session.unread() >= self.stride;
        if (reached || epoch_end || due) && self.read_and_report().await? {
            self.after_step(reached);
        }
        Ok(())
    }

    async fn step_under_lens(&mut self, more: usize) -> Result<(), EngineError> {
        let batch = self.session.next_batch();
        let before = self.session.train_logits(&batch).await?;
        self.since = None;
        self.train();
        if !self.read_and_report().await? {
            return Ok(());
        }
        self.since = None;
        let logits_after = self.session.train_logits(&batch).await?;
        let (classes, labels) = (self.session.data().classes, self.labels(&batch));
        let loss_after = mean_cross_entropy(&logits_after, &labels, classes);
        let phase = LensPhase::Stepped { logits_after, loss_after };
        self.emit_lens(&batch, before, self.session.step(), phase);
        self.goal = Goal::LensSteps(more);
        self.after_step(more == 0 || self.is_over());
        Ok(())
    }

    fn train(&mut self) {
        self.since.get_or_insert_with(|| self.host.now());
        self.unread_images += self.session.train();
    }

    fn after_step(&mut self, reached: bool) {
        if self.session.is_epoch_end() {
            let data = self.session.data();
            let epoch = self.session.epochs_done();
            self.evaluation =
                Some(PendingEvaluation::new(epoch, data.test.labels.len(), data.classes));
            self.since = None;
        }
        if reached {
            self.goal = Goal::Rest;
            self.settling = true;
            self.since = None;
        }
    }

    /// [`read_and_report`](Self::read_and_report) for commands: false when the run ended over it.
    async fn report(&mut self) -> bool {
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
    async fn read_and_report(&mut self) -> Result<bool, EngineError> {
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

    fn timing(&self) -> Timing {
        let session = &self.session;
        let epochs = session.total_steps() / session.steps_per_epoch();
        let images = epochs * session.data().train.labels.len();
        let share = 1.0 - session.step() as f64 / session.total_steps() as f64;
        let evaluations = (epochs - session.epochs_done()) as f64;
        Timing {
            images_per_second: self.pace.rate(),
            seconds_left: self.pace.seconds_for((images as f64 * share) as usize)
                + evaluations * self.evaluation_seconds,
        }
    }

    /// Ends the run with the weights of the last good epoch.
    fn diverge(&mut self, what: &str) {
        let kept = match self.session.restore() {
            0 => "The untrained network is back".to_owned(),
            epoch => format!("The network of epoch {epoch} is back"),
        };
        let sentence = format!(
            "{what}, so training stopped. {kept}. Reset the run and try a smaller learning rate."
        );
        self.rest();
        self.state = RunState::Diverged;
        self.complain(Problem::new(ErrorCode::Diverged, sentence));
        self.tell();
    }

    /// The device gave up. What it was asked for is dropped.
    fn fail(&mut self, error: EngineError) {
        self.rest();
        self.complain(error.into());
        if !self.is_over() {
            self.state = RunState::Paused;
        }
        self.tell();
    }

    fn rest(&mut self) {
        self.goal = Goal::Rest;
        self.settling = false;
        self.first_look = false;
        self.evaluation = None;
        self.unread_images = 0;
        self.since = None;
    }

    /// Whether no step can follow.
    fn is_over(&self) -> bool {
        self.state == RunState::Diverged || self.session.step() >= self.session.total_steps()
    }

    fn become_state(&mut self, state: RunState) {
        if self.state != state {
            self.state = state;
            self.tell();
        }
    }

    fn tell(&self) {
        let step = self.session.step();
        self.host.emit(Event::State { run: self.id, state: self.state, step });
    }

    fn complain(&self, problem: Problem) {
        self.host.emit(Event::Error { run: Some(self.id), problem });
    }

    fn labels(&self, batch: &[usize]) -> Vec<u8> {
        batch.iter().map(|index| self.session.data().train.labels[*index]).collect()
    }

    fn emit_lens(&self, batch: &[usize], logits: Vec<f32>, step: usize, phase: LensPhase) {
        let labels = self.labels(batch);
        let lens = Lens {
            step,
            images: batch
                .iter()
                .map(|index| ImageRef { split: Split::Train, index: *index })
                .collect(),
            loss_before: mean_cross_entropy(&logits, &labels, self.session.data().classes),
            labels,
            logits_before: logits,
            phase,
        };
        self.host.emit(Event::Lens { run: self.id, lens });
    }
}
