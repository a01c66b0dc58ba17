//! The operations of a run that differ between the two labs: evaluation, previews, inference.

use std::ops::Range;
use std::rc::Rc;

use data::Dataset;
use protocol::interpret::UnitRef;
use protocol::{ErrorCode, Event, Problem, RunId, TestReport};

use crate::error::EngineError;
use crate::evaluation::sliding_window::SlidingWindows;
use crate::training::{Session, TrainingTask};

/// A training task with its evaluation, previews and inference.
pub(crate) trait RunTask: TrainingTask + Sized {
    /// Number of images evaluated together: small enough for a fast Pause on the CPU, large
    /// enough to keep a GPU busy.
    const EVAL_BATCH: usize;

    /// Whether a single step emits more than a preview of the resulting network. If so, the last
    /// step of a longer training goal is made as a single step.
    const SHOWS_STEPS: bool;

    /// Images of one split on the device.
    type HeldOut;

    /// Results accumulated over the batches of an evaluation.
    type Accumulator: Default;

    /// State of the network before a single step.
    type PreStep;

    /// Forward and backward pass of one step, with the state of the run before it.
    type LookAhead;

    /// Returns the images on which the network is evaluated while it is trained.
    fn evaluated(&self) -> Rc<Self::HeldOut>;

    /// Uploads the test set of a data set. Returns `None` if it is of another kind or size, has
    /// another number of classes, or no test set.
    fn upload_test_set(&self, dataset: Dataset) -> Option<Self::HeldOut>;

    /// Returns the number of images.
    fn count(held_out: &Self::HeldOut) -> usize;

    /// Evaluates a range of these images.
    async fn evaluate(
        session: &Session<Self>,
        on: &Self::HeldOut,
        range: Range<usize>,
        accumulator: &mut Self::Accumulator,
    ) -> Result<(), EngineError>;

    /// Computes the report on all of these images.
    fn report(
        session: &Session<Self>,
        on: &Self::HeldOut,
        accumulator: Self::Accumulator,
    ) -> TestReport;

    /// Records the state of the network before a single step.
    async fn before_step(session: &mut Session<Self>) -> Result<Self::PreStep, EngineError>;

    /// Compares the network after a single step with its state before.
    async fn after_step(
        session: &Session<Self>,
        run: RunId,
        before: Self::PreStep,
    ) -> Result<Event, EngineError>;

    /// Computes the forward and backward pass of the next step without making it, or returns `None`
    /// if the lab does not show them.
    async fn look_ahead(
        session: &mut Session<Self>,
    ) -> Result<Option<Self::LookAhead>, EngineError>;

    /// Returns the number of the step of a look ahead, counted from 1.
    fn step_of(look_ahead: &Self::LookAhead) -> usize;

    /// Describes a step with the update of one unit.
    async fn step_trace(
        look_ahead: &Self::LookAhead,
        run: RunId,
        unit: UnitRef,
    ) -> Result<Event, EngineError>;

    /// Computes the preview of the network, or `None` if the lab has none. `is_idle` tells whether
    /// the run is waiting for its next step.
    async fn preview(
        session: &mut Session<Self>,
        run: RunId,
        is_idle: bool,
    ) -> Result<Option<Event>, EngineError>;

    /// Takes the preview from a report that was just made. Returns `None` if the lab has none.
    fn preview_from_report(
        session: &Session<Self>,
        run: RunId,
        report: &TestReport,
    ) -> Option<Event>;

    /// Processes one batch of an inference request. Returns `None` while batches remain.
    async fn infer(
        session: &Session<Self>,
        request: &mut InferenceRequest,
    ) -> Result<Option<InferenceResult>, EngineError>;
}

/// Kind of output requested for the visitor's images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InferenceKind {
    /// Logits of one image.
    Prediction,
    /// Masks of slices.
    Masks {
        /// Height and width of each slice in pixels.
        size: [usize; 2],
    },
}

/// A pending inference request.
#[derive(Debug)]
pub(crate) struct InferenceRequest {
    pub(crate) run: RunId,
    /// Number by which the page identifies the answer.
    pub(crate) id: u32,
    pub(crate) kind: InferenceKind,
    /// Gray values 0 to 255.
    pub(crate) pixels: Vec<u8>,
    /// Masks of the batches processed so far.
    pub(crate) masks: Vec<u8>,
    /// Windows of slices that are larger than the network's input, from the first batch on.
    pub(crate) windows: Option<SlidingWindows>,
}

/// Outcome of an inference request.
#[derive(Debug)]
pub(crate) enum InferenceResult {
    /// The event that answers it.
    Done(Event),
    /// The reason why the request cannot be answered.
    Refused(Problem),
}

impl InferenceResult {
    /// Rejects a request with a sentence for the visitor.
    pub(crate) fn refused(code: ErrorCode, sentence: impl ToString) -> Self {
        InferenceResult::Refused(Problem::new(code, sentence))
    }
}
