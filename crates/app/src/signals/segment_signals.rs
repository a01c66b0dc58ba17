//! Signals of the segmentation lab.

use std::sync::Arc;

use model::ImageRef;
use protocol::{LivePrediction, QuantizedMaps, SegmentEvaluation};
use store::shared_evaluation::SharedEvaluation;
use store::state::State;
use store::view_model;
use ui::erased_signal::RwSignal;

use super::set_if_changed::{set, set_shared};

/// Signals of the segmentation lab. They are empty in the other lab.
#[derive(Clone, Copy, Default)]
pub struct SegmentSignals {
    /// The slice shown in the viewer.
    pub selected_slice: RwSignal<Option<ImageRef>>,
    /// Gray values of this slice, if the current network is trained on the same data.
    pub slice_pixels: RwSignal<Option<Arc<[u8]>>>,
    /// Feature maps of this slice, one entry per block. They are an answer of the interpreter, not
    /// part of the state.
    pub feature_maps: RwSignal<Option<Arc<Vec<QuantizedMaps>>>>,
    /// The reason why there are no feature maps, as a sentence.
    pub feature_maps_error: RwSignal<Option<String>>,
    /// Masks of the visitor's own slices, `[n, height, width]`.
    pub masks: RwSignal<Option<Arc<Vec<u8>>>>,
    /// The latest live prediction of the preview slices.
    pub live_prediction: RwSignal<Option<Arc<LivePrediction>>>,
    /// The last evaluation of a U-Net.
    pub report: RwSignal<Option<SharedEvaluation<SegmentEvaluation>>>,
}

impl SegmentSignals {
    /// Updates the signals that change with a click or an event.
    pub(super) fn update(&self, state: &State) {
        let viewed =
            state.selected_slice.as_ref().filter(|viewed| state.shown == Some(viewed.data));
        set(self.selected_slice, &viewed.map(|viewed| viewed.image));
        let trained_on = state.checkpoints.run.as_ref().map(|run| run.data);
        let fitting = viewed.filter(|viewed| trained_on == Some(viewed.data));
        set(self.slice_pixels, &fitting.map(|viewed| viewed.pixels.clone()));
        set_shared(self.masks, state.own_slices.as_ref().and_then(|slices| slices.masks.as_ref()));
    }

    /// Updates the signals that change continuously during training.
    pub(super) fn update_progress(&self, state: &State) {
        let run = state.visible_run();
        set_shared(self.live_prediction, run.and_then(|run| run.live_prediction.as_ref()));
        set(self.report, &view_model::segment_evaluation(state).cloned());
    }
}
