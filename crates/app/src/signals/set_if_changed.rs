//! Functions that set a signal only if its value changes.

use std::sync::Arc;

use ui::erased_signal::RwSignal;

/// Sets a signal if its value is different.
pub(super) fn set<T: PartialEq + Clone + Send + Sync + 'static>(signal: RwSignal<T>, value: &T) {
    if signal.with_untracked(|now| now != value) {
        signal.set(value.clone());
    }
}

/// Sets a signal if it contains a different `Arc`. The content is not compared, since that takes
/// longer than showing it.
pub(super) fn set_shared<T: Send + Sync + 'static>(
    signal: RwSignal<Option<Arc<T>>>,
    value: Option<&Arc<T>>,
) {
    let same = signal.with_untracked(|now| match (now, value) {
        (Some(now), Some(value)) => Arc::ptr_eq(now, value),
        (None, None) => true,
        _ => false,
    });
    if !same {
        signal.set(value.cloned());
    }
}
