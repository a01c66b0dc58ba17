//! Display settings of slices and masks, and their controls.

use leptos::prelude::*;

use crate::erased_signal::{Callback, RwSignal, Signal};
use crate::erased_view::{derived, handle_event, live, live_value, view};
use crate::inputs::Choice;

/// Opacity, contour and window of slices and masks, shared by all views of a page.
#[derive(Clone, Copy)]
pub struct DisplaySettings {
    /// Opacity of a filled mask, 0 to 1.
    pub opacity: RwSignal<f64>,
    /// Whether to draw outlines instead of filled masks.
    pub contour: RwSignal<bool>,
    /// Gray values that are displayed as black and white. Values between them are interpolated
    /// linearly.
    pub window: RwSignal<(u8, u8)>,
}

impl DisplaySettings {
    /// Creates settings with masks of half opacity and the full window.
    pub fn new() -> Self {
        Self {
            opacity: RwSignal::new(0.5),
            contour: RwSignal::new(false),
            window: RwSignal::new((0, 255)),
        }
    }
}

impl Default for DisplaySettings {
    fn default() -> Self {
        Self::new()
    }
}

/// Returns the black and white ends of a window with this width and level, clamped to 0 to 255.
pub fn window_ends(width: u8, level: u8) -> (u8, u8) {
    let half = f64::from(width) / 2.0;
    let end = |value: f64| value.clamp(0.0, 255.0).round() as u8;
    (end(f64::from(level) - half), end(f64::from(level) + half))
}

/// Returns the width and level of a window with these ends.
pub fn width_and_level((low, high): (u8, u8)) -> (u8, u8) {
    (high.saturating_sub(low), low.midpoint(high))
}

/// Controls for fill or contour, opacity, and window width and level.
#[component]
pub fn DisplayControls(
    /// The settings.
    look: DisplaySettings,
) -> impl IntoView {
    // Stored separately from the ends, which are clamped and therefore do not determine width and
    // level.
    let (width, level) = width_and_level(look.window.get_untracked());
    let (width, level) = (RwSignal::new(width), RwSignal::new(level));
    let apply = move || {
        look.window.set(window_ends(width.get_untracked(), level.get_untracked()));
    };
    view! {
        <div class="display">
            <Choice
                name="how masks are drawn"
                options=vec![(false, "Fill".to_owned()), (true, "Contour".to_owned())]
                value=look.contour
                on_choice=move |contour| look.contour.set(contour)
            />
            <Slider
                name="opacity"
                max=100
                value=derived(move || (look.opacity.get() * 100.0).round() as u8)
                unit=" %"
                locked=look.contour
                on_value=move |percent: u8| look.opacity.set(f64::from(percent) / 100.0)
            />
            <Slider
                name="window"
                max=255
                value=width
                on_value=move |value| {
                    width.set(value);
                    apply();
                }
            />
            <Slider
                name="level"
                max=255
                value=level
                on_value=move |value| {
                    level.set(value);
                    apply();
                }
            />
        </div>
    }
}

/// A slider that applies its value while it is moved.
#[component]
fn Slider(
    name: &'static str,
    max: u8,
    #[prop(into)] value: Signal<u8>,
    #[prop(optional)] unit: &'static str,
    #[prop(into, optional)] locked: Signal<bool>,
    #[prop(into)] on_value: Callback<u8>,
) -> impl IntoView {
    view! {
        <label class="display-slider">
            <span>{name}</span>
            <input
                type="range"
                min="0"
                max=max
                prop:value=live_value(move || value.get().to_string())
                prop:disabled=locked.live()
                on:input=handle_event(move |event| {
                    if let Ok(chosen) = event_target_value(&event).parse() {
                        on_value.run(chosen);
                    }
                })
            />
            <output class="field-unit">{live(move || format!("{}{unit}", value.get()))}</output>
        </label>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_lies_around_its_level_and_within_the_grays() {
        assert_eq!(window_ends(100, 128), (78, 178));
        assert_eq!(window_ends(255, 128), (1, 255));
        assert_eq!(window_ends(100, 10), (0, 60));
        assert_eq!(window_ends(0, 200), (200, 200));
    }

    #[test]
    fn the_whole_range_is_a_window_too() {
        assert_eq!(width_and_level((0, 255)), (255, 127));
        assert_eq!(window_ends(255, 127), (0, 255));
        assert_eq!(width_and_level((78, 178)), (100, 128));
        assert_eq!(width_and_level((200, 100)).0, 0);
    }
}
