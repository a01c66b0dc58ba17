//! Messages that carry the queries to the interpreter and its answers.

use model::Task;
use serde::{Deserialize, Serialize};

use super::queries::{AnyAnswer, AnyQuery};
use super::{InterpreterDataset, MapPoint, NetworkRef};
use crate::{Problem, RunId};

/// Identifies a query. A later query in the same slot replaces an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct QueryId {
    /// Number of the slot: the place on the page where the answer is shown.
    pub slot: u32,
    /// Number of the query within its slot, increasing with each query.
    pub revision: u32,
}

/// Message from the page to the interpreter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum InterpreterRequest {
    /// Replaces the images. Answered by [`InterpreterResponse::MapPoints`].
    SetDataset(InterpreterDataset),
    /// Makes a run the current one, whose checkpoints are accepted. The checkpoints of the run
    /// `keep` are kept as well; those of all other runs are dropped.
    SetRun {
        /// The run.
        run: RunId,
        /// The task of the run, with its network.
        task: Task,
        /// Number of classes.
        classes: usize,
        /// Height and width of the images in pixels.
        size: [usize; 2],
        /// Another run whose checkpoints are kept.
        keep: Option<RunId>,
    },
    /// Tells whether a run trains on the cores that the interpreter uses. It then works a tenth of the
    /// time, except for short queries.
    ShareCores(bool),
    /// Asks a query about a network. Replaces any earlier query in the same slot.
    Query {
        /// Id of the query, which the answer repeats.
        id: QueryId,
        /// The network that the query is about.
        network: NetworkRef,
        /// The query.
        query: AnyQuery,
    },
}

/// Message from the interpreter to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum InterpreterResponse {
    /// The points of the embedding maps. Answers [`InterpreterRequest::SetDataset`].
    MapPoints(Vec<MapPoint>),
    /// A checkpoint was stored.
    CheckpointStored {
        /// The run.
        run: RunId,
        /// Step of the latest checkpoint.
        step: usize,
        /// Epochs with a checkpoint, in increasing order.
        epochs: Vec<usize>,
    },
    /// An answer to a query or a part of it, or the reason why there is no answer.
    Answer {
        /// Id of the query.
        id: QueryId,
        /// The answer.
        answer: Result<AnyAnswer, Problem>,
    },
    /// A problem that does not belong to a single query.
    Failed(Problem),
}
