//! Questions in, answers out, one small piece of work at a time, so that a new question never waits
//! long.
//!
//! Questions about what somebody looks at come first: those that are answered in one piece, then the
//! others, either in their order. Ladders come last, the one asked for last first, since that is the
//! one on the page.

use std::collections::VecDeque;

use protocol::interpret::{
    Answer, Checkpoint, InterpreterDataset, NetworkRef, Query, QueryHeader, Snapshot,
};
use protocol::{ErrorCode, Problem, RunId};

use crate::checkpoints::{CheckpointStore, RunCheckpoints};
use crate::explain::ExplainJob;
use crate::inputs::{InputImages, Inputs};
use crate::job::{Embed, Job, JobContext, Work};
use crate::layer_probe::{Examples, ProbeJob};
use crate::mistakes::MistakesJob;
use crate::network::Model;
use crate::pca::align;

/// A ladder that is being climbed.
struct ProbeRequest {
    at: NetworkRef,
    epoch: usize,
    study: Option<ProbeJob>,
}

/// The interpreter.
#[derive(Default)]
pub struct Interpreter {
    checkpoints: CheckpointStore,
    inputs: Inputs,
    jobs: VecDeque<(QueryHeader, Job)>,
    probe_requests: Vec<ProbeRequest>,
    told: Vec<Answer>,
    /// The newest run that the page has named.
    newest_run: Option<RunId>,
    /// Weights of runs that it has not named yet.
    early_checkpoints: Vec<Checkpoint>,
}

impl Interpreter {
    /// Takes weights over.
    pub fn add_checkpoint(&mut self, checkpoint: Checkpoint) {
        let Some(run_checkpoints) = self.checkpoints.run_mut(checkpoint.run) else {
            // Those of a run that has been left may still be on their way; those of a new one may be
            // here before the page's word of it.
            if self.newest_run.is_none_or(|latest| checkpoint.run > latest) {
                self.early_checkpoints.push(checkpoint);
            }
            return;
        };
        let told = match run_checkpoints.add(&checkpoint) {
            Ok(()) => Answer::CheckpointStored {
                run: run_checkpoints.run,
                step: run_checkpoints.step(),
                epochs: run_checkpoints.epochs(),
            },
            Err(error) => Answer::InterpreterFailed(Problem::new(ErrorCode::BadConfig, error)),
        };
        self.told.push(told);
    }

    /// Takes a question.
    pub fn ask(&mut self, ask: Query) {
        let (question, work) = match ask {
            Query::SetDataset(exhibits) => return self.set_dataset(exhibits),
            Query::SetRun { run, task, classes, size, keep } => {
                match Model::new(&task, classes, size) {
                    Ok(model) => self.checkpoints.add_run(RunCheckpoints::new(run, model), keep),
                    Err(error) => {
                        let problem = Problem::new(ErrorCode::BadConfig, error);
                        self.told.push(Answer::InterpreterFailed(problem));
                    }
                }
                let left = |at: NetworkRef| at.run == run || Some(at.run) == keep;
                self.jobs.retain(|(question, _)| left(question.network));
                self.probe_requests.retain(|climb| left(climb.at));
                self.newest_run = Some(run);
                for checkpoint in std::mem::take(&mut self.early_checkpoints) {
                    self.add_checkpoint(checkpoint);
                }
                return;
            }
            Query::LayerProbes(at) => return self.request_probes(at),
            Query::Activations(question, exhibit) => (question, Work::Layers(exhibit)),
            Query::Unit(question, unit_ref) => (question, Work::Unit(unit_ref)),
            Query::FeatureVisualization(question, unit_ref) => {
                (question, Work::Dream(unit_ref, None))
            }
            Query::OpTrace(question, exhibit, unit_ref, part) => {
                (question, Work::Close(exhibit, unit_ref, part))
            }
            Query::Explain(question, exhibit, reason) => {
                (question, Work::Explain(Box::new(ExplainJob::new(exhibit, reason))))
            }
            Query::Mistakes(question) => (question, Work::Mistakes(MistakesJob::default())),
            Query::Neighbors(question, image) => (question, Work::Neighbours(image)),
            Query::Embedding(question, layer) => (question, Work::Embed(layer, Embed::Pending)),
        };
        self.jobs.retain(|(other, job)| other.side != question.side || !job.work.is_like(&work));
        let place = match work.is_quick() {
            true => self.jobs.iter().take_while(|(_, job)| job.work.is_quick()).count(),
            false => self.jobs.len(),
        };
        self.jobs.insert(place, (question, Job::new(work)));
    }

    fn set_dataset(&mut self, exhibits: InterpreterDataset) {
        let pixels = exhibits.size[0] * exhibits.size[1];
        let each = if exhibits.masks { pixels } else { 1 };
        let fits = |images: &[u8], targets: &[u8]| {
            pixels > 0
                && images.len().is_multiple_of(pixels)
                && targets.len() == images.len() / pixels * each
        };
        let whole = fits(&exhibits.train, &exhibits.train_targets)
            && fits(&exhibits.test, &exhibits.test_targets)
            && [&exhibits.train_targets, &exhibits.test_targets]
                .iter()
                .all(|targets| targets.iter().all(|of| usize::from(*of) < exhibits.classes));
        if !whole {
            let sentence = "The images for the layers view are incomplete. Reload the page.";
            return self
                .told
                .push(Answer::InterpreterFailed(Problem::new(ErrorCode::BadPack, sentence)));
        }
        let examples = Examples::new(&exhibits);
        self.told.push(Answer::MapPoints(examples.points()));
        self.inputs = Inputs::new(exhibits, examples);
        self.jobs.clear();
        self.probe_requests.clear();
    }

    /// Tells the ladder of an epoch as far as it is known, and has the rest computed.
    fn request_probes(&mut self, at: NetworkRef) {
        let Snapshot::Epoch(epoch) = at.snapshot else { return };
        let Some((run_checkpoints, _)) = self.checkpoints.find(at) else { return };
        let layers = run_checkpoints.model.layer_nodes.len();
        let known: Vec<_> = (0..layers)
            .map_while(|layer| run_checkpoints.probes.get(&(epoch, layer)))
            .cloned()
            .collect();
        let complete = known.len() == layers;
        self.told.extend(known.into_iter().map(|rung| Answer::LayerProbe(at, rung)));
        // A climb that has begun goes on where it is, after this one.
        let begun = self.probe_requests.iter().position(|climb| climb.at == at);
        match begun {
            Some(place) => {
                let climb = self.probe_requests.remove(place);
                self.probe_requests.push(climb);
            }
            None if !complete => self.probe_requests.push(ProbeRequest { at, epoch, study: None }),
            None => {}
        }
    }

    /// What there is to tell.
    pub fn drain_answers(&mut self) -> Vec<Answer> {
        std::mem::take(&mut self.told)
    }

    /// Whether there is something to do without a further question.
    pub fn has_work(&self) -> bool {
        !self.jobs.is_empty() || (self.inputs.has_images() && !self.probe_requests.is_empty())
    }

    /// Does one piece of it.
    pub fn work(&mut self) {
        if let Some((question, job)) = self.jobs.pop_front() {
            return self.step_job(question, job);
        }
        // A ladder waits for its images.
        if self.inputs.has_images()
            && let Some(climb) = self.probe_requests.pop()
        {
            self.step_probe(climb);
        }
    }

    fn step_job(&mut self, question: QueryHeader, mut job: Job) {
        let refuse = |sentence: String| {
            Answer::QueryFailed(question, Problem::new(ErrorCode::NotReady, sentence))
        };
        let Some((run_checkpoints, weights)) = self.checkpoints.find(question.network) else {
            let sentence =
                match (self.checkpoints.run(question.network.run), question.network.snapshot) {
                    (Some(_), Snapshot::Epoch(epoch)) => {
                        format!("The network of epoch {epoch} is not kept. Choose another epoch.")
                    }
                    (Some(_), Snapshot::Latest) => {
                        "There are no weights to look at yet. Press Play, or wait a moment.".into()
                    }
                    (None, _) => "That run is not kept any more. Choose another one.".into(),
                };
            return self.told.push(refuse(sentence));
        };
        // Weights that arrive in between are for the next question: one answer is of one network.
        let found = || (run_checkpoints.model.clone(), weights.clone());
        let (model, weights) = job.network.get_or_insert_with(found).clone();
        let scene = JobContext { question, model, weights };
        match job.advance(&scene, &mut self.inputs, &mut self.told) {
            Ok(true) => {}
            // To the front, behind which only what is quick is put in: what was asked first is
            // answered first.
            Ok(false) => self.jobs.push_front((question, job)),
            Err(sentence) => self.told.push(refuse(sentence)),
        }
    }

    fn step_probe(&mut self, mut climb: ProbeRequest) {
        let ProbeRequest { at, epoch, .. } = climb;
        let Some((run_checkpoints, weights)) = self.checkpoints.find(at) else { return };
        let (model, values) = (run_checkpoints.model.clone(), weights.values.clone());
        let InputImages { exhibits, examples } = match self.inputs.for_model(&model) {
            Ok(pictures) => pictures,
            Err(unfit) => {
                let problem = Problem::new(ErrorCode::NotReady, unfit);
                return self.told.push(Answer::LayerProbesFailed(at, problem));
            }
        };
        let study = climb.study.get_or_insert_with(|| {
            // The image's own rung is the same at every epoch.
            let first = usize::from(run_checkpoints.nearest_probe(epoch, 0).is_some());
            ProbeJob::new(&model, &examples, first..model.layer_nodes.len())
        });
        let rung = study.advance(&model, &values, &examples, &exhibits);
        let done = study.is_done();
        let Some(run_checkpoints) = self.checkpoints.run_mut(at.run) else { return };
        let mut found: Vec<_> = rung.into_iter().collect();
        if let (Some(image), None) = (
            run_checkpoints.nearest_probe(epoch, 0).cloned(),
            run_checkpoints.probes.get(&(epoch, 0)),
        ) {
            found.insert(0, image);
        }
        for mut rung in found {
            if let Some(reference) = run_checkpoints.nearest_probe(epoch, rung.layer) {
                align(&mut rung.map, &reference.map);
            }
            self.told.push(Answer::LayerProbe(at, rung.clone()));
            run_checkpoints.probes.insert((epoch, rung.layer), rung);
        }
        if !done {
            self.probe_requests.push(climb);
        }
    }
}
