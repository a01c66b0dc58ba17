//! Handling of the interpreter's answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use protocol::interpret::{Answer, NetworkRef, QueryHeader, Side, Snapshot};
use ui::erased_signal::RwSignal;

use super::client::Interpreter;
use super::signals::{Shared, Topic};

impl Interpreter {
    /// Handles an answer.
    pub(super) fn on_answer(self, told: Answer) {
        let (inner, signals) = (self.inner(), self.signals);
        match told {
            Answer::CheckpointStored { run, step, epochs } => {
                if signals.run.id.get_untracked() != Some(run) {
                    return;
                }
                inner.waiting.set(None);
                let is_first = !inner.arrived.replace(true);
                if is_first || signals.run.epochs.get_untracked() != epochs {
                    inner.settled.set(step);
                    signals.run.epochs.set(epochs);
                }
                signals.run.step.set(step);
            }
            Answer::MapPoints(points) => signals.answers.map_points.set(Arc::new(points)),
            Answer::LayerProbe(NetworkRef { run, snapshot: Snapshot::Epoch(epoch) }, rung) => {
                signals.answers.probes.update(|rungs| {
                    Arc::make_mut(rungs).insert((run, epoch, rung.layer), Arc::new(rung));
                });
            }
            Answer::LayerProbe(..) => {}
            Answer::Activations(q, view) => {
                self.fill(Topic::Layers, q, signals.answers.layers.of(q.side), view)
            }
            Answer::Unit(q, view) => {
                self.fill(Topic::Unit, q, signals.answers.unit.of(q.side), view)
            }
            Answer::FeatureVisualization(q, dream) => {
                self.fill(Topic::Dream, q, signals.answers.visualization.of(q.side), dream)
            }
            Answer::OpTrace(q, close) => {
                self.fill(Topic::Close, q, signals.answers.op_trace, close)
            }
            Answer::Explanation(q, why) => {
                self.fill(Topic::Why, q, signals.answers.explanation.of(q.side), why)
            }
            Answer::Mistakes(q, found) => {
                self.fill(Topic::Mistakes, q, signals.answers.mistakes, found)
            }
            Answer::Embedding(q, map) => self.fill(Topic::Embed, q, signals.answers.embedding, map),
            Answer::Neighbors(q, found) => {
                if self.is_current(Topic::Neighbours, q) {
                    let near = signals.selection.neighbors_of.get_untracked();
                    signals.answers.neighbors.set(near.map(|image| Arc::new((image, found))));
                }
            }
            Answer::QueryFailed(question, problem) => {
                let asked = inner.asked.borrow();
                let topic = asked.iter().find(|(_, (_, _, request))| *request == question.request);
                if let Some(((topic, _), _)) = topic {
                    signals.errors.update(|all| drop(all.insert(*topic, problem.message)));
                }
            }
            Answer::LayerProbesFailed(at, problem)
                if signals.run.id.get_untracked() == Some(at.run) =>
            {
                signals.errors.update(|all| drop(all.insert(Topic::Layers, problem.message)));
            }
            Answer::LayerProbesFailed(..) => {}
            Answer::InterpreterFailed(problem) => self.refuse_all(&problem.message),
        }
    }

    /// Returns whether that is the answer to the last question about a topic.
    fn is_current(self, topic: Topic, question: QueryHeader) -> bool {
        let inner = self.inner();
        let asked = inner.asked.borrow();
        let last = asked.get(&(topic, question.side == Side::Compared));
        last.is_some_and(|(_, _, request)| *request == question.request)
    }

    fn fill<T: Send + Sync + 'static>(
        self,
        topic: Topic,
        question: QueryHeader,
        signal: RwSignal<Shared<T>>,
        answer: T,
    ) {
        if self.inner().restart_policy.borrow_mut().answered() {
            self.signals.errors.set(BTreeMap::new());
        }
        if self.is_current(topic, question) {
            signal.set(Some(Arc::new(answer)));
            if self.signals.errors.with_untracked(|all| all.contains_key(&topic)) {
                self.signals.errors.update(|all| drop(all.remove(&topic)));
            }
        }
    }

    /// The worker is dead. The next poll starts another one, unless that has happened too often.
    pub(super) fn fail(self) {
        let inner = self.inner();
        inner.worker.replace(None);
        inner.is_orphaned.set(true);
        self.signals.run.previous.set(None);
        let sentence = inner.restart_policy.borrow_mut().died();
        self.refuse_all(sentence);
    }

    fn refuse_all(self, sentence: &str) {
        let topics = [Topic::Layers, Topic::Why, Topic::Mistakes];
        let all = topics.map(|topic| (topic, sentence.to_owned()));
        self.signals.errors.set(BTreeMap::from(all));
    }
}
