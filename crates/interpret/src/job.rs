//! Jobs: computations of answers, done in pieces so that a newer query never waits long.

use std::rc::Rc;

use protocol::interpret::{AnyAnswer, NetworkRef, Query};
use thiserror::Error;

use crate::checkpoints::{CheckpointStore, Weights};
use crate::inputs::{InputMismatch, Inputs};
use crate::network::{Model, ModelError};

/// What a job works with.
pub struct JobContext<'a> {
    /// The network that the query is about.
    pub network: NetworkRef,
    /// Its graph.
    pub model: Rc<Model>,
    /// Its weights, the same during the whole job.
    pub weights: Weights,
    /// Checkpoints and layer probes of all runs.
    pub checkpoints: &'a mut CheckpointStore,
    /// Input images and cached statistics.
    pub inputs: &'a mut Inputs,
}

/// Result of one piece of work.
#[derive(Clone, Debug, PartialEq)]
pub enum Step<A> {
    /// There is more to do.
    Pending,
    /// A part of the answer, or a preliminary one; there is more to do.
    Partial(A),
    /// The rest of the answer.
    Done(A),
}

impl<A> Step<A> {
    fn map<B>(self, f: impl FnOnce(A) -> B) -> Step<B> {
        match self {
            Step::Pending => Step::Pending,
            Step::Partial(answer) => Step::Partial(f(answer)),
            Step::Done(answer) => Step::Done(f(answer)),
        }
    }
}

/// Nothing yet, or the whole answer.
impl<A> From<Option<A>> for Step<A> {
    fn from(answer: Option<A>) -> Self {
        answer.map_or(Step::Pending, Step::Done)
    }
}

/// Reasons why a query has no answer, as sentences for the visitor.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum QueryError {
    /// The network has no such layer or unit, or takes no such image.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The images do not fit the network.
    #[error(transparent)]
    Input(#[from] InputMismatch),
    /// The test set has no such image.
    #[error("There is no such test image. Choose another one.")]
    NoSuchImage,
}

/// Result of a job's step.
pub type StepResult<A> = Result<Step<A>, QueryError>;

/// A job that has been started: each call does one piece of it.
pub type Job = Box<dyn FnMut(&mut JobContext<'_>) -> StepResult<AnyAnswer>>;

/// Erases the type of a job's answer.
pub fn job<Q: Query>(
    mut step: impl FnMut(&mut JobContext<'_>) -> StepResult<Q::Answer> + 'static,
) -> Job {
    Box::new(move |context| Ok(step(context)?.map(Q::wrap)))
}

/// Returns a job that is done in one piece.
pub fn quick_job<Q: Query>(
    query: Q,
    answer: fn(&Q, &JobContext<'_>) -> Result<Q::Answer, QueryError>,
) -> Job {
    job::<Q>(move |context| Ok(Step::Done(answer(&query, context)?)))
}
