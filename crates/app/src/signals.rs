//! The signals that the views read: projections of the state, each of which changes only when its
//! value does.

mod segment;

use features::data::data_panel::DataView;
use features::dataset::image_store::ImageStore;
use features::dataset::slice_store::SliceStore;
use model::{Lab, RunConfig};
use protocol::{BatchTrace, DataInfo, Evaluation};
pub use segment::SegmentSignals;
use store::engine::EngineStatus;
use store::packs::Packs;
use store::shared_evaluation::SharedEvaluation;
use store::state::{Notice, State};
use store::view_model::{self, Curve, Prediction, RunProgress, Transport};
use ui::erased_signal::RwSignal;

/// The data that the page shows.
#[derive(Clone)]
pub struct Shown {
    /// What they say about themselves.
    pub facts: DataView,
    /// What is in them.
    pub content: Content,
}

/// What there is to look at.
#[derive(Clone)]
pub enum Content {
    /// Images with a class each.
    Images(ImageStore),
    /// Slices with a mask each.
    Slices(SliceStore),
}

impl Shown {
    /// The images, where the data have classes.
    pub fn images(&self) -> Option<&ImageStore> {
        match &self.content {
            Content::Images(images) => Some(images),
            Content::Slices(_) => None,
        }
    }

    /// The slices, where the data have masks.
    pub fn slices(&self) -> Option<&SliceStore> {
        match &self.content {
            Content::Images(_) => None,
            Content::Slices(slices) => Some(slices),
        }
    }
}

/// All signals. A copy is as good as the original.
#[derive(Clone, Copy)]
pub struct Signals {
    /// The run that the visitor wants.
    pub config: RwSignal<RunConfig>,
    /// The lab that it belongs to.
    pub lab: RwSignal<Lab>,
    /// Problems that have not been dismissed.
    pub notices: RwSignal<Vec<Notice>>,
    /// The engine.
    pub engine: RwSignal<EngineStatus>,
    /// The packs.
    pub packs: RwSignal<Packs>,
    /// What the engine has loaded.
    pub info: RwSignal<Option<DataInfo>>,
    /// What the page shows.
    pub shown: RwSignal<Option<Shown>>,
    /// What the buttons need.
    pub transport: RwSignal<Transport>,
    /// How far the run is.
    pub progress: RwSignal<RunProgress>,
    /// Earlier runs, oldest first, then the present one.
    pub curves: RwSignal<Vec<Curve>>,
    /// The batch under the lens.
    pub lens: RwSignal<Option<BatchTrace>>,
    /// The last evaluation.
    pub report: RwSignal<Option<SharedEvaluation<Evaluation>>>,
    /// The answer to the visitor's question.
    pub prediction: RwSignal<Option<Prediction>>,
    /// What the segmentation lab shows of the run and its answers.
    pub segment: SegmentSignals,
}

impl Signals {
    /// Signals that say what the state says.
    pub fn new(state: &State) -> Self {
        let signals = Self {
            config: RwSignal::new(state.link.config.clone()),
            lab: RwSignal::new(state.lab()),
            notices: RwSignal::default(),
            engine: RwSignal::default(),
            packs: RwSignal::default(),
            info: RwSignal::default(),
            shown: RwSignal::new(None),
            transport: RwSignal::new(view_model::transport(state)),
            progress: RwSignal::default(),
            curves: RwSignal::default(),
            lens: RwSignal::default(),
            report: RwSignal::default(),
            prediction: RwSignal::new(None),
            segment: SegmentSignals::default(),
        };
        signals.show(state);
        signals.tick(state);
        signals
    }

    /// Shows what a click or an event changed. Cheap.
    pub fn show(&self, state: &State) {
        set(self.lab, &state.lab());
        set(self.config, &state.link.config);
        set(self.notices, &state.notices);
        set(self.engine, &state.engine.status);
        set(self.packs, &state.packs);
        set(self.transport, &view_model::transport(state));
        set(self.info, &state.data_info().cloned());
        set(self.lens, &state.visible_run().and_then(|run| run.batch_trace.clone()));
        set(self.prediction, &view_model::prediction(state));
        self.segment.show(state);
    }

    /// Shows what changes all the time while a run goes on. Drawing it takes milliseconds.
    pub fn tick(&self, state: &State) {
        set(self.progress, &view_model::progress(state));
        set(self.report, &state.visible_run().and_then(|run| run.evaluation.clone()));
        set(self.curves, &view_model::curves(state));
        self.segment.tick(state);
    }
}

/// Sets a signal if that changes it.
pub(crate) fn set<T: PartialEq + Clone + Send + Sync + 'static>(signal: RwSignal<T>, value: &T) {
    if signal.with_untracked(|now| now != value) {
        signal.set(value.clone());
    }
}
