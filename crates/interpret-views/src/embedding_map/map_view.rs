//! The canvas of a large map with zoom, pan and selection.

use leptos::ev;
use leptos::html::{Canvas, Div};
use leptos::prelude::*;
use protocol::interpret::MapPoint;
use ui::erased_signal::{Callback, RwSignal, Signal};
use ui::erased_view::{
    handle_focus, handle_key, handle_pointer, handle_wheel, live_value, memo, view,
};
use ui::hooks::use_element_size::use_element_size;
use web_sys::Element;

use super::camera::Viewport;
use super::gesture::{Gesture, wheel_factor};
use super::labels::map_name;
use super::map_context::MapContext;
use super::map_control::MapControl;
use super::map_drawing::draw_map;
use super::point_card::PointCard;
use super::zoom_buttons::ZoomButtons;

/// Points that can be explored with mouse, touch or keyboard.
#[component]
pub fn MapView(
    map: MapContext,
    /// Name of the layer.
    name: Signal<String>,
    /// Called with the point that was picked.
    on_pick: Callback<MapPoint>,
) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    let place = NodeRef::<Div>::new();
    let size = use_element_size(move || canvas.get().map(Into::into));
    let viewport = memo(move || {
        let (width, height) = size.get();
        Viewport { width: width.into(), height: height.into(), margin: 28.0 }
    });
    let control = MapControl::new(map, viewport, on_pick);
    draw_map(map, canvas, size, viewport, control.camera.into());

    let gesture = StoredValue::new_local(Gesture::default());
    let pixel_of = move |event: &ev::MouseEvent| {
        let corner = place.get_untracked().map(|place| place.get_bounding_client_rect());
        let (left, top) = corner.map_or((0.0, 0.0), |corner| (corner.left(), corner.top()));
        [f64::from(event.client_x()) - left, f64::from(event.client_y()) - top]
    };
    let on_down = move |event: ev::PointerEvent| {
        if event.button() != 0 {
            return;
        }
        if let Some(place) = place.get_untracked() {
            // Fails if the pointer is no longer active.
            let _ = Element::set_pointer_capture(&place, event.pointer_id());
        }
        gesture.update_value(|gesture| gesture.down(event.pointer_id(), pixel_of(&event)));
    };
    let on_move = move |event: ev::PointerEvent| {
        let (id, to) = (event.pointer_id(), pixel_of(&event));
        let delta = gesture.try_update_value(|gesture| gesture.moved(id, to)).flatten();
        if let Some(delta) = delta {
            control.follow(delta);
        }
        if event.pointer_type() == "mouse" && !gesture.with_value(Gesture::is_dragging) {
            control.select(control.point_at(to));
        }
    };
    let on_up = move |event: ev::PointerEvent| {
        let id = event.pointer_id();
        let is_click = gesture.try_update_value(|gesture| gesture.up(id)).unwrap_or(false);
        if !is_click {
            return;
        }
        let found = control.point_at(pixel_of(&event));
        let was_selected = map.selected.get_untracked() == found;
        control.select(found);
        // Touch has no hover: the first tap selects a point, the second one picks it.
        if let Some(found) = found.filter(|_| was_selected || event.pointer_type() == "mouse") {
            control.pick(found);
        }
    };
    let on_leave = move |event: ev::PointerEvent| {
        if event.pointer_type() == "mouse" {
            control.select(None);
        }
    };
    let on_wheel = move |event: ev::WheelEvent| {
        event.prevent_default();
        let factor = wheel_factor(event.delta_y(), event.delta_mode(), event.ctrl_key());
        let anchor = pixel_of(&event);
        control.zoom(factor, Some(anchor));
        control.select(control.point_at(anchor));
    };
    let spoken = RwSignal::new(String::new());
    let step = move |forward: bool| {
        if let Some(description) = control.step(forward) {
            spoken.set(description);
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        match event.key().as_str() {
            "ArrowLeft" => control.pan(1.0, 0.0),
            "ArrowRight" => control.pan(-1.0, 0.0),
            "ArrowUp" => control.pan(0.0, 1.0),
            "ArrowDown" => control.pan(0.0, -1.0),
            "+" | "=" => control.zoom_in(),
            "-" => control.zoom_out(),
            "0" => control.reset(),
            "n" | "]" => step(true),
            "p" | "[" => step(false),
            "Enter" => control.pick_selected(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let label = memo(move || {
        let map = map.points.with(|points| map_name(&name.get(), points));
        format!(
            "{map}. N and P go from point to point, Enter picks one; arrow keys pan, + and − zoom, \
             0 shows the whole map."
        )
    });
    view! {
        <div class="embedding-view">
            <div
                class="embedding-stage"
                class:embedding-points=live_value(move || map.selected.get().is_some())
                node_ref=place
                role="group"
                tabindex="0"
                autofocus
                aria-label=label.live()
                on:pointerdown=handle_pointer(on_down)
                on:pointermove=handle_pointer(on_move)
                on:pointerup=handle_pointer(on_up)
                on:pointercancel=handle_pointer(move |event| {
                    gesture.update_value(|gesture| gesture.cancel(event.pointer_id()));
                })
                on:pointerleave=handle_pointer(on_leave)
                on:wheel=handle_wheel(on_wheel)
                on:keydown=handle_key(on_key)
                on:blur=handle_focus(move |_| control.select(None))
            >
                <canvas node_ref=canvas aria-hidden="true"></canvas>
                <PointCard map=map at=control.selected_pixel size=size />
            </div>
            <p class="visually-hidden" aria-live="polite">{spoken.live()}</p>
            <div class="embedding-below">
                <p class="embedding-hint" aria-hidden="true">
                    "Zoom in to see images. Click one to select it."
                </p>
                <ZoomButtons control />
            </div>
        </div>
    }
}
