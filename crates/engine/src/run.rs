//! The active run: a training session, the command being executed, and the pending work.

mod classification;
mod report;
mod schedule;
mod segmentation;
mod task;
mod work;

use std::collections::VecDeque;

use model::{RunConfig, check_learning_rate};
use protocol::{Command, ErrorCode, Event, Problem, RunId, RunState};

use crate::evaluation::PendingEvaluation;
use crate::host::Host;
use crate::training::Session;
use schedule::{PreviewSchedule, Throughput};
use task::{InferenceKind, InferenceRequest};

pub(crate) use task::RunTask;

/// What the command being executed asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Goal {
    /// No training.
    Idle,
    /// That many single steps, each with a preview.
    SingleSteps(usize),
    /// Training up to that step.
    UntilStep(usize),
}

/// A preview to be computed before any other work.
#[derive(Clone, Copy, Debug, PartialEq)]
enum PendingPreview {
    /// Of the untrained network of a new run.
    Initial,
    /// Of the network as it is.
    Current,
}

/// Totals of the epoch in progress.
#[derive(Debug, Default)]
struct EpochTotals {
    loss: f64,
    steps: usize,
    images: usize,
    seconds: f64,
}

/// A training session, the command it executes, and its pending work.
pub(crate) struct Run<'h, H, T: RunTask> {
    id: RunId,
    host: &'h H,
    session: Session<T>,
    state: RunState,
    goal: Goal,
    /// Whether a goal was reached whose state has not been emitted yet.
    goal_reached: bool,
    pending_preview: Option<PendingPreview>,
    /// Whether a checkpoint of the network as it is was requested.
    checkpoint_requested: bool,
    inference_requests: VecDeque<InferenceRequest>,
    evaluation: Option<PendingEvaluation<T::Accumulator>>,
    /// Seconds that the last evaluation took.
    evaluation_secs: f64,
    /// Time since which training waits for the evaluation of the untrained network.
    waiting_since: Option<f64>,
    /// Steps between two reads of losses.
    steps_per_read: usize,
    /// Images of the steps whose losses are unread.
    unread_images: usize,
    /// Time since which these steps are being made.
    training_since: Option<f64>,
    throughput: Throughput,
    previews: PreviewSchedule,
    epoch_totals: EpochTotals,
}

impl<'h, H: Host, T: RunTask> Run<'h, H, T> {
    /// Starts a run at step 0, paused, with a preview and an evaluation pending.
    pub(crate) fn start(id: RunId, session: Session<T>, host: &'h H) -> Self {
        let run = Self {
            id,
            host,
            state: RunState::Paused,
            goal: Goal::Idle,
            goal_reached: false,
            pending_preview: Some(PendingPreview::Initial),
            checkpoint_requested: false,
            inference_requests: VecDeque::new(),
            evaluation: Some(plan_evaluation(&session)),
            evaluation_secs: 0.0,
            waiting_since: None,
            steps_per_read: 1,
            unread_images: 0,
            training_since: None,
            throughput: Throughput::default(),
            previews: PreviewSchedule::default(),
            epoch_totals: EpochTotals::default(),
            session,
        };
        host.emit(Event::RunReady {
            run: id,
            parameters: run.session.parameter_count(),
            steps_per_epoch: run.session.steps_per_epoch(),
        });
        run.emit_state();
        run
    }

    pub(crate) fn id(&self) -> RunId {
        self.id
    }

    pub(crate) fn config(&self) -> &RunConfig {
        self.session.config()
    }

    /// Returns whether other work may be done first: the run is idle or at step 0, and no preview,
    /// checkpoint or inference is pending.
    pub(crate) fn can_wait(&self) -> bool {
        self.pending_preview.is_none()
            && !self.checkpoint_requested
            && self.inference_requests.is_empty()
            && (self.goal == Goal::Idle || self.session.step() == 0)
    }

    /// Returns whether [`Run::work`] has something to do.
    pub(crate) fn has_work(&self) -> bool {
        self.pending_preview.is_some()
            || self.checkpoint_requested
            || !self.inference_requests.is_empty()
            || self.evaluation.is_some()
            || self.goal_reached
            || self.goal != Goal::Idle
    }

    /// Executes a command to this run, or queues its work.
    pub(crate) async fn handle(&mut self, command: Command) {
        match command {
            Command::Play(_) => self.play(),
            Command::Pause(_) => self.pause().await,
            Command::Step(_) => self.step_once().await,
            Command::Epoch(_) => self.play_epoch(),
            Command::SendCheckpoint(_) => self.checkpoint_requested = self.host.wants_checkpoints(),
            Command::SetLearningRate { value, .. } => self.set_learning_rate(value).await,
            Command::Predict { request, pixels, .. } => {
                self.queue_inference(InferenceKind::Prediction, request, pixels);
            }
            Command::Segment { request, pixels, .. } => {
                self.queue_inference(InferenceKind::Masks, request, pixels);
            }
            // Not commands to a run.
            Command::LoadData { .. } | Command::Configure { .. } | Command::Benchmark(_) => {}
        }
    }

    /// Trains to the end of the run.
    fn play(&mut self) {
        self.train_until(self.session.total_steps());
    }

    /// Trains to the end of the epoch of the next step.
    fn play_epoch(&mut self) {
        let end = (self.session.epochs_done() + 1) * self.session.steps_per_epoch();
        self.train_until(end);
    }

    fn train_until(&mut self, step: usize) {
        if self.is_over() {
            return self.emit_state();
        }
        self.goal = Goal::UntilStep(step);
        self.goal_reached = false;
        self.set_state(RunState::Running);
    }

    /// Makes one step with a preview, then pauses.
    async fn step_once(&mut self) {
        if self.is_over() {
            return self.emit_state();
        }
        if self.report().await {
            // Quick presses add up.
            self.goal = match self.goal {
                Goal::SingleSteps(remaining) => Goal::SingleSteps(remaining + 1),
                _ => Goal::SingleSteps(1),
            };
            self.goal_reached = false;
        }
    }

    /// Pauses training. An evaluation in progress is completed.
    async fn pause(&mut self) {
        if self.is_over() || !self.report().await {
            return;
        }
        self.goal = Goal::Idle;
        self.goal_reached = false;
        self.training_since = None;
        // An evaluation in progress ends with a preview.
        if self.evaluation.is_none() {
            self.pending_preview.get_or_insert(PendingPreview::Current);
        }
        self.set_state(RunState::Paused);
    }

    async fn set_learning_rate(&mut self, value: f64) {
        if let Err(error) = check_learning_rate(value) {
            self.emit_error(Problem::new(ErrorCode::BadConfig, error));
        } else if self.report().await {
            // Steps made so far have been reported with the rate that they were made with.
            self.session.set_learning_rate(value);
        }
    }

    fn queue_inference(&mut self, kind: InferenceKind, id: u32, pixels: Vec<u8>) {
        let (run, masks) = (self.id, Vec::new());
        self.inference_requests.push_back(InferenceRequest { run, id, kind, pixels, masks });
    }

    /// Does one piece of work.
    pub(crate) async fn work(&mut self) {
        let result = if let Some(preview) = self.pending_preview.take() {
            self.show_preview(preview).await
        } else if std::mem::take(&mut self.checkpoint_requested) {
            self.send_requested_checkpoint().await
        } else if !self.inference_requests.is_empty() {
            self.infer().await
        } else if self.evaluation.is_some() {
            self.evaluate().await
        } else if self.goal_reached {
            self.finish_goal();
            Ok(())
        } else {
            match self.goal {
                Goal::Idle => Ok(()),
                Goal::SingleSteps(remaining) => self.train_single_step(remaining - 1).await,
                Goal::UntilStep(step) => self.train_towards(step).await,
            }
        };
        if let Err(error) = result {
            self.fail(error);
        }
    }

    /// Drops the goal and all pending work but inference.
    fn stop(&mut self) {
        self.goal = Goal::Idle;
        self.goal_reached = false;
        self.pending_preview = None;
        self.evaluation = None;
        self.unread_images = 0;
        self.training_since = None;
    }

    /// Returns whether no step can follow.
    fn is_over(&self) -> bool {
        self.state == RunState::Diverged || self.session.step() >= self.session.total_steps()
    }

    fn set_state(&mut self, state: RunState) {
        if self.state != state {
            self.state = state;
            self.emit_state();
        }
    }

    fn emit_state(&self) {
        let step = self.session.step();
        self.host.emit(Event::State { run: self.id, state: self.state, step });
    }

    fn emit_error(&self, problem: Problem) {
        self.host.emit(Event::Error { run: Some(self.id), problem });
    }
}

/// Plans an evaluation of the network as it is.
fn plan_evaluation<T: RunTask>(session: &Session<T>) -> PendingEvaluation<T::Accumulator> {
    let (epoch, images) = (session.epochs_done(), session.task().test_images());
    PendingEvaluation::new(epoch, images, T::EVAL_BATCH, T::Accumulator::default())
}
