//! State shared by the views: the selection, the run, and the answers of the interpreter.

use std::sync::Arc;

use protocol::interpret::{
    ActivationsQuery, Embedding, EmbeddingQuery, Explanation, ExplanationQuery,
    FeatureVisualization, FeatureVisualizationQuery, MapPoint, Mistakes, MistakesQuery,
    NeighborsQuery, NetworkActivations, NetworkRef, OpTrace, OpTraceQuery, Query, Side, Snapshot,
    UnitActivations, UnitQuery, UnitRef,
};
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::{effect, memo};

use super::images::Images;
use super::probe_table::{ProbeTable, probe_table};
use super::query_client::{QueryClient, QueryResult};
use super::run_signals::RunSignals;
use super::selection::Selection;
use super::visibility::Visibility;

/// Test images, given by their index in the test split, with their distances, the nearest first.
pub type Neighbors = Vec<(usize, f32)>;

/// All signals that the views read, and the selection that they write.
#[derive(Clone, Copy)]
pub struct InterpretState {
    /// The visitor's selection.
    pub selection: Selection,
    /// Visibility of the views.
    pub visible: Visibility,
    /// The images, once loaded.
    pub dataset: Signal<Option<Images>>,
    /// Signals of the run whose networks are shown.
    pub run: RunSignals,
    /// Answers of the interpreter that several views show.
    pub answers: Answers,
    /// Client of the interpreter, for views with a query of their own.
    pub client: QueryClient,
}

/// Answers about the selected network, and about the network to which it is compared.
pub struct ComparedResult<T> {
    /// The answer about the selected network.
    pub primary: Signal<Option<Arc<T>>>,
    /// The answer about the network to which it is compared.
    pub compared: Signal<Option<Arc<T>>>,
    /// Reason why there is no answer, as a sentence.
    pub error: Signal<Option<String>>,
}

impl<T> Clone for ComparedResult<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for ComparedResult<T> {}

impl<T: Send + Sync + 'static> ComparedResult<T> {
    /// Asks a query about both networks.
    fn new<Q: Query<Answer = T>>(
        client: QueryClient,
        network_of: impl Fn(Side) -> Option<NetworkRef> + Copy + 'static,
        query: impl Fn() -> Option<Q> + Copy + 'static,
    ) -> (Self, [QueryResult<T>; 2]) {
        let results = [Side::Primary, Side::Compared]
            .map(|side| client.query(move || Some((network_of(side)?, query()?))));
        let [primary, compared] = results;
        let error = memo(move || primary.error.get().or_else(|| compared.error.get()));
        (Self { primary: primary.data, compared: compared.data, error }, results)
    }

    /// Returns the same results, with the failure of the interpreter, if there is one, in place of
    /// `error`.
    fn with_failure(self, failure: Signal<Option<String>>) -> Self {
        let own = self.error;
        Self { error: memo(move || failure.get().or_else(|| own.get())), ..self }
    }

    /// Returns the answer about one of the two networks.
    pub fn of(&self, side: Side) -> Signal<Option<Arc<T>>> {
        match side {
            Side::Primary => self.primary,
            Side::Compared => self.compared,
        }
    }
}

/// Answers of the interpreter.
#[derive(Clone, Copy)]
pub struct Answers {
    /// The points of the embedding maps.
    pub map_points: Signal<Arc<Vec<MapPoint>>>,
    /// All layer probes received so far.
    pub probes: Signal<Arc<ProbeTable>>,
    /// Reason why there are no layer probes, as a sentence.
    pub probes_error: Signal<Option<String>>,
    /// Activations and gradients of all layers for the selected image.
    pub layers: ComparedResult<NetworkActivations>,
    /// Weights and activation statistics of the hovered or selected unit.
    pub unit: ComparedResult<UnitActivations>,
    /// Feature visualization of the selected unit.
    pub visualization: ComparedResult<FeatureVisualization>,
    /// Input and weights of the selected operation.
    pub op_trace: QueryResult<OpTrace>,
    /// Attribution maps of the selected class.
    pub explanation: ComparedResult<Explanation>,
    /// Test images with the largest losses.
    pub mistakes: QueryResult<Mistakes>,
    /// A test image and its nearest neighbors.
    pub neighbors: QueryResult<(usize, Neighbors)>,
    /// The t-SNE map of a layer.
    pub embedding: QueryResult<Embedding>,
}

impl InterpretState {
    /// Creates the state, and queries the interpreter for the answers that the selection and the
    /// visible views require.
    pub fn new(client: QueryClient, run: RunSignals, dataset: Signal<Option<Images>>) -> Self {
        let (selection, visible) = (Selection::default(), Visibility::default());
        let primary =
            move || Some(NetworkRef { run: run.id.get()?, snapshot: selection.snapshot.get() });
        let network_of = move |side| match side {
            Side::Primary => primary(),
            Side::Compared => primary().and(selection.compared.get()),
        };
        let image = move || {
            let image = selection.image.get()?;
            dataset.with(|images| images.as_ref()?.labeled_image(image))
        };
        let while_seen = |seen: RwSignal<bool>| move || seen.get().then_some(());
        let layers_seen = while_seen(visible.layers);
        let failure = client.failure;
        // The image is not a layer with learned weights.
        let learned = |unit: Option<UnitRef>| unit.filter(|unit| unit.layer > 0);

        let activations = move || {
            layers_seen()?;
            Some(ActivationsQuery { image: image()? })
        };
        let (layers, layers_results) = ComparedResult::new(client, network_of, activations);
        let unit = move || {
            layers_seen()?;
            let unit = learned(selection.hovered_unit.get().or(selection.unit.get()))?;
            Some(UnitQuery { unit })
        };
        let (unit, unit_results) = ComparedResult::new(client, network_of, unit);
        let visualization = move || {
            layers_seen()?;
            Some(FeatureVisualizationQuery { unit: learned(selection.unit.get())? })
        };
        let (visualization, visualization_results) =
            ComparedResult::new(client, network_of, visualization);
        let op_trace = client.query(move || {
            layers_seen()?;
            let (unit, op) = (selection.unit.get()?, selection.operation.get()?);
            Some((primary()?, OpTraceQuery { image: image()?, unit, op }))
        });
        let embedding = client.query(move || {
            layers_seen()?;
            Some((primary()?, EmbeddingQuery { layer: selection.tsne_layer.get()? }))
        });
        let explanation = move || {
            visible.explanation.get().then_some(())?;
            Some(ExplanationQuery { image: image()?, target: selection.target.get() })
        };
        let (explanation, explanation_results) =
            ComparedResult::new(client, network_of, explanation);
        let mistakes = client.query(move || {
            visible.mistakes.get().then_some(())?;
            Some((primary()?, MistakesQuery {}))
        });
        let neighbors = client.query(move || {
            visible.mistakes.get().then_some(())?;
            Some((primary()?, NeighborsQuery { image: selection.neighbors_of.get()? }))
        });
        let (probes, probes_error) = probe_table(client, selection, visible, run);

        // The explanation of another image must not be shown until the new one arrives.
        effect(move || {
            selection.image.track();
            explanation_results.into_iter().for_each(QueryResult::clear);
        });
        // The t-SNE map of another layer must not be shown either.
        effect(move || {
            selection.tsne_layer.track();
            embedding.clear();
        });
        effect(move || {
            run.id.track();
            layers_results.into_iter().for_each(QueryResult::clear);
            unit_results.into_iter().for_each(QueryResult::clear);
            visualization_results.into_iter().for_each(QueryResult::clear);
            explanation_results.into_iter().for_each(QueryResult::clear);
            op_trace.clear();
            embedding.clear();
            mistakes.clear();
            neighbors.clear();
        });
        effect(move || selection.on_dataset(dataset.get().as_ref()));
        effect(move || selection.on_layers(&run.layers.get()));
        let has_no_epochs = memo(move || run.epochs.with(Vec::is_empty));
        effect(move || {
            run.id.track();
            if has_no_epochs.get() {
                selection.on_lost_checkpoints(run.previous.get_untracked().map(|(run, _)| run));
            }
        });

        let layers_error = layers.error;
        let layers = ComparedResult {
            error: memo(move || layers_error.get().or_else(|| probes_error.get())),
            ..layers
        };
        Self {
            selection,
            visible,
            dataset,
            run,
            answers: Answers {
                map_points: client.map_points,
                probes,
                probes_error: memo(move || failure.get().or_else(|| probes_error.get())),
                layers: layers.with_failure(failure),
                unit,
                visualization,
                op_trace,
                explanation: explanation.with_failure(failure),
                mistakes: mistakes.with_failure(failure),
                neighbors,
                embedding,
            },
            client,
        }
    }

    /// Returns the class names in label order.
    pub fn classes(self) -> Signal<Vec<String>> {
        let dataset = self.dataset;
        Signal::memo(move || {
            dataset
                .with(|data| data.as_ref().map(|data| data.classes().to_vec()).unwrap_or_default())
        })
    }

    /// Returns the epoch of the selected checkpoint. For the latest checkpoint, this is the last
    /// epoch with a checkpoint.
    pub fn epoch(self) -> Signal<usize> {
        Signal::memo(move || self.current_epoch())
    }

    /// Returns the value of [`InterpretState::epoch`] without creating a signal, for callers that
    /// need it repeatedly.
    pub fn current_epoch(self) -> usize {
        match self.selection.snapshot.get() {
            Snapshot::Epoch(epoch) => epoch,
            Snapshot::Latest => self.run.epochs.with(|epochs| epochs.last().copied().unwrap_or(0)),
        }
    }
}
