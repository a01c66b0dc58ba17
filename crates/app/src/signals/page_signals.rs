//! The signals that the views read: projections of the state, each of which changes only when its
//! value does.

use model::{Lab, RunConfig};
use protocol::{BatchTrace, DataInfo, Evaluation};
use store::engine::EngineStatus;
use store::packs::Packs;
use store::shared_evaluation::SharedEvaluation;
use store::state::{Notice, State};
use store::view_model::{self, Curve, Prediction, RunProgress, Transport};
use ui::erased_signal::RwSignal;

use super::network_signals::NetworkSignals;
use super::segment_signals::SegmentSignals;
use super::set::set;
use crate::dataset::loaded_dataset::LoadedDataset;

/// All signals.
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
    /// Data that the engine has loaded.
    pub info: RwSignal<Option<DataInfo>>,
    /// The data on the page.
    pub shown: RwSignal<Option<LoadedDataset>>,
    /// State of the transport bar.
    pub transport: RwSignal<Transport>,
    /// Progress of the run.
    pub progress: RwSignal<RunProgress>,
    /// Earlier runs, oldest first, then the present one.
    pub curves: RwSignal<Vec<Curve>>,
    /// The trace of the next or the last batch.
    pub batch_trace: RwSignal<Option<BatchTrace>>,
    /// The last evaluation.
    pub report: RwSignal<Option<SharedEvaluation<Evaluation>>>,
    /// The answer to the visitor's question.
    pub prediction: RwSignal<Option<Prediction>>,
    /// The run whose networks are interpreted, and its checkpoints.
    pub network: NetworkSignals,
    /// Signals of the segmentation lab.
    pub segment: SegmentSignals,
}

impl Signals {
    /// Creates signals with the values of a state.
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
            batch_trace: RwSignal::default(),
            report: RwSignal::default(),
            prediction: RwSignal::new(None),
            network: NetworkSignals::default(),
            segment: SegmentSignals::default(),
        };
        signals.update(state);
        signals.update_progress(state);
        signals
    }

    /// Updates what a click or an event changes. Cheap.
    pub fn update(&self, state: &State) {
        set(self.lab, &state.lab());
        set(self.config, &state.link.config);
        set(self.notices, &state.notices);
        set(self.engine, &state.engine.status);
        set(self.packs, &state.packs);
        set(self.transport, &view_model::transport(state));
        set(self.info, &state.data_info().cloned());
        set(self.batch_trace, &state.visible_run().and_then(|run| run.batch_trace.clone()));
        set(self.prediction, &view_model::prediction(state));
        self.network.update(state);
        self.segment.update(state);
    }

    /// Updates what changes all the time while a run goes on. Drawing it takes milliseconds.
    pub fn update_progress(&self, state: &State) {
        set(self.progress, &view_model::progress(state));
        set(self.report, &state.visible_run().and_then(|run| run.evaluation.clone()));
        set(self.curves, &view_model::curves(state));
        self.segment.update_progress(state);
    }
}
