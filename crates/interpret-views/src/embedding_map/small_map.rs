//! The small scatter plot of a layer.

use std::sync::Arc;

use leptos::html::Canvas;
use leptos::prelude::*;
use protocol::interpret::MapPoint;
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{effect, handle_mouse, live, live_value, memo, view};
use ui::hooks::use_element_size::use_element_size;
use ui::hooks::use_screen_changes::use_screen_changes;

use super::camera::{Camera, Viewport};
use super::canvas::MapCanvas;
use super::fitted_positions::fitted_positions;
use super::labels::map_name;
use super::map_positions::Position;
use super::map_scene::MapScene;
use super::tween::tweened;

/// A button with a small map that opens the large one. Markers have the color and shape of their
/// class. When the epoch changes, the positions are animated.
#[component]
pub fn SmallMap(
    /// Name of the layer.
    name: String,
    /// The points.
    #[prop(into)]
    points: Signal<Arc<Vec<MapPoint>>>,
    /// Positions by PCA; `None` while unknown.
    #[prop(into)]
    pca: Signal<Option<Arc<Vec<Position>>>>,
    /// Whether class 0 is the background, as in masks.
    #[prop(optional)]
    background: bool,
    /// Called to open the large map.
    #[prop(into)]
    on_open: Callback<()>,
) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    let size = use_element_size(move || canvas.get().map(Into::into));
    let screen = use_screen_changes();
    let positions = tweened(fitted_positions(pca), Signal::stored(0.0));
    effect(move || {
        screen.track();
        let (Some(canvas), size) = (canvas.get(), size.get()) else { return };
        let Some(canvas) = MapCanvas::new(&canvas, size) else { return };
        let (width, height) = (f64::from(size.0), f64::from(size.1));
        points.with(|points| {
            positions.with(|positions| {
                let scene = MapScene {
                    points,
                    positions,
                    background,
                    viewport: Viewport { width, height, margin: 9.0 },
                    camera: Camera::default(),
                    highlighted_class: None,
                    selected: None,
                };
                scene.draw_markers(&canvas, 2.4);
            })
        });
    });
    let known = memo(move || pca.with(Option::is_some));
    let label = memo(move || points.with(|points| map_name(&name, points)));
    view! {
        <button
            type="button"
            class="embedding-small"
            aria-label=label.live()
            title=label.live()
            aria-haspopup="dialog"
            prop:disabled=live_value(move || !known.get())
            on:click=handle_mouse(move |_| on_open.run(()))
        >
            <canvas node_ref=canvas aria-hidden="true"></canvas>
            {live(move || (!known.get()).then(|| view! { <span aria-hidden="true">"–"</span> }))}
        </button>
    }
}
