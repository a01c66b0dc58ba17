//! Jobs: computations of answers, done in pieces so that a newer query is handled without long
//! delay.

use std::rc::Rc;

use protocol::interpret::{AnyAnswer, NetworkRef, Query};
use thiserror::Error;

use crate::checkpoints::{CheckpointStore, Weights};
use crate::inputs::{InputMismatch, Inputs};
use crate::network::{Model, ModelError};

/// Resources available to a job.
pub struct JobContext<'a> {
    /// The network that the query is about.
    pub network: NetworkRef,
    /// Graph of the network.
    pub model: Rc<Model>,
    /// Weights of the network, the same for the whole job.
    pub weights: Weights,
    /// Checkpoints and layer probes of all runs.
    pub checkpoints: &'a mut CheckpointStore,
    /// Input images and cached activation statistics.
    pub inputs: &'a mut Inputs,
}

/// Result of one piece of work.
#[derive(Clone, Debug, PartialEq)]
pub enum Step<A> {
    /// No answer yet. The job continues.
    Pending,
    /// A part of the answer, or a preliminary answer. The job continues.
    Partial(A),
    /// The last part of the answer. The job is complete.
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

/// Converts to [`Step::Done`] if there is an answer, and to [`Step::Pending`] otherwise.
impl<A> From<Option<A>> for Step<A> {
    fn from(answer: Option<A>) -> Self {
        answer.map_or(Step::Pending, Step::Done)
    }
}

/// Reasons why a query has no answer. They display as sentences for the visitor.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum QueryError {
    /// The network does not have the layer or unit, or the image does not fit it.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The input images cannot be used with the network.
    #[error(transparent)]
    Input(#[from] InputMismatch),
    /// The test set does not have the image.
    #[error("There is no such test image. Choose another one.")]
    NoSuchImage,
    /// The features of the images are no finite numbers, or there are none.
    #[error(
        "The network’s activations are no finite numbers. Press Reset, and lower the learning rate."
    )]
    NoFeatures,
}

/// Result of one call of a job.
pub type StepResult<A> = Result<Step<A>, QueryError>;

/// A job that answers a query. Each call does one piece of work.
pub type Job = Box<dyn FnMut(&mut JobContext<'_>) -> StepResult<AnyAnswer>>;

/// Creates a job from a function that does one piece of work, and erases the type of its answer.
pub fn job<Q: Query>(
    mut step: impl FnMut(&mut JobContext<'_>) -> StepResult<Q::Answer> + 'static,
) -> Job {
    Box::new(move |context| Ok(step(context)?.map(Q::wrap)))
}

/// Creates a job that answers in one piece.
pub fn quick_job<Q: Query>(
    query: Q,
    answer: fn(&Q, &JobContext<'_>) -> Result<Q::Answer, QueryError>,
) -> Job {
    job::<Q>(move |context| Ok(Step::Done(answer(&query, context)?)))
}
