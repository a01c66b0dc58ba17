//! Points on their way to where another network puts them.

use std::sync::Arc;

use leptos::prelude::*;
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::effect;

use super::places::{Place, between, eased};

/// Milliseconds from one map to the next.
const LASTS: f64 = 400.0;

/// Places of a map.
pub type Places = Arc<Vec<Place>>;

/// The places on a map right now: on their way to `goal` since that last changed, so that one sees
/// which point went where. For whom motion is too much they jump, and so they do where the points
/// are others.
pub fn moving(goal: Signal<Places>) -> Signal<Places> {
    let shown = RwSignal::new(goal.get_untracked());
    let frame = StoredValue::new_local(None::<AnimationFrameRequestHandle>);
    let stop = move || {
        frame.try_update_value(|frame| frame.take().map(|frame| frame.cancel()));
    };
    effect(move || {
        let (goal, from) = (goal.get(), shown.get_untracked());
        stop();
        if Arc::ptr_eq(&goal, &from) {
            return;
        }
        if from.len() != goal.len() || wants_no_motion() {
            shown.set(goal);
        } else {
            go(Way { shown, frame, from, goal, start: now() });
        }
    });
    on_cleanup(stop);
    shown.into()
}

struct Way {
    shown: RwSignal<Places>,
    frame: StoredValue<Option<AnimationFrameRequestHandle>, LocalStorage>,
    from: Places,
    goal: Places,
    start: f64,
}

/// One frame, and the next.
fn go(way: Way) {
    let time = (now() - way.start) / LASTS;
    if time >= 1.0 {
        way.shown.set(way.goal);
        return;
    }
    way.shown.set(Arc::new(between(&way.from, &way.goal, eased(time) as f32)));
    let frame = way.frame;
    let next = request_animation_frame_with_handle(move || go(way)).ok();
    frame.try_set_value(next);
}

fn now() -> f64 {
    window().performance().map_or(f64::INFINITY, |clock| clock.now())
}

fn wants_no_motion() -> bool {
    let query = window().match_media("(prefers-reduced-motion: reduce)");
    query.ok().flatten().is_some_and(|query| query.matches())
}
