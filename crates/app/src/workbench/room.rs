//! Room for views in the window.

use leptos::prelude::*;
use ui::erased_signal::{RwSignal, Signal};

use super::placement::Room;

/// Media query for a window in which the experiment has a column of its own. The same width is in
/// the style sheets.
const BESIDE: &str = "(min-width: 62.5rem)";

/// Media query for a window in which two views stand beside the experiment.
const TWO: &str = "(min-width: 100rem)";

/// Returns the room in the window, which changes with its size.
pub(super) fn use_room() -> Signal<Room> {
    let matches = |query| {
        let found = window().match_media(query).ok().flatten();
        found.is_some_and(|found| found.matches())
    };
    let look = move || match (matches(TWO), matches(BESIDE)) {
        (true, _) => Room::Two,
        (false, true) => Room::Beside,
        (false, false) => Room::One,
    };
    let room = RwSignal::new(look());
    let resize = window_event_listener(leptos::ev::resize, move |_| {
        let now = look();
        if room.get_untracked() != now {
            room.set(now);
        }
    });
    on_cleanup(move || resize.remove());
    room.into()
}
