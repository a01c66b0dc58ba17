//! The present run: what it is after, and the piece of work that comes next.

mod pieces;
mod report;

use std::collections::VecDeque;

use model::{RunConfig, check_learning_rate};
use protocol::{Command, ErrorCode, Event, Problem, RunId, RunState};

use crate::evaluation::PendingEvaluation;
use crate::lab::{Lab, Question, Wanted};
use crate::pace::{Glimpses, Pace};
use crate::serve::Host;
use crate::session::Session;

/// What a run is after.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Goal {
    /// Nothing.
    Rest,
    /// That many single steps, each with a look at what it did.
    Singles(usize),
    /// Training until that many steps are made.
    Until(usize),
}

/// What is to be shown of the network before anything else is done.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Look {
    /// The untrained network of a new run.
    First,
    /// The network as it is.
    Now,
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
pub(crate) struct Run<'h, H, L: Lab> {
    id: RunId,
    host: &'h H,
    session: Session<L>,
    state: RunState,
    goal: Goal,
    /// A goal was reached, and the state that follows is not told yet.
    settling: bool,
    look: Option<Look>,
    /// Whether the weights are wanted as they are.
    handing_over: bool,
    questions: VecDeque<Question>,
    evaluation: Option<PendingEvaluation<L::Figures>>,
    evaluation_seconds: f64,
    /// Since when training waits for the untrained network's figures.
    waiting_since: Option<f64>,
    /// Steps between two reads of losses.
    stride: usize,
    /// Images of unread steps, and since when they have been trained on.
    unread_images: usize,
    since: Option<f64>,
    pace: Pace,
    glimpses: Glimpses,
    epoch: Epoch,
}

impl<'h, H: Host, L: Lab> Run<'h, H, L> {
    /// A run at step 0, paused, with a look at the network and at the test set to come.
    pub(crate) fn start(id: RunId, session: Session<L>, host: &'h H) -> Self {
        let run = Self {
            id,
            host,
            state: RunState::Paused,
            goal: Goal::Rest,
            settling: false,
            look: Some(Look::First),
            handing_over: false,
            questions: VecDeque::new(),
            evaluation: Some(evaluation(&session)),
            evaluation_seconds: 0.0,
            waiting_since: None,
            stride: 1,
            unread_images: 0,
            since: None,
            pace: Pace::default(),
            glimpses: Glimpses::default(),
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

    pub(crate) fn config(&self) -> &RunConfig {
        self.session.config()
    }

    /// Whether something else may be done before the run goes on: it rests or has not begun, and
    /// nobody waits for a look.
    pub(crate) fn can_wait(&self) -> bool {
        self.look.is_none()
            && !self.handing_over
            && self.questions.is_empty()
            && (self.goal == Goal::Rest || self.session.step() == 0)
    }

    pub(crate) fn has_work(&self) -> bool {
        self.look.is_some()
            || self.handing_over
            || !self.questions.is_empty()
            || self.evaluation.is_some()
            || self.settling
            || self.goal != Goal::Rest
    }

    /// Does what the page asks of this run, or takes note of it.
    pub(crate) async fn obey(&mut self, command: Command) {
        match command {
            Command::Play(_) => self.play(),
            Command::Pause(_) => self.pause().await,
            Command::Step(_) => self.step_once().await,
            Command::Epoch(_) => self.play_epoch(),
            Command::SendCheckpoint(_) => self.handing_over = self.host.wants_weights(),
            Command::SetLearningRate { value, .. } => self.set_learning_rate(value).await,
            Command::Predict { request, pixels, .. } => {
                self.ask(Wanted::Prediction, request, pixels);
            }
            Command::Segment { request, pixels, .. } => self.ask(Wanted::Masks, request, pixels),
            Command::Features { request, pixels, .. } => {
                self.ask(Wanted::Features, request, pixels);
            }
            // Not for a run.
            Command::LoadData { .. } | Command::Configure { .. } | Command::Benchmark(_) => {}
        }
    }

    /// Trains to the end of the run.
    fn play(&mut self) {
        self.aim(self.session.total_steps());
    }

    /// Trains to the end of the epoch that the next step belongs to.
    fn play_epoch(&mut self) {
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

    /// Makes one step with a look at what it did, then rests.
    async fn step_once(&mut self) {
        if self.is_over() {
            return self.tell();
        }
        if self.report().await {
            // Quick presses add up.
            self.goal = match self.goal {
                Goal::Singles(more) => Goal::Singles(more + 1),
                _ => Goal::Singles(1),
            };
            self.settling = false;
        }
    }

    /// Rests. An evaluation that is under way comes to its end.
    async fn pause(&mut self) {
        if self.is_over() || !self.report().await {
            return;
        }
        self.goal = Goal::Rest;
        self.settling = false;
        self.since = None;
        // An evaluation under way will show it.
        if self.evaluation.is_none() {
            self.look.get_or_insert(Look::Now);
        }
        self.become_state(RunState::Paused);
    }

    /// Uses another learning rate from the next step on.
    async fn set_learning_rate(&mut self, value: f64) {
        if let Err(error) = check_learning_rate(value) {
            self.complain(Problem::new(ErrorCode::BadConfig, error));
        } else if self.report().await {
            // Steps made so far are reported with the rate that they were made with.
            self.session.set_learning_rate(value);
        }
    }

    fn ask(&mut self, wanted: Wanted, request: u32, pixels: Vec<u8>) {
        let (run, masks) = (self.id, Vec::new());
        self.questions.push_back(Question { run, request, wanted, pixels, masks });
    }

    /// Does one piece of work.
    pub(crate) async fn work(&mut self) {
        let result = if let Some(look) = self.look.take() {
            self.show(look).await
        } else if std::mem::take(&mut self.handing_over) {
            self.hand_over_now().await
        } else if !self.questions.is_empty() {
            self.answer().await
        } else if self.evaluation.is_some() {
            self.evaluate().await
        } else if self.settling {
            self.settle();
            Ok(())
        } else {
            match self.goal {
                Goal::Rest => Ok(()),
                Goal::Singles(more) => self.make_single(more - 1).await,
                Goal::Until(step) => self.train_towards(step).await,
            }
        };
        if let Err(error) = result {
            self.fail(error);
        }
    }

    fn rest(&mut self) {
        self.goal = Goal::Rest;
        self.settling = false;
        self.look = None;
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
}

/// An evaluation of the network as it is.
fn evaluation<L: Lab>(session: &Session<L>) -> PendingEvaluation<L::Figures> {
    let images = session.learner().test_images();
    PendingEvaluation::new(session.epochs_done(), images, L::STRETCH, L::Figures::default())
}
