//! Signals of the run whose networks are shown.

use std::sync::Arc;

use model::LayerInfo;
use protocol::RunId;
use ui::erased_signal::Signal;

/// Signals of the run whose networks are shown.
#[derive(Clone, Copy)]
pub struct RunSignals {
    /// Id of the run; `None` before the first run.
    pub id: Signal<Option<RunId>>,
    /// Step of the latest checkpoint.
    pub step: Signal<usize>,
    /// Epochs with a checkpoint, in increasing order.
    pub epochs: Signal<Vec<usize>>,
    /// The previous run and its epochs with a checkpoint, if it was trained on the same images.
    pub previous: Signal<Option<(RunId, Vec<usize>)>>,
    /// Layers of the network, starting with the image.
    pub layers: Signal<Arc<Vec<LayerInfo>>>,
}
