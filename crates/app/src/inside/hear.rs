//! What the interpreter tells, and what becomes of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use protocol::interpret::{At, Moment, Question, Side, Told};

use super::Inside;
use crate::reactive::RwSignal;
use crate::views::inside::scene::{Shared, Topic};

impl Inside {
    /// Takes what the interpreter tells.
    pub(super) fn hear(self, told: Told) {
        let (inner, scene) = (self.inner(), self.scene);
        match told {
            Told::Arrived { run, step, epochs } => {
                if scene.run.get_untracked() != Some(run) {
                    return;
                }
                inner.waiting.set(None);
                let is_first = !inner.arrived.replace(true);
                if is_first || scene.epochs.get_untracked() != epochs {
                    inner.settled.set(step);
                    scene.epochs.set(epochs);
                }
                scene.step.set(step);
            }
            Told::Points(points) => scene.points.set(Arc::new(points)),
            Told::Rung(At { run, moment: Moment::Epoch(epoch) }, rung) => {
                scene.rungs.update(|rungs| {
                    Arc::make_mut(rungs).insert((run, epoch, rung.layer), Arc::new(rung));
                });
            }
            Told::Rung(..) => {}
            Told::Layers(q, view) => self.fill(Topic::Layers, q, scene.layers.of(q.side), view),
            Told::Unit(q, view) => self.fill(Topic::Unit, q, scene.unit.of(q.side), view),
            Told::Dream(q, dream) => self.fill(Topic::Dream, q, scene.dream.of(q.side), dream),
            Told::Close(q, close) => self.fill(Topic::Close, q, scene.close, close),
            Told::Explanation(q, why) => self.fill(Topic::Why, q, scene.why.of(q.side), why),
            Told::Mistakes(q, found) => self.fill(Topic::Mistakes, q, scene.mistakes, found),
            Told::Embedding(q, map) => self.fill(Topic::Embed, q, scene.embedding, map),
            Told::Neighbours(q, found) => {
                if self.is_current(Topic::Neighbours, q) {
                    let near = scene.near.get_untracked();
                    scene.neighbours.set(near.map(|image| (image, found)));
                }
            }
            Told::Refused(question, problem) => {
                let asked = inner.asked.borrow();
                let topic = asked.iter().find(|(_, (_, _, request))| *request == question.request);
                if let Some(((topic, _), _)) = topic {
                    scene.refusals.update(|all| drop(all.insert(*topic, problem.message)));
                }
            }
            Told::NoLadder(at, problem) if scene.run.get_untracked() == Some(at.run) => {
                scene.refusals.update(|all| drop(all.insert(Topic::Layers, problem.message)));
            }
            Told::NoLadder(..) => {}
            Told::Failed(problem) => self.refuse_all(&problem.message),
        }
    }

    /// Whether that is the answer to the last question about a topic.
    fn is_current(self, topic: Topic, question: Question) -> bool {
        let inner = self.inner();
        let asked = inner.asked.borrow();
        let last = asked.get(&(topic, question.side == Side::Other));
        last.is_some_and(|(_, _, request)| *request == question.request)
    }

    fn fill<T: Send + Sync + 'static>(
        self,
        topic: Topic,
        question: Question,
        signal: RwSignal<Shared<T>>,
        answer: T,
    ) {
        if self.inner().vigil.borrow_mut().answered() {
            self.scene.refusals.set(BTreeMap::new());
        }
        if self.is_current(topic, question) {
            signal.set(Some(Arc::new(answer)));
            if self.scene.refusals.with_untracked(|all| all.contains_key(&topic)) {
                self.scene.refusals.update(|all| drop(all.remove(&topic)));
            }
        }
    }

    /// The worker is dead. The next pulse starts another one, unless that has happened too often.
    pub(super) fn fail(self) {
        let inner = self.inner();
        inner.link.replace(None);
        inner.is_orphaned.set(true);
        self.scene.before.set(None);
        let sentence = inner.vigil.borrow_mut().died();
        self.refuse_all(sentence);
    }

    fn refuse_all(self, sentence: &str) {
        let topics = [Topic::Layers, Topic::Why, Topic::Mistakes];
        let all = topics.map(|topic| (topic, sentence.to_owned()));
        self.scene.refusals.set(BTreeMap::from(all));
    }
}
