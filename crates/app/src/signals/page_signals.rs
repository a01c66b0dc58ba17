//! Signals that the views read. They are projections of the state, and each changes only when its
//! value does.

use std::sync::Arc;

use model::permalink::{FrameOptions, View};
use model::{Lab, RunConfig, StudyKind};
use protocol::{BatchTrace, DataInfo, Evaluation, StepTrace};
use store::best_epoch::RunEnd;
use store::encoder_start::{self, EncoderOffer, EncoderStart};
use store::engine::EngineStatus;
use store::first_weights::{WeightsOrigin, WeightsRequest};
use store::packs::Packs;
use store::run::TestSetReport;
use store::shared_evaluation::SharedEvaluation;
use store::state::{Notice, State};
use store::test_set::Seal;
use store::view_model::{self, Curve, Prediction, RunProgress, Transport};
use ui::erased_signal::RwSignal;

use super::network_signals::NetworkSignals;
use super::segment_signals::SegmentSignals;
use super::set_if_changed::{set, set_shared};
use crate::dataset::loaded_dataset::LoadedDataset;

/// All signals of the page.
#[derive(Clone, Copy)]
pub struct Signals {
    /// Configuration of the run that the visitor wants.
    pub config: RwSignal<RunConfig>,
    /// Lab of this configuration.
    pub lab: RwSignal<Lab>,
    /// Views to show, from left to right.
    pub views: RwSignal<Vec<View>>,
    /// The question that the view of studies shows.
    pub study: RwSignal<StudyKind>,
    /// Whether the page is in projector mode.
    pub present: RwSignal<bool>,
    /// How the page is reduced and controlled, mostly in an iframe.
    pub frame: RwSignal<FrameOptions>,
    /// Problems that have not been dismissed.
    pub notices: RwSignal<Vec<Notice>>,
    /// Status of the engine.
    pub engine: RwSignal<EngineStatus>,
    /// Status of the packs.
    pub packs: RwSignal<Packs>,
    /// Description of the data loaded in the engine.
    pub info: RwSignal<Option<DataInfo>>,
    /// The data set shown on the page.
    pub shown: RwSignal<Option<LoadedDataset>>,
    /// How the run ended, once it has.
    pub run_end: RwSignal<Option<RunEnd>>,
    /// State of the transport bar.
    pub transport: RwSignal<Transport>,
    /// Progress of the run.
    pub progress: RwSignal<RunProgress>,
    /// Curves of earlier runs, oldest first, and of the current run.
    pub curves: RwSignal<Vec<Curve>>,
    /// Trace of the next or the last batch.
    pub batch_trace: RwSignal<Option<BatchTrace>>,
    /// Gradients and update of this batch's step, while they are watched.
    pub step_trace: RwSignal<Option<Arc<StepTrace>>>,
    /// The last evaluation of a classifier.
    pub report: RwSignal<Option<SharedEvaluation<Evaluation>>>,
    /// The sealed test set.
    pub seal: RwSignal<Seal>,
    /// Evaluation on the test set, once it was opened for this run.
    pub test_set: RwSignal<Option<Arc<TestSetReport>>>,
    /// Prediction for the image chosen by the visitor.
    pub prediction: RwSignal<Option<Prediction>>,
    /// Origin of the weights from which runs start; `None` if they are random.
    pub first_weights: RwSignal<Option<WeightsOrigin>>,
    /// How the encoder of the U-Net can start.
    pub encoder_start: RwSignal<EncoderStart>,
    /// What the classifier can give to the U-Net of the other lab.
    pub encoder_offer: RwSignal<Option<EncoderOffer>>,
    /// Weights of the run that are to be saved.
    pub saved_weights: RwSignal<WeightsRequest>,
    /// Signals of the networks that are interpreted.
    pub network: NetworkSignals,
    /// Signals of the segmentation lab.
    pub segment: SegmentSignals,
}

impl Signals {
    /// Creates the signals with the values of a state.
    pub fn new(state: &State) -> Self {
        let signals = Self {
            config: RwSignal::new(state.link.config.clone()),
            lab: RwSignal::new(state.lab()),
            views: RwSignal::new(state.views()),
            study: RwSignal::new(state.link.study),
            present: RwSignal::new(state.link.present),
            frame: RwSignal::new(state.link.frame.clone()),
            notices: RwSignal::default(),
            engine: RwSignal::default(),
            packs: RwSignal::default(),
            info: RwSignal::default(),
            shown: RwSignal::new(None),
            run_end: RwSignal::default(),
            transport: RwSignal::new(view_model::transport(state)),
            progress: RwSignal::default(),
            curves: RwSignal::default(),
            batch_trace: RwSignal::default(),
            step_trace: RwSignal::default(),
            report: RwSignal::default(),
            seal: RwSignal::default(),
            test_set: RwSignal::default(),
            prediction: RwSignal::new(None),
            first_weights: RwSignal::new(None),
            encoder_start: RwSignal::default(),
            encoder_offer: RwSignal::new(None),
            saved_weights: RwSignal::default(),
            network: NetworkSignals::default(),
            segment: SegmentSignals::default(),
        };
        signals.update(state);
        signals.update_progress(state);
        signals
    }

    /// Updates the signals that change with a click or an event. This is fast.
    pub fn update(&self, state: &State) {
        set(self.lab, &state.lab());
        set(self.config, &state.link.config);
        set(self.views, &state.views());
        set(self.study, &state.link.study);
        set(self.present, &state.link.present);
        set(self.frame, &state.link.frame);
        set(self.notices, &state.notices);
        set(self.engine, &state.engine.status);
        set(self.packs, &state.packs);
        set(self.run_end, &state.run_end());
        set(self.transport, &view_model::transport(state));
        set(self.info, &state.data_info().cloned());
        set(self.batch_trace, &state.visible_run().and_then(|run| run.batch_trace.clone()));
        set(self.step_trace, &state.visible_run().and_then(|run| run.step_trace.clone()));
        set(self.seal, &state.seal());
        set_shared(self.test_set, view_model::test_set(state));
        set(self.prediction, &view_model::prediction(state));
        let origin = state.first_weights.as_ref().map(|weights| weights.origin.clone());
        set(self.first_weights, &origin);
        set(self.encoder_start, &encoder_start::encoder_start(state));
        set(self.encoder_offer, &encoder_start::encoder_offer(state));
        set(self.saved_weights, &state.saved_weights);
        self.network.update(state);
        self.segment.update(state);
    }

    /// Updates the signals that change continuously during training. Drawing them takes
    /// milliseconds.
    pub fn update_progress(&self, state: &State) {
        set(self.progress, &view_model::progress(state));
        set(self.report, &view_model::evaluation(state).cloned());
        set(self.curves, &view_model::curves(state));
        self.segment.update_progress(state);
    }
}
