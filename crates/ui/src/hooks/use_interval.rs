//! Timers that are stopped with their view.

use std::time::Duration;

use leptos::prelude::*;

/// A timer that calls a function at regular intervals until it is stopped.
#[derive(Clone, Copy)]
pub struct Interval(StoredValue<Option<IntervalHandle>, LocalStorage>);

/// Returns a timer that is not running. It is stopped when the calling view is removed.
pub fn use_interval() -> Interval {
    let interval = Interval(StoredValue::new_local(None));
    on_cleanup(move || interval.stop());
    interval
}

impl Interval {
    /// Starts to call a function at regular intervals, and stops any earlier calls.
    pub fn start(self, tick: impl Fn() + 'static, period: Duration) {
        self.stop();
        // Fails only if the browser provides no timer.
        let handle = set_interval_with_handle(tick, period).ok();
        self.0.try_set_value(handle);
    }

    /// Stops the timer.
    pub fn stop(self) {
        if let Some(handle) = self.0.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    }
}
