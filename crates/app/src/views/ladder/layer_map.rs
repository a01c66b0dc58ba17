//! Where a layer puts the test images, at a glance.

use std::sync::Arc;

use leptos::html::Canvas;
use leptos::prelude::*;
use protocol::interpret::MapPoint;
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{derived, effect, handle_mouse, live, live_value, memo, view};
use ui::hooks::use_element_size::use_element_size;

use super::camera::{Camera, Frame};
use super::motion::moving;
use super::paint::Scene;
use super::places::{Place, fitted};
use super::sheet::{Sheet, screen_changes};
use super::words::map_name;

/// A small map: a button that opens the large one. Its marks have the colours and shapes of their
/// classes, and move to where another epoch's network puts them.
#[component]
pub fn LayerMap(
    /// What the layer is called.
    name: String,
    /// What the points are.
    #[prop(into)]
    points: Signal<Arc<Vec<MapPoint>>>,
    /// Where the layer puts them; none while not known.
    #[prop(into)]
    map: Signal<Option<Arc<Vec<Place>>>>,
    /// Whether class 0 is the background, as in masks.
    #[prop(optional)]
    background: bool,
    /// The large map is wanted.
    #[prop(into)]
    on_open: Callback<()>,
) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    let size = use_element_size(move || canvas.get().map(Into::into));
    let screen = screen_changes();
    let places = moving(goal(map));
    effect(move || {
        screen.track();
        let (Some(canvas), size) = (canvas.get(), size.get()) else { return };
        let Some(sheet) = Sheet::new(&canvas, size) else { return };
        let (width, height) = (f64::from(size.0), f64::from(size.1));
        points.with(|points| {
            places.with(|places| {
                let scene = Scene {
                    points,
                    places,
                    background,
                    frame: Frame { width, height, margin: 9.0 },
                    camera: Camera::default(),
                    lit: None,
                    chosen: None,
                };
                scene.marks(&sheet, 2.4);
            })
        });
    });
    let known = memo(move || map.with(Option::is_some));
    let label = memo(move || points.with(|points| map_name(&name, points)));
    view! {
        <button
            type="button"
            class="layer-map"
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

/// The fitted places of a map, the same ones as long as the map is the same.
pub(super) fn goal(map: Signal<Option<Arc<Vec<Place>>>>) -> Signal<Arc<Vec<Place>>> {
    // By identity: comparing maps of thousands of numbers, which may not be numbers, would not do.
    let held = memo(move || Held(map.get()));
    let places = memo(move || {
        held.with(|held| Places(Arc::new(held.0.as_ref().map_or_else(Vec::new, |map| fitted(map)))))
    });
    derived(move || places.with(|places| places.0.clone()))
}

struct Held(Option<Arc<Vec<Place>>>);

impl PartialEq for Held {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        }
    }
}

struct Places(Arc<Vec<Place>>);

impl PartialEq for Places {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}
