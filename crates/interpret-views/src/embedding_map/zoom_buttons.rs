//! Buttons that zoom a map.

use leptos::prelude::*;
use ui::erased_view::{handle_mouse, live_value, memo, view};

use super::camera::Camera;
use super::map_control::MapControl;

/// Buttons to zoom in, zoom out and show the whole map.
#[component]
pub fn ZoomButtons(control: MapControl) -> impl IntoView {
    let camera = control.camera;
    let is_whole = memo(move || camera.get() == Camera::default());
    view! {
        <div class="embedding-zoom" role="group" aria-label="Zoom">
            <button
                type="button"
                aria-label="Zoom in"
                title="Zoom in (+)"
                on:click=handle_mouse(move |_| control.zoom_in())
            >
                "+"
            </button>
            <button
                type="button"
                aria-label="Zoom out"
                title="Zoom out (−)"
                prop:disabled=live_value(move || camera.get().zoom <= 1.0)
                on:click=handle_mouse(move |_| control.zoom_out())
            >
                "−"
            </button>
            <button
                type="button"
                title="Show the whole map (0)"
                prop:disabled=is_whole.live()
                on:click=handle_mouse(move |_| control.reset())
            >
                "Reset"
            </button>
        </div>
    }
}
