//! Slider over the layers of a network, also between two of them.

use leptos::ev::{Event, KeyboardEvent};
use leptos::prelude::*;
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::{handle_event, handle_key, live_value, memo, view};

use super::labels::walk_description;
use super::layer_walk::{WalkLayer, WalkPlace};

/// Distance from a layer within which the slider stops at it, in layers. In a narrow window a
/// slider over many layers moves by more than half as much per pixel, and would miss the layer.
const SNAP_LAYERS: f64 = 0.04;

/// A slider from the image to the output. Arrow keys move it by a tenth of a layer, Page Up and
/// Page Down to the next layer.
#[component]
pub fn LayerSlider(
    /// The layers from the image to the output.
    layers: Signal<Vec<WalkLayer>>,
    /// Position chosen by hand, in layers from the image.
    position: RwSignal<f64>,
    /// The position that is shown.
    shown: Signal<f64>,
    /// The layers of the position that is shown.
    place: Signal<WalkPlace>,
    /// Whether the slider cannot be moved.
    disabled: Signal<bool>,
) -> impl IntoView {
    let last = memo(move || layers.with(|layers| layers.len().saturating_sub(1)));
    let text = memo(move || layers.with(|layers| walk_description(layers, place.get())));
    let slide = move |event: Event| {
        if let Ok(to) = event_target_value(&event).parse() {
            position.set(snapped(to));
        }
    };
    let on_key = move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        if let Some(to) = key_target(&event.key(), position.get_untracked()) {
            position.set(to.clamp(0.0, last.get_untracked() as f64));
            event.prevent_default();
        }
    };
    view! {
        <div class="embedding-scrubber embedding-walk">
            <span aria-hidden="true">"Layer"</span>
            <input
                type="range"
                min="0"
                max=live_value(move || last.get().to_string())
                step="0.01"
                aria-label="layer"
                aria-valuetext=text.live()
                prop:disabled=live_value(move || disabled.get() || last.get() == 0)
                prop:value=live_value(move || shown.get().to_string())
                on:input=handle_event(slide)
                on:keydown=handle_key(on_key)
            />
            <output>{text.live()}</output>
        </div>
    }
}

/// Returns the position of a layer if it is near, or else the same position.
fn snapped(position: f64) -> f64 {
    let layer = position.round();
    if (position - layer).abs() <= SNAP_LAYERS { layer } else { position }
}

/// Returns the position to which a key moves, which may lie outside the network.
fn key_target(key: &str, position: f64) -> Option<f64> {
    let tenths = (position * 10.0).round();
    Some(match key {
        "ArrowRight" | "ArrowUp" => (tenths + 1.0) / 10.0,
        "ArrowLeft" | "ArrowDown" => (tenths - 1.0) / 10.0,
        "PageUp" => position.floor() + 1.0,
        "PageDown" => position.ceil() - 1.0,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_can_be_met_by_hand() {
        assert_eq!([1.97, 2.03, 1.95, 2.5, 0.0].map(snapped), [2.0, 2.0, 1.95, 2.5, 0.0]);
        let mut position = 0.0;
        for _ in 0..10 {
            position = key_target("ArrowRight", position).unwrap();
        }
        assert_eq!(position, 1.0);
        assert_eq!(key_target("ArrowDown", 1.0), Some(0.9));
        assert_eq!([1.0, 1.4].map(|at| key_target("PageUp", at)), [Some(2.0); 2]);
        assert_eq!([1.0, 0.4].map(|at| key_target("PageDown", at)), [Some(0.0); 2]);
        assert_eq!(key_target("Home", 1.0), None);
    }
}
