//! What the views of the segmentation lab read.

use std::sync::Arc;

use model::ImageRef;
use protocol::{LivePrediction, QuantizedMaps, SegmentEvaluation};
use store::shared_evaluation::SharedEvaluation;
use store::state::State;
use ui::erased_signal::RwSignal;

use super::set;

/// What the segmentation lab shows of the run and its answers; nothing in the other lab.
#[derive(Clone, Copy, Default)]
pub struct SegmentSignals {
    /// The slice in the viewer.
    pub viewed: RwSignal<Option<ImageRef>>,
    /// What the network makes of it, block by block.
    pub features: RwSignal<Option<Arc<Vec<QuantizedMaps>>>>,
    /// The masks of the visitor's own slices, `[n, height, width]`.
    pub masks: RwSignal<Option<Arc<Vec<u8>>>>,
    /// The watched slices as the network segments them now.
    pub glimpse: RwSignal<Option<Arc<LivePrediction>>>,
    /// The last evaluation.
    pub report: RwSignal<Option<SharedEvaluation<SegmentEvaluation>>>,
}

impl SegmentSignals {
    /// Shows what a click or an event changed.
    pub(super) fn show(&self, state: &State) {
        let viewed =
            state.selected_slice.as_ref().filter(|viewed| state.shown == Some(viewed.data));
        set(self.viewed, &viewed.map(|viewed| viewed.image));
        set_shared(self.features, viewed.and_then(|viewed| viewed.maps.as_ref()));
        set_shared(self.masks, state.own_slices.as_ref().and_then(|slices| slices.masks.as_ref()));
    }

    /// Shows what changes all the time while a run goes on.
    pub(super) fn tick(&self, state: &State) {
        let run = state.visible_run();
        set_shared(self.glimpse, run.and_then(|run| run.live_prediction.as_ref()));
        set(self.report, &run.and_then(|run| run.segment_evaluation.clone()));
    }
}

/// Sets a signal if it is another thing, whatever is in it: looking into it takes longer than
/// showing it.
fn set_shared<T: Send + Sync + 'static>(signal: RwSignal<Option<Arc<T>>>, value: Option<&Arc<T>>) {
    let same = signal.with_untracked(|now| match (now, value) {
        (Some(now), Some(value)) => Arc::ptr_eq(now, value),
        (None, None) => true,
        _ => false,
    });
    if !same {
        signal.set(value.cloned());
    }
}
