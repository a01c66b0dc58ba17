//! The active run: a training session, the command being executed, and the pending work.

mod classification;
mod early_stopping;
mod report;
mod schedule;
mod segmentation;
mod step_traces;
mod step_watch;
mod task;
mod team_trial;
mod test;
mod work;

use std::collections::VecDeque;
use std::rc::Rc;

use model::{RunConfig, check_learning_rate};
use protocol::{Command, ErrorCode, Event, Problem, RunId, RunState};

use crate::evaluation::{EvaluationPoint, PendingEvaluation};
use crate::host::Host;
use crate::training::Session;
use schedule::{PreviewSchedule, Throughput};
use step_watch::StepWatch;
use task::{InferenceKind, InferenceRequest};
use team_trial::TeamTrial;

pub(crate) use task::RunTask;

/// Goal of the command being executed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Goal {
    /// No training.
    Idle,
    /// This many single steps, each with a preview.
    SingleSteps(usize),
    /// Training up to this step.
    UntilStep(usize),
}

/// A preview to be computed before any other work.
#[derive(Clone, Copy, Debug, PartialEq)]
enum PendingPreview {
    /// Preview of the untrained network of a new run.
    Initial,
    /// Preview of the current network.
    Current,
}

/// Totals of the epoch in progress.
#[derive(Debug, Default)]
struct EpochTotals {
    loss: f64,
    steps: usize,
    /// Number of images that were classified correctly, if the task counts them.
    correct: Option<usize>,
    /// Number of images in the steps whose losses are in `loss`.
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
    /// Whether the run ended before its last epoch because the loss in evaluation stayed higher.
    stopped_early: bool,
    /// Whether a goal was reached and the resulting state has not been emitted yet.
    goal_reached: bool,
    pending_preview: Option<PendingPreview>,
    /// Whether a checkpoint of the current network was requested.
    checkpoint_requested: bool,
    /// Whether the page asked for the current weights.
    weights_requested: bool,
    /// The watched unit and the gradients of the step shown.
    step_watch: StepWatch<T::LookAhead>,
    team_trial: TeamTrial,
    inference_requests: VecDeque<InferenceRequest>,
    evaluation: Option<PendingEvaluation<T::HeldOut, T::Accumulator>>,
    /// A test set that was opened and is to be evaluated.
    opened_test_set: Option<Rc<T::HeldOut>>,
    /// Whether an evaluation of the current network was requested.
    test_requested: bool,
    /// Duration of the last evaluation, in seconds.
    evaluation_secs: f64,
    /// Time at which training started to wait for the evaluation of the untrained network.
    waiting_since: Option<f64>,
    /// Number of steps between two reads of losses.
    steps_per_read: usize,
    /// Number of images in the steps whose losses have not been read.
    unread_images: usize,
    /// Time at which the first of these steps was started.
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
            stopped_early: false,
            goal_reached: false,
            pending_preview: Some(PendingPreview::Initial),
            checkpoint_requested: false,
            weights_requested: false,
            step_watch: StepWatch::default(),
            team_trial: TeamTrial::default(),
            inference_requests: VecDeque::new(),
            evaluation: Some(plan_epoch_evaluation(&session)),
            opened_test_set: None,
            test_requested: false,
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
    /// checkpoint, step trace or inference is pending.
    pub(crate) fn can_wait(&self) -> bool {
        self.pending_preview.is_none()
            && !self.checkpoint_requested
            && !self.weights_requested
            && !self.step_watch.has_work()
            && self.inference_requests.is_empty()
            && (self.goal == Goal::Idle || self.session.step() == 0)
    }

    /// Returns whether [`Run::work`] has anything to do.
    pub(crate) fn has_work(&self) -> bool {
        self.pending_preview.is_some()
            || self.checkpoint_requested
            || self.weights_requested
            || self.step_watch.has_work()
            || !self.inference_requests.is_empty()
            || self.evaluation.is_some()
            || self.opened_test_set.is_some()
            || self.test_requested
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
            Command::Test(_) => self.request_test(),
            Command::RestoreBest(_) => self.restore_best(),
            Command::OpenTestSet { dataset, .. } => self.open_test_set(dataset),
            Command::SendCheckpoint(_) => self.checkpoint_requested = self.host.wants_checkpoints(),
            Command::SendWeights(_) => self.weights_requested = true,
            Command::SetLearningRate { value, .. } => self.set_learning_rate(value).await,
            Command::WatchStep { unit, .. } => self.watch_step(unit),
            Command::LookAhead(_) => self.step_watch.request_next(),
            Command::Predict { request, pixels, .. } => {
                self.queue_inference(InferenceKind::Prediction, request, pixels);
            }
            Command::Segment { request, size, pixels, .. } => {
                // Only the latest masks are shown, and those of large slices take seconds.
                self.inference_requests.retain(|open| open.kind == InferenceKind::Prediction);
                self.queue_inference(InferenceKind::Masks { size }, request, pixels);
            }
            // Not commands to a run.
            Command::LoadData { .. } | Command::Configure { .. } | Command::Benchmark(_) => {}
        }
    }

    /// Trains to the end of the run.
    fn play(&mut self) {
        self.train_until(self.session.total_steps());
    }

    /// Trains to the end of the current epoch.
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
            // Repeated commands add up.
            self.goal = match self.goal {
                Goal::SingleSteps(remaining) => Goal::SingleSteps(remaining + 1),
                _ => Goal::SingleSteps(1),
            };
            self.goal_reached = false;
        }
    }

    /// Pauses training. An evaluation in progress is still completed.
    async fn pause(&mut self) {
        if self.is_over() || !self.report().await {
            return;
        }
        self.goal = Goal::Idle;
        self.goal_reached = false;
        self.training_since = None;
        // An evaluation in progress ends with a preview anyway.
        if self.evaluation.is_none() {
            self.pending_preview.get_or_insert(PendingPreview::Current);
        }
        self.set_state(RunState::Paused);
    }

    async fn set_learning_rate(&mut self, value: f64) {
        if let Err(error) = check_learning_rate(value) {
            self.emit_error(Problem::new(ErrorCode::BadConfig, error));
        } else if self.report().await {
            // Completed steps have been reported with the learning rate that they used.
            self.session.set_learning_rate(value);
            self.renew_next_trace();
        }
    }

    fn queue_inference(&mut self, kind: InferenceKind, id: u32, pixels: Vec<u8>) {
        self.inference_requests.push_back(InferenceRequest {
            run: self.id,
            id,
            kind,
            pixels,
            masks: Vec::new(),
            windows: None,
        });
    }

    /// Does one piece of work.
    pub(crate) async fn work(&mut self) {
        let result = if let Some(preview) = self.pending_preview.take() {
            self.show_preview(preview).await
        } else if std::mem::take(&mut self.checkpoint_requested) {
            self.send_requested_checkpoint().await
        } else if std::mem::take(&mut self.weights_requested) {
            self.send_weights().await
        } else if self.step_watch.has_work() {
            self.send_requested_traces().await
        } else if !self.inference_requests.is_empty() {
            self.infer().await
        } else if self.evaluation.is_some() {
            self.evaluate().await
        } else if self.opened_test_set.is_some() {
            self.start_test_set().await
        } else if self.can_start_test() {
            self.start_test().await
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

    /// Clears the goal and all pending work except inference.
    fn stop(&mut self) {
        self.goal = Goal::Idle;
        self.goal_reached = false;
        self.pending_preview = None;
        self.evaluation = None;
        self.opened_test_set = None;
        self.test_requested = false;
        self.step_watch.clear();
        self.unread_images = 0;
        self.training_since = None;
    }

    /// Returns whether the run has ended, so that no further step is possible.
    fn is_over(&self) -> bool {
        self.state == RunState::Diverged
            || self.stopped_early
            || self.session.step() >= self.session.total_steps()
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

/// Creates the evaluation at the end of the current epoch.
fn plan_epoch_evaluation<T: RunTask>(
    session: &Session<T>,
) -> PendingEvaluation<T::HeldOut, T::Accumulator> {
    let point = EvaluationPoint::EpochEnd(session.epochs_done());
    plan_evaluation::<T>(session.task().evaluated(), point)
}

/// Creates an evaluation of the current network.
fn plan_evaluation<T: RunTask>(
    on: Rc<T::HeldOut>,
    at: EvaluationPoint,
) -> PendingEvaluation<T::HeldOut, T::Accumulator> {
    let images = T::count(&on);
    PendingEvaluation::new(at, on, images, T::EVAL_BATCH, T::Accumulator::default())
}
