//! State shared by the views: the selection, the run, and the interpreter's answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{ImageRef, LayerInfo, OpKind};
use protocol::RunId;
use protocol::interpret::{
    Embedding, ExplainTarget, Explanation, FeatureVisualization, LayerProbe, MapPoint, Mistakes,
    NetworkActivations, NetworkRef, OpTrace, Side, Snapshot, UnitActivations, UnitRef,
};
use ui::erased_signal::{RwSignal, Signal};

use super::images::Images;

/// Test images by their index in the test split, with a distance each, the nearest first.
pub type Neighbors = Vec<(usize, f32)>;

/// Layer probes by run, epoch and layer.
pub type ProbeTable = BTreeMap<(RunId, usize, usize), Arc<LayerProbe>>;

/// Everything that the views read, and the selection that they write.
#[derive(Clone, Copy)]
pub struct InterpretState {
    /// The visitor's selection.
    pub selection: Selection,
    /// Views that are on the screen.
    pub visible: Visibility,
    /// The images, once they are loaded.
    pub dataset: Signal<Option<Images>>,
    /// The run whose networks are shown.
    pub run: RunSignals,
    /// The interpreter's answers.
    pub answers: Answers,
    /// Whether the window is as narrow as a phone's.
    pub narrow_window: Signal<bool>,
}

/// The visitor's selection. The views write it; the queries to the interpreter follow.
#[derive(Clone, Copy)]
pub struct Selection {
    /// The image that all views are about.
    pub image: RwSignal<Option<ImageRef>>,
    /// The checkpoint of the run: the latest one, or that of an epoch.
    pub snapshot: RwSignal<Snapshot>,
    /// The network that it is compared with.
    pub compared: RwSignal<Option<NetworkRef>>,
    /// The unit under the pointer or the keyboard's focus.
    pub hovered_unit: RwSignal<Option<UnitRef>>,
    /// The unit whose details are open.
    pub unit: RwSignal<Option<UnitRef>>,
    /// The operation of that unit whose arithmetic is shown.
    pub operation: RwSignal<Option<OpKind>>,
    /// The output pixel `[row, column]` of that operation.
    pub pixel: RwSignal<[usize; 2]>,
    /// The class that is explained, and with which weights.
    pub target: RwSignal<ExplainTarget>,
    /// The test image whose nearest neighbors are shown.
    pub neighbors_of: RwSignal<Option<usize>>,
    /// The layer whose t-SNE map is open.
    pub tsne_layer: RwSignal<Option<usize>>,
}

impl Default for Selection {
    fn default() -> Self {
        Self {
            image: RwSignal::new(None),
            snapshot: RwSignal::new(Snapshot::Latest),
            compared: RwSignal::new(None),
            hovered_unit: RwSignal::new(None),
            unit: RwSignal::new(None),
            operation: RwSignal::new(None),
            pixel: RwSignal::new([0; 2]),
            target: RwSignal::new(ExplainTarget { class: None, randomized: false }),
            neighbors_of: RwSignal::new(None),
            tsne_layer: RwSignal::new(None),
        }
    }
}

/// Views that are on the screen: nothing is computed for the others.
#[derive(Clone, Copy, Default)]
pub struct Visibility {
    /// The layers.
    pub layers: RwSignal<bool>,
    /// The explanation.
    pub explanation: RwSignal<bool>,
    /// The mistakes.
    pub mistakes: RwSignal<bool>,
}

/// The run whose networks are shown.
#[derive(Clone, Copy)]
pub struct RunSignals {
    /// The run's id; none before the first run.
    pub id: Signal<Option<RunId>>,
    /// Steps of the latest checkpoint.
    pub step: Signal<usize>,
    /// Epochs whose checkpoints are kept, in order.
    pub epochs: Signal<Vec<usize>>,
    /// The run before and its kept epochs, where it had the same images.
    pub previous: Signal<Option<(RunId, Vec<usize>)>>,
    /// The layers of the network, the image first.
    pub layers: Signal<Arc<Vec<LayerInfo>>>,
}

/// The latest answer to a query, or the reason why there is none.
pub struct QueryResult<T> {
    /// The answer.
    pub data: Signal<Option<Arc<T>>>,
    /// The reason why there is no answer, as a sentence.
    pub error: Signal<Option<String>>,
}

impl<T> Clone for QueryResult<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for QueryResult<T> {}

/// The answers about the selected network and about the one that it is compared with.
pub struct ComparedResult<T> {
    /// The answer about the selected network.
    pub primary: Signal<Option<Arc<T>>>,
    /// The answer about the network that it is compared with.
    pub compared: Signal<Option<Arc<T>>>,
    /// The reason why there is no answer, as a sentence.
    pub error: Signal<Option<String>>,
}

impl<T> Clone for ComparedResult<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for ComparedResult<T> {}

impl<T> ComparedResult<T> {
    /// Returns the answer about one of the two networks.
    pub fn of(&self, side: Side) -> Signal<Option<Arc<T>>> {
        match side {
            Side::Primary => self.primary,
            Side::Compared => self.compared,
        }
    }
}

/// The interpreter's answers.
#[derive(Clone, Copy)]
pub struct Answers {
    /// The points of the layers' maps.
    pub map_points: Signal<Arc<Vec<MapPoint>>>,
    /// All layer probes that are known.
    pub probes: Signal<Arc<ProbeTable>>,
    /// Activations and gradients of all layers for the selected image.
    pub layers: ComparedResult<NetworkActivations>,
    /// Weights and activation statistics of the hovered or selected unit.
    pub unit: ComparedResult<UnitActivations>,
    /// Feature visualization of the selected unit.
    pub visualization: ComparedResult<FeatureVisualization>,
    /// Inputs and weights of the selected operation.
    pub op_trace: QueryResult<OpTrace>,
    /// Attributions of the selected class.
    pub explanation: ComparedResult<Explanation>,
    /// The test images with the largest losses.
    pub mistakes: QueryResult<Mistakes>,
    /// A test image and its nearest neighbors.
    pub neighbors: QueryResult<(usize, Neighbors)>,
    /// The t-SNE map of a layer.
    pub embedding: QueryResult<Embedding>,
}

impl InterpretState {
    /// Returns the class names in label order.
    pub fn classes(self) -> Signal<Vec<String>> {
        let dataset = self.dataset;
        Signal::memo(move || {
            dataset
                .with(|data| data.as_ref().map(|data| data.classes().to_vec()).unwrap_or_default())
        })
    }

    /// Returns the epoch of the selected checkpoint; of the latest one, the last kept epoch.
    pub fn epoch(self) -> Signal<usize> {
        Signal::memo(move || self.current_epoch())
    }

    /// Reads [`InterpretState::epoch`] without a signal of its own, for callers that ask repeatedly.
    pub fn current_epoch(self) -> usize {
        match self.selection.snapshot.get() {
            Snapshot::Epoch(epoch) => epoch,
            Snapshot::Latest => self.run.epochs.with(|epochs| epochs.last().copied().unwrap_or(0)),
        }
    }
}
