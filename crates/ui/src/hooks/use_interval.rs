//! A timer that ends with its view.

use std::time::Duration;

use leptos::prelude::*;

/// A timer that calls a function at regular intervals until it is stopped.
#[derive(Clone, Copy)]
pub struct Interval(StoredValue<Option<IntervalHandle>, LocalStorage>);

/// Returns a timer that is not running yet, and is stopped once the calling view is gone.
pub fn use_interval() -> Interval {
    let interval = Interval(StoredValue::new_local(None));
    on_cleanup(move || interval.stop());
    interval
}

impl Interval {
    /// Calls a function at intervals, in place of what was called before.
    pub fn start(self, tick: impl Fn() + 'static, period: Duration) {
        self.stop();
        // Without a timer of the browser nothing is called.
        let handle = set_interval_with_handle(tick, period).ok();
        self.0.try_set_value(handle);
    }

    /// Stops calling it.
    pub fn stop(self) {
        if let Some(handle) = self.0.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    }
}
