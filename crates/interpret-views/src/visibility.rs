//! Visibility of the views that show answers of the interpreter.

use ui::erased_signal::RwSignal;

/// Which views are visible. Nothing is computed for the others.
#[derive(Clone, Copy, Default)]
pub struct Visibility {
    /// Whether the layers are visible.
    pub layers: RwSignal<bool>,
    /// Whether the explanation is visible.
    pub explanation: RwSignal<bool>,
    /// Whether the mistakes are visible.
    pub mistakes: RwSignal<bool>,
    /// Whether the ladder beside the network is visible, which shows the layer probes of the last
    /// epoch.
    pub ladder: RwSignal<bool>,
}
