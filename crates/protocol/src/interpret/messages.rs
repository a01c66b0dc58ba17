//! Messages that carry queries and answers.

use model::Task;
use serde::{Deserialize, Serialize};

use super::queries::{AnyAnswer, AnyQuery};
use super::{InterpreterDataset, MapPoint, NetworkRef};
use crate::{Problem, RunId};

/// Identifies a query. A later query in the same slot replaces an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct QueryId {
    /// Place where the answer is shown.
    pub slot: u32,
    /// Number of the query in the slot.
    pub revision: u32,
}

/// Message from the page to the interpreter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum InterpreterRequest {
    /// Use these images from now on. Answered by [`InterpreterResponse::MapPoints`].
    SetDataset(InterpreterDataset),
    /// Accept checkpoints of this run. Those of the run `keep` are kept as well, all others dropped.
    SetRun {
        /// The run.
        run: RunId,
        /// Its network.
        task: Task,
        /// Number of classes.
        classes: usize,
        /// Height and width of the images.
        size: [usize; 2],
        /// The other run that is kept.
        keep: Option<RunId>,
    },
    /// Answer a query about a network, in place of any other in its slot.
    Query {
        /// Comes back with the answer.
        id: QueryId,
        /// The network.
        network: NetworkRef,
        /// The query.
        query: AnyQuery,
    },
}

/// Message from the interpreter to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum InterpreterResponse {
    /// The points of layers' maps, after [`InterpreterRequest::SetDataset`].
    MapPoints(Vec<MapPoint>),
    /// A checkpoint was stored.
    CheckpointStored {
        /// The run.
        run: RunId,
        /// The step of its latest weights.
        step: usize,
        /// The epochs with a checkpoint, in order.
        epochs: Vec<usize>,
    },
    /// The answer to a query, or a part of it; or the reason why there is none.
    Answer {
        /// The query.
        id: QueryId,
        /// The answer.
        answer: Result<AnyAnswer, Problem>,
    },
    /// Something is wrong beyond one query.
    Failed(Problem),
}
