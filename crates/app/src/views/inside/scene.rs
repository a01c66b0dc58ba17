//! What all views of what a network has learned share: what is looked at, and what was answered.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::ImageRef;
use model::{LayerInfo, OpKind};
use protocol::RunId;
use protocol::interpret::{
    Embedding, ExplainTarget, Explanation, FeatureVisualization, LayerProbe, MapPoint, Mistakes,
    NetworkActivations, NetworkRef, OpTrace, Side, Snapshot, UnitActivations, UnitRef,
};
use ui::erased_signal::{RwSignal, Signal};
use ui::hooks::use_narrow_window::use_narrow_window;

use super::album::Album;

/// An answer as signals hold it.
pub type Shared<T> = Option<Arc<T>>;

/// Places of test images and their distances.
pub type Near = Vec<(usize, f32)>;

/// Rungs by run, epoch and layer.
pub type Rungs = BTreeMap<(RunId, usize, usize), Arc<LayerProbe>>;

/// One signal for each side of a comparison.
pub struct Pair<T>(pub [RwSignal<Shared<T>>; 2]);

impl<T> Clone for Pair<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Pair<T> {}

impl<T: Send + Sync + 'static> Pair<T> {
    fn new() -> Self {
        Self([RwSignal::new(None), RwSignal::new(None)])
    }

    /// The signal of a side.
    pub fn of(&self, side: Side) -> RwSignal<Shared<T>> {
        self.0[side as usize]
    }
}

/// What can be asked, for sentences about why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// What the layers make of the image.
    Layers,
    /// What a unit does.
    Unit,
    /// The image that excites it.
    Dream,
    /// The arithmetic behind a map.
    Close,
    /// Why a class.
    Why,
    /// The largest losses.
    Mistakes,
    /// What is near a mistake.
    Neighbours,
    /// A map by t-SNE.
    Embed,
}

/// Everything at once. The visitor moves the signals of the first half; the others follow.
#[derive(Clone, Copy)]
pub struct Scene {
    /// The image that is looked at.
    pub image: RwSignal<Option<ImageRef>>,
    /// The network that is looked at: of now, or of an epoch.
    pub moment: RwSignal<Snapshot>,
    /// The network that it is compared with.
    pub compare: RwSignal<Option<NetworkRef>>,
    /// The unit under the pointer or the keyboard.
    pub pointed: RwSignal<Option<UnitRef>>,
    /// The unit that was chosen.
    pub chosen: RwSignal<Option<UnitRef>>,
    /// The operation of the chosen unit that is looked at closely.
    pub part: RwSignal<Option<OpKind>>,
    /// The pixel of its output.
    pub pixel: RwSignal<[usize; 2]>,
    /// Which class is explained, and by which weights.
    pub reason: RwSignal<ExplainTarget>,
    /// The test image whose neighbours are shown.
    pub near: RwSignal<Option<usize>>,
    /// The layer whose t-SNE is shown.
    pub embed: RwSignal<Option<usize>>,
    /// Whether the layers are on the screen.
    pub layers_seen: RwSignal<bool>,
    /// Whether the explanations are.
    pub why_seen: RwSignal<bool>,
    /// Whether the mistakes are.
    pub mistakes_seen: RwSignal<bool>,

    /// The layers of the run's network, the image first.
    pub stages: RwSignal<Arc<Vec<LayerInfo>>>,
    /// The images.
    pub album: RwSignal<Option<Album>>,
    /// The run.
    pub run: RwSignal<Option<RunId>>,
    /// Steps of the latest weights.
    pub step: RwSignal<usize>,
    /// Epochs whose networks are kept.
    pub epochs: RwSignal<Vec<usize>>,
    /// The run before, and its epochs that are kept, where its images and layers are the same.
    pub before: RwSignal<Option<(RunId, Vec<usize>)>>,
    /// What the points of maps are.
    pub points: RwSignal<Arc<Vec<MapPoint>>>,
    /// All rungs that are known.
    pub rungs: RwSignal<Arc<Rungs>>,
    /// What the layers make of the image.
    pub layers: Pair<NetworkActivations>,
    /// What the unit does.
    pub unit: Pair<UnitActivations>,
    /// The image that excites it.
    pub dream: Pair<FeatureVisualization>,
    /// The arithmetic.
    pub close: RwSignal<Shared<OpTrace>>,
    /// The explanation.
    pub why: Pair<Explanation>,
    /// The mistakes.
    pub mistakes: RwSignal<Shared<Mistakes>>,
    /// The nearest test images of `near`, with their distances.
    pub neighbours: RwSignal<Option<(usize, Near)>>,
    /// The map by t-SNE.
    pub embedding: RwSignal<Shared<Embedding>>,
    /// Why there is no answer, by topic.
    pub refusals: RwSignal<BTreeMap<Topic, String>>,
    /// Whether the window is as narrow as a phone's.
    pub narrow: Signal<bool>,
}

impl Scene {
    /// A scene in which nothing is known.
    pub fn new() -> Self {
        Self {
            image: RwSignal::new(None),
            moment: RwSignal::new(Snapshot::Latest),
            compare: RwSignal::new(None),
            pointed: RwSignal::new(None),
            chosen: RwSignal::new(None),
            part: RwSignal::new(None),
            pixel: RwSignal::new([0; 2]),
            reason: RwSignal::new(ExplainTarget { class: None, randomized: false }),
            near: RwSignal::new(None),
            embed: RwSignal::new(None),
            layers_seen: RwSignal::new(false),
            why_seen: RwSignal::new(false),
            mistakes_seen: RwSignal::new(false),
            stages: RwSignal::default(),
            album: RwSignal::new(None),
            run: RwSignal::new(None),
            step: RwSignal::new(0),
            epochs: RwSignal::default(),
            before: RwSignal::new(None),
            points: RwSignal::default(),
            rungs: RwSignal::default(),
            layers: Pair::new(),
            unit: Pair::new(),
            dream: Pair::new(),
            close: RwSignal::new(None),
            why: Pair::new(),
            mistakes: RwSignal::new(None),
            neighbours: RwSignal::new(None),
            embedding: RwSignal::new(None),
            refusals: RwSignal::default(),
            narrow: use_narrow_window(),
        }
    }

    /// Class names in label order.
    pub fn classes(self) -> Signal<Vec<String>> {
        let album = self.album;
        Signal::memo(move || {
            album.with(|album| album.as_ref().map(|a| a.classes().to_vec()).unwrap_or_default())
        })
    }

    /// Why there is no answer about a topic.
    pub fn refusal(self, topic: Topic) -> Signal<Option<String>> {
        let refusals = self.refusals;
        Signal::memo(move || refusals.with(|refusals| refusals.get(&topic).cloned()))
    }

    /// The epoch that is looked at: of now, the last one.
    pub fn epoch(self) -> Signal<usize> {
        Signal::memo(move || self.epoch_now())
    }

    /// The same without a signal of its own, for what is asked again and again.
    pub fn epoch_now(self) -> usize {
        match self.moment.get() {
            Snapshot::Epoch(epoch) => epoch,
            Snapshot::Latest => self.epochs.with(|epochs| epochs.last().copied().unwrap_or(0)),
        }
    }
}

impl Default for Scene {
    fn default() -> Self {
        Self::new()
    }
}
