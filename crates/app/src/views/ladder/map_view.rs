//! A large map to move about in.

use leptos::ev;
use leptos::html::{Canvas, Div};
use leptos::prelude::*;
use protocol::interpret::MapPoint;
use ui::erased_signal::{Callback, RwSignal, Signal};
use ui::erased_view::{
    handle_focus, handle_key, handle_mouse, handle_pointer, handle_wheel, live_value, memo, view,
};
use ui::hooks::use_element_size::use_element_size;
use web_sys::Element;

use super::atlas::Atlas;
use super::camera::{Camera, Frame};
use super::card::Card;
use super::find::{nearest, neighbour};
use super::gesture::{Gesture, wheel_factor};
use super::map_drawing::{draw, image_side};
use super::words::{class_name, map_name, point_place};

/// Pixels between a pointer and what it points at.
const REACH: f64 = 24.0;
/// How much a press of a button or key zooms, and how far an arrow key goes.
const ZOOM: f64 = 1.5;
const STRIDE: f64 = 64.0;

/// Points, with zoom and pan for all kinds of hands.
#[component]
pub(super) fn MapView(
    atlas: Atlas,
    /// What the layer is called.
    name: Signal<String>,
    /// A point was picked.
    on_pick: Callback<MapPoint>,
) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    let place = NodeRef::<Div>::new();
    let size = use_element_size(move || canvas.get().map(Into::into));
    let frame = memo(move || {
        let (width, height) = size.get();
        Frame { width: width.into(), height: height.into(), margin: 28.0 }
    });
    let camera = RwSignal::new(Camera::default());
    draw(atlas, canvas, size, frame, camera.into());

    // Of the point that is looked at, as long as it is in sight.
    let pixel = memo(move || {
        let chosen = atlas.chosen.get()?;
        let place = atlas.places.with(|places| places.get(chosen).copied())?;
        let frame = frame.get();
        Some(camera.get().pixel(frame, place)).filter(|pixel| frame.sees(*pixel, 0.0))
    });
    let find = move |at: [f64; 2]| {
        let (camera, frame) = (camera.get_untracked(), frame.get_untracked());
        let reach = image_side(camera.zoom).map_or(REACH, |side| REACH.max(side / 2.0));
        atlas.places.with_untracked(|places| {
            let there = places.iter().enumerate().filter(|(index, _)| atlas.lights(*index));
            nearest(there.map(|(index, place)| (index, camera.pixel(frame, *place))), at, reach)
        })
    };
    let zoom = move |factor: f64, about: Option<[f64; 2]>| {
        let (now, frame) = (camera.get_untracked(), frame.get_untracked());
        let middle = [frame.width / 2.0, frame.height / 2.0];
        let about = about.or(pixel.get_untracked()).unwrap_or(middle);
        camera.set(now.zoomed(frame, factor, about));
    };
    let pick = move |index: usize| {
        if let Some(point) = atlas.points.with_untracked(|points| points.get(index).copied()) {
            on_pick.run(point);
        }
    };

    let hand = StoredValue::new_local(Gesture::default());
    let at = move |event: &ev::MouseEvent| {
        let corner = place.get_untracked().map(|place| place.get_bounding_client_rect());
        let (left, top) = corner.map_or((0.0, 0.0), |corner| (corner.left(), corner.top()));
        [f64::from(event.client_x()) - left, f64::from(event.client_y()) - top]
    };
    let down = move |event: ev::PointerEvent| {
        if event.button() != 0 {
            return;
        }
        if let Some(place) = place.get_untracked() {
            // Fails for a pointer that is gone again.
            let _ = Element::set_pointer_capture(&place, event.pointer_id());
        }
        hand.update_value(|hand| hand.down(event.pointer_id(), at(&event)));
    };
    let moved = move |event: ev::PointerEvent| {
        let to = at(&event);
        let follow = hand.try_update_value(|hand| hand.moved(event.pointer_id(), to)).flatten();
        if let Some(follow) = follow {
            let frame = frame.get_untracked();
            let panned = camera.get_untracked().panned(frame, follow.pan);
            camera.set(panned.zoomed(frame, follow.factor, follow.about));
        }
        if event.pointer_type() == "mouse" && !hand.with_value(Gesture::drags) {
            choose(atlas, find(to));
        }
    };
    let up = move |event: ev::PointerEvent| {
        let clicked = hand.try_update_value(|hand| hand.up(event.pointer_id())).unwrap_or(false);
        if !clicked {
            return;
        }
        let found = find(at(&event));
        let known = atlas.chosen.get_untracked() == found;
        choose(atlas, found);
        // A finger cannot hover: its first tap shows the point, a second one picks it.
        if let Some(found) = found.filter(|_| known || event.pointer_type() == "mouse") {
            pick(found);
        }
    };
    let leave = move |event: ev::PointerEvent| {
        if event.pointer_type() == "mouse" {
            choose(atlas, None);
        }
    };
    let wheel = move |event: ev::WheelEvent| {
        event.prevent_default();
        let factor = wheel_factor(event.delta_y(), event.delta_mode(), event.ctrl_key());
        let about = at(&event);
        zoom(factor, Some(about));
        choose(atlas, find(about));
    };

    let spoken = RwSignal::new(String::new());
    let step = move |forward: bool| {
        let now = atlas.chosen.get_untracked();
        let next = atlas
            .goal
            .with_untracked(|places| neighbour(places, |i| atlas.lights(i), now, forward));
        choose(atlas, next);
        let Some(next) = next else { return };
        let place = atlas.places.with_untracked(|places| places.get(next).copied());
        if let Some(place) = place {
            camera.set(camera.get_untracked().showing(frame.get_untracked(), place));
        }
        let point = atlas.points.with_untracked(|points| points.get(next).copied());
        spoken.set(point.map_or_else(String::new, |point| {
            let class = atlas.classes.with_untracked(|classes| class_name(classes, point.class));
            format!("{class}, {}", point_place(&point))
        }));
    };
    let key = move |event: ev::KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let pan = |x: f64, y: f64| {
            let by = [x * STRIDE, y * STRIDE];
            camera.set(camera.get_untracked().panned(frame.get_untracked(), by));
        };
        match event.key().as_str() {
            "ArrowLeft" => pan(1.0, 0.0),
            "ArrowRight" => pan(-1.0, 0.0),
            "ArrowUp" => pan(0.0, 1.0),
            "ArrowDown" => pan(0.0, -1.0),
            "+" | "=" => zoom(ZOOM, None),
            "-" => zoom(1.0 / ZOOM, None),
            "0" => camera.set(Camera::default()),
            "n" | "]" => step(true),
            "p" | "[" => step(false),
            "Enter" => atlas.chosen.get_untracked().into_iter().for_each(pick),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let whole = memo(move || camera.get() == Camera::default());
    let label = memo(move || {
        let map = atlas.points.with(|points| map_name(&name.get(), points));
        format!(
            "{map}. N and P go from point to point, Enter picks one; arrow keys pan, + and − zoom, \
             0 shows the whole map."
        )
    });
    view! {
        <div class="map-view">
            <div
                class="map-stage"
                class:map-points=live_value(move || atlas.chosen.get().is_some())
                node_ref=place
                role="group"
                tabindex="0"
                autofocus
                aria-label=label.live()
                on:pointerdown=handle_pointer(down)
                on:pointermove=handle_pointer(moved)
                on:pointerup=handle_pointer(up)
                on:pointercancel=handle_pointer(move |event| {
                    hand.update_value(|hand| hand.cancel(event.pointer_id()));
                })
                on:pointerleave=handle_pointer(leave)
                on:wheel=handle_wheel(wheel)
                on:keydown=handle_key(key)
                on:blur=handle_focus(move |_| choose(atlas, None))
            >
                <canvas node_ref=canvas aria-hidden="true"></canvas>
                <Card atlas=atlas at=pixel size=size />
            </div>
            <p class="visually-hidden" aria-live="polite">{spoken.live()}</p>
            <div class="map-below">
                <p class="map-hint" aria-hidden="true">
                    "Zoom in to see images. Click one to look at it."
                </p>
            <div class="map-zoom" role="group" aria-label="Zoom">
                <button
                    type="button"
                    aria-label="Zoom in"
                    title="Zoom in (+)"
                    on:click=handle_mouse(move |_| zoom(ZOOM, None))
                >
                    "+"
                </button>
                <button
                    type="button"
                    aria-label="Zoom out"
                    title="Zoom out (−)"
                    prop:disabled=live_value(move || camera.get().zoom <= 1.0)
                    on:click=handle_mouse(move |_| zoom(1.0 / ZOOM, None))
                >
                    "−"
                </button>
                <button
                    type="button"
                    title="Show the whole map (0)"
                    prop:disabled=whole.live()
                    on:click=handle_mouse(move |_| camera.set(Camera::default()))
                >
                    "Reset"
                </button>
            </div>
            </div>
        </div>
    }
}

fn choose(atlas: Atlas, point: Option<usize>) {
    if atlas.chosen.get_untracked() != point {
        atlas.chosen.set(point);
    }
}
