//! Detection of narrow windows.

use leptos::prelude::*;

use crate::erased_signal::{RwSignal, Signal};

/// Returns whether the window is currently as narrow as on a phone.
pub fn use_narrow_window() -> Signal<bool> {
    let look = || {
        let query = window().match_media("(max-width: 40rem)").ok().flatten();
        query.is_some_and(|query| query.matches())
    };
    let narrow = RwSignal::new(look());
    let resize = window_event_listener(leptos::ev::resize, move |_| {
        let now = look();
        if narrow.get_untracked() != now {
            narrow.set(now);
        }
    });
    on_cleanup(move || resize.remove());
    narrow.into()
}
