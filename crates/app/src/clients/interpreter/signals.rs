//! The signals behind the views of the learned network, as the interpreter's client writes them.

use std::collections::BTreeMap;
use std::sync::Arc;

use interpret_views::images::Images;
use interpret_views::state::{
    Answers, ComparedResult, InterpretState, Neighbors, ProbeTable, QueryResult, RunSignals,
    Selection, Visibility,
};
use model::LayerInfo;
use protocol::RunId;
use protocol::interpret::{
    Embedding, Explanation, FeatureVisualization, MapPoint, Mistakes, NetworkActivations, OpTrace,
    Side, UnitActivations,
};
use ui::erased_signal::{RwSignal, Signal};
use ui::hooks::use_narrow_window::use_narrow_window;

use crate::dataset::any_dataset::AnyDataset;

/// An answer as signals hold it.
pub type Shared<T> = Option<Arc<T>>;

/// Topics of queries, by which errors are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// Activations and gradients of all layers.
    Layers,
    /// Statistics of a unit.
    Unit,
    /// Feature visualization of a unit.
    Dream,
    /// Arithmetic of an operation.
    Close,
    /// Attributions of a class.
    Why,
    /// The largest losses.
    Mistakes,
    /// Nearest neighbors of a mistake.
    Neighbours,
    /// A t-SNE map.
    Embed,
}

/// One signal for each side of a comparison.
pub struct Pair<T>([RwSignal<Shared<T>>; 2]);

impl<T> Clone for Pair<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Pair<T> {}

impl<T: Send + Sync + 'static> Pair<T> {
    /// Returns the signal of a side.
    pub fn of(&self, side: Side) -> RwSignal<Shared<T>> {
        self.0[side as usize]
    }
}

impl<T: Send + Sync + 'static> Default for Pair<T> {
    fn default() -> Self {
        Self([RwSignal::new(None), RwSignal::new(None)])
    }
}

/// [`RunSignals`], to be written.
#[derive(Clone, Copy, Default)]
pub struct RunCells {
    pub id: RwSignal<Option<RunId>>,
    pub step: RwSignal<usize>,
    pub epochs: RwSignal<Vec<usize>>,
    pub previous: RwSignal<Option<(RunId, Vec<usize>)>>,
    pub layers: RwSignal<Arc<Vec<LayerInfo>>>,
}

/// [`Answers`], to be written.
#[derive(Clone, Copy, Default)]
pub struct AnswerCells {
    pub map_points: RwSignal<Arc<Vec<MapPoint>>>,
    pub probes: RwSignal<Arc<ProbeTable>>,
    pub layers: Pair<NetworkActivations>,
    pub unit: Pair<UnitActivations>,
    pub visualization: Pair<FeatureVisualization>,
    pub op_trace: RwSignal<Shared<OpTrace>>,
    pub explanation: Pair<Explanation>,
    pub mistakes: RwSignal<Shared<Mistakes>>,
    pub neighbors: RwSignal<Shared<(usize, Neighbors)>>,
    pub embedding: RwSignal<Shared<Embedding>>,
}

/// Everything that the views read.
#[derive(Clone, Copy)]
pub struct InterpretSignals {
    pub selection: Selection,
    pub visible: Visibility,
    pub dataset: RwSignal<Option<AnyDataset>>,
    pub run: RunCells,
    pub answers: AnswerCells,
    /// Errors by topic.
    pub errors: RwSignal<BTreeMap<Topic, String>>,
}

impl InterpretSignals {
    /// Returns signals without any answer.
    pub fn new() -> Self {
        Self {
            selection: Selection::default(),
            visible: Visibility::default(),
            dataset: RwSignal::new(None),
            run: RunCells::default(),
            answers: AnswerCells::default(),
            errors: RwSignal::default(),
        }
    }

    /// Returns the same signals as the views take them.
    pub fn state(self) -> InterpretState {
        let (dataset, errors) = (self.dataset, self.errors);
        let error =
            move |topic| Signal::memo(move || errors.with(|errors| errors.get(&topic).cloned()));
        let RunCells { id, step, epochs, previous, layers } = self.run;
        let answers = self.answers;
        InterpretState {
            selection: self.selection,
            visible: self.visible,
            dataset: Signal::memo(move || dataset.get().map(Images::new)),
            run: RunSignals {
                id: id.into(),
                step: step.into(),
                epochs: epochs.into(),
                previous: previous.into(),
                layers: layers.into(),
            },
            answers: Answers {
                map_points: answers.map_points.into(),
                probes: answers.probes.into(),
                layers: compared(answers.layers, error(Topic::Layers)),
                unit: compared(answers.unit, error(Topic::Unit)),
                visualization: compared(answers.visualization, error(Topic::Dream)),
                op_trace: single(answers.op_trace, error(Topic::Close)),
                explanation: compared(answers.explanation, error(Topic::Why)),
                mistakes: single(answers.mistakes, error(Topic::Mistakes)),
                neighbors: single(answers.neighbors, error(Topic::Neighbours)),
                embedding: single(answers.embedding, error(Topic::Embed)),
            },
            narrow_window: use_narrow_window(),
        }
    }
}

fn single<T: Send + Sync + 'static>(
    data: RwSignal<Shared<T>>,
    error: Signal<Option<String>>,
) -> QueryResult<T> {
    QueryResult { data: data.into(), error }
}

fn compared<T: Send + Sync + 'static>(
    data: Pair<T>,
    error: Signal<Option<String>>,
) -> ComparedResult<T> {
    let [primary, compared] = data.0.map(Signal::from);
    ComparedResult { primary, compared, error }
}
