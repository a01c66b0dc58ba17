//! The interpreter. It stores checkpoints and images, and answers queries in small pieces of work,
//! so that a new query is handled without long delay.

use std::collections::VecDeque;
use std::rc::Rc;

use protocol::interpret::{
    AnyQuery, Checkpoint, InterpreterDataset, InterpreterRequest, InterpreterResponse, NetworkRef,
    Priority, QueryId, Snapshot,
};
use protocol::{ErrorCode, Problem, RunId};

use crate::checkpoints::{CheckpointStore, RunCheckpoints, Weights};
use crate::inputs::Inputs;
use crate::job::{Job, JobContext, Step};
use crate::layer_probe::Examples;
use crate::network::Model;
use crate::queries;

/// A query in the queue.
struct QueuedJob {
    id: QueryId,
    network: NetworkRef,
    priority: Priority,
    /// Graph and weights of the network, fixed when the job starts, so that the whole answer is
    /// about the same network.
    pinned: Option<(Rc<Model>, Weights)>,
    job: Job,
}

/// Stores checkpoints and images, and answers queries about networks.
#[derive(Default)]
pub struct Interpreter {
    checkpoints: CheckpointStore,
    inputs: Inputs,
    /// Queries sorted by priority. A job that has started stays in front of the others with its
    /// priority.
    queue: VecDeque<QueuedJob>,
    responses: Vec<InterpreterResponse>,
    /// The latest run announced by the page.
    newest_run: Option<RunId>,
    /// Whether a run trains on the same cores.
    shares_cores: bool,
    /// Checkpoints of runs that the page has not announced yet.
    early_checkpoints: Vec<Checkpoint>,
}

impl Interpreter {
    /// Handles a message from the page.
    pub fn handle(&mut self, request: InterpreterRequest) {
        match request {
            InterpreterRequest::SetDataset(dataset) => self.set_dataset(dataset),
            InterpreterRequest::SetRun { run, task, classes, size, keep } => {
                match Model::new(&task, classes, size) {
                    Ok(model) => self.checkpoints.add_run(RunCheckpoints::new(run, model), keep),
                    Err(error) => self.fail(ErrorCode::BadConfig, error),
                }
                self.queue
                    .retain(|queued| queued.network.run == run || Some(queued.network.run) == keep);
                self.newest_run = Some(run);
                for checkpoint in std::mem::take(&mut self.early_checkpoints) {
                    self.add_checkpoint(checkpoint);
                }
            }
            InterpreterRequest::ShareCores(shares) => self.shares_cores = shares,
            InterpreterRequest::Query { id, network, query } => self.enqueue(id, network, query),
        }
    }

    /// Stores a checkpoint sent by the engine.
    pub fn add_checkpoint(&mut self, checkpoint: Checkpoint) {
        let Some(run) = self.checkpoints.run_mut(checkpoint.run) else {
            // The page may still announce a newer run. Checkpoints of older runs are dropped.
            if self.newest_run.is_none_or(|newest| checkpoint.run > newest) {
                self.early_checkpoints.push(checkpoint);
            }
            return;
        };
        match run.add(&checkpoint) {
            Ok(()) => self.responses.push(InterpreterResponse::CheckpointStored {
                run: run.run,
                step: run.step(),
                epochs: run.epochs(),
            }),
            Err(error) => self.fail(ErrorCode::BadConfig, error),
        }
    }

    fn set_dataset(&mut self, dataset: InterpreterDataset) {
        if !is_complete(&dataset) {
            let sentence = "The images for the layers view are incomplete. Reload the page.";
            return self.fail(ErrorCode::BadPack, sentence);
        }
        let examples = Examples::new(&dataset);
        self.responses.push(InterpreterResponse::MapPoints(examples.points()));
        self.inputs = Inputs::new(dataset, examples);
        self.queue.clear();
    }

    fn enqueue(&mut self, id: QueryId, network: NetworkRef, query: AnyQuery) {
        self.queue.retain(|queued| queued.id.slot != id.slot);
        let priority = query.priority();
        let queued = QueuedJob { id, network, priority, pinned: None, job: queries::start(query) };
        // New queries go behind the others with their priority, except for background queries, which
        // go in front, but behind one that has started: otherwise started ones, which hold the
        // activations of many images, would pile up if new ones came faster than they are answered.
        let place = self.queue.partition_point(|other| match priority {
            Priority::Background => other.priority < priority || other.pinned.is_some(),
            _ => other.priority <= priority,
        });
        self.queue.insert(place, queued);
    }

    /// Returns the responses since the last call.
    pub fn drain_responses(&mut self) -> Vec<InterpreterResponse> {
        std::mem::take(&mut self.responses)
    }

    /// Returns whether any query is still to be answered.
    pub fn has_work(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Returns whether a run trains on the cores that the interpreter uses, so that it should keep to a
    /// [`DutyCycle`](crate::DutyCycle).
    pub fn shares_cores(&self) -> bool {
        self.shares_cores
    }

    /// Does one piece of work for the first job in the queue.
    pub fn work(&mut self) {
        let Some(mut queued) = self.queue.pop_front() else { return };
        let id = queued.id;
        let not_ready = |sentence: String| {
            let answer = Err(Problem::new(ErrorCode::NotReady, sentence));
            InterpreterResponse::Answer { id, answer }
        };
        if queued.pinned.is_none() {
            queued.pinned = self
                .checkpoints
                .find(queued.network)
                .map(|(run, weights)| (run.model.clone(), weights.clone()));
        }
        let Some((model, weights)) = queued.pinned.clone() else {
            let sentence = self.why_missing(queued.network);
            return self.responses.push(not_ready(sentence));
        };
        let mut context = JobContext {
            network: queued.network,
            model,
            weights,
            checkpoints: &mut self.checkpoints,
            inputs: &mut self.inputs,
        };
        let step = (queued.job)(&mut context);
        let answered = |answer| InterpreterResponse::Answer { id, answer: Ok(answer) };
        match step {
            Ok(Step::Done(answer)) => self.responses.push(answered(answer)),
            Ok(Step::Partial(answer)) => {
                self.responses.push(answered(answer));
                self.queue.push_front(queued);
            }
            Ok(Step::Pending) => self.queue.push_front(queued),
            Err(error) => self.responses.push(not_ready(error.to_string())),
        }
    }

    /// Returns a sentence that explains why the weights of a network are missing.
    fn why_missing(&self, network: NetworkRef) -> String {
        match (self.checkpoints.run(network.run), network.snapshot) {
            (Some(_), Snapshot::Epoch(epoch)) => {
                format!("The network of epoch {epoch} is not kept. Choose another epoch.")
            }
            (Some(_), Snapshot::Latest) => {
                "There are no weights to look at yet. Press Play, or wait a moment.".into()
            }
            (None, _) => "That run is not kept any more. Choose another one.".into(),
        }
    }

    fn fail(&mut self, code: ErrorCode, sentence: impl ToString) {
        self.responses.push(InterpreterResponse::Failed(Problem::new(code, sentence)));
    }
}

/// Returns whether the numbers of pixels and targets agree, and all targets are valid classes.
fn is_complete(dataset: &InterpreterDataset) -> bool {
    let pixels = dataset.size[0] * dataset.size[1];
    let targets_each = if dataset.masks { pixels } else { 1 };
    let fits = |images: &[u8], targets: &[u8]| {
        pixels > 0
            && images.len().is_multiple_of(pixels)
            && targets.len() == images.len() / pixels * targets_each
            && targets.iter().all(|class| usize::from(*class) < dataset.classes)
    };
    fits(&dataset.train, &dataset.train_targets) && fits(&dataset.test, &dataset.test_targets)
}
