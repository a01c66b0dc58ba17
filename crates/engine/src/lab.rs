//! What the labs do differently while a run goes on: what they show of the network, how they look
//! at the test set, and which questions they answer.

use std::ops::Range;

use protocol::{ErrorCode, Event, Problem, RunId, TestReport};

use crate::error::EngineError;
use crate::session::{Learner, Session};

/// A lab, as far as [`crate::run::Run`] depends on it.
pub(crate) trait Lab: Learner + Sized {
    /// Test images that are looked at together: few enough for a quick Pause on the CPU, enough to
    /// keep a GPU busy.
    const STRETCH: usize;

    /// Whether a single step shows more than the network after it, so that the last step of a longer
    /// stretch is made like a single one.
    const SHOWS_STEPS: bool;

    /// What an evaluation gathers from the stretches.
    type Figures: Default;

    /// What is remembered of the network before a single step.
    type Before;

    /// Number of test images.
    fn test_images(&self) -> usize;

    /// Looks at a stretch of the test set.
    async fn evaluate(
        session: &Session<Self>,
        range: Range<usize>,
        figures: &mut Self::Figures,
    ) -> Result<(), EngineError>;

    /// The figures of the whole test set.
    fn report(session: &Session<Self>, figures: Self::Figures) -> TestReport;

    /// Remembers the network before a single step.
    async fn before_step(session: &mut Session<Self>) -> Result<Self::Before, EngineError>;

    /// Shows what the single step did.
    async fn after_step(
        session: &Session<Self>,
        run: RunId,
        before: Self::Before,
    ) -> Result<Event, EngineError>;

    /// Shows the network as it is; nothing where the lab has no such view. `resting` says that the
    /// run waits for its next step.
    async fn glimpse(
        session: &mut Session<Self>,
        run: RunId,
        resting: bool,
    ) -> Result<Option<Event>, EngineError>;

    /// The same from figures that were just made.
    fn glimpse_of(session: &Session<Self>, run: RunId, report: &TestReport) -> Option<Event>;

    /// Answers a question, or a part of it; no answer means that there is more to do.
    async fn answer(
        session: &Session<Self>,
        question: &mut Question,
    ) -> Result<Option<Answer>, EngineError>;
}

/// What the page wants to know about images that it sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Logits of one image.
    Prediction,
    /// Masks of slices.
    Masks,
    /// Feature maps of one slice.
    Features,
}

/// A question on its way.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) run: RunId,
    pub(crate) request: u32,
    pub(crate) wanted: Wanted,
    /// Gray values.
    pub(crate) pixels: Vec<u8>,
    /// Masks made so far.
    pub(crate) masks: Vec<u8>,
}

/// What a question led to.
#[derive(Debug)]
pub(crate) enum Answer {
    /// The answer.
    Event(Event),
    /// Why there is none.
    Refusal(Problem),
}

impl Answer {
    /// A refusal with its sentence.
    pub(crate) fn refusal(code: ErrorCode, sentence: impl ToString) -> Self {
        Answer::Refusal(Problem::new(code, sentence))
    }
}
