//! Animation of points between two maps.

use std::mem;
use std::sync::Arc;

use leptos::prelude::*;
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::effect;
use ui::hooks::use_animation_frame::{AnimationFrame, use_animation_frame};

use super::map_positions::{Position, interpolate, smoothstep};

/// Duration of the animation.
const TWEEN_MS: f64 = 400.0;

/// The positions of a map's points.
pub type Positions = Arc<Vec<Position>>;

/// Returns the positions in the current frame of an animation to `target`, which starts whenever
/// `target` changes. There is no animation if `dragged`, the value of a slider on which `target`
/// depends, changes as well, so that points follow the hand; nor if the visitor prefers reduced
/// motion or the number of points differs.
pub fn tweened(target: Signal<Positions>, dragged: Signal<f64>) -> Signal<Positions> {
    let shown = RwSignal::new(target.get_untracked());
    let frame = use_animation_frame();
    let mut dragged_to = dragged.get_untracked();
    effect(move || {
        let (target, to, from) = (target.get(), dragged.get(), shown.get_untracked());
        let is_dragged = mem::replace(&mut dragged_to, to) != to;
        frame.cancel();
        if Arc::ptr_eq(&target, &from) {
            return;
        }
        if is_dragged || from.len() != target.len() || prefers_reduced_motion() {
            shown.set(target);
        } else {
            step_tween(Tween { shown, frame, from, target, start: now() });
        }
    });
    shown.into()
}

/// A running animation.
struct Tween {
    shown: RwSignal<Positions>,
    frame: AnimationFrame,
    from: Positions,
    target: Positions,
    start: f64,
}

/// Draws one frame and requests the next.
fn step_tween(tween: Tween) {
    let time = (now() - tween.start) / TWEEN_MS;
    if time >= 1.0 {
        tween.shown.set(tween.target);
        return;
    }
    tween.shown.set(Arc::new(interpolate(&tween.from, &tween.target, smoothstep(time) as f32)));
    let frame = tween.frame;
    frame.request(move || step_tween(tween));
}

fn now() -> f64 {
    window().performance().map_or(f64::INFINITY, |clock| clock.now())
}

fn prefers_reduced_motion() -> bool {
    let query = window().match_media("(prefers-reduced-motion: reduce)");
    query.ok().flatten().is_some_and(|query| query.matches())
}
