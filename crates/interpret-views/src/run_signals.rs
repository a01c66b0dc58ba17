//! The run whose networks are shown.

use std::sync::Arc;

use model::LayerInfo;
use protocol::RunId;
use ui::erased_signal::Signal;

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
