//! A slider that applies its value when it is released.

use std::ops::RangeInclusive;

use leptos::prelude::*;

use crate::erased_signal::{Callback, Signal};
use crate::erased_view::{handle_event, live, live_value, view};
use crate::glossary_term::Term;

/// A slider that applies its value on release, for values whose effect is expensive.
#[component]
pub fn DataSlider(
    /// Name of the setting, as in the glossary.
    name: &'static str,
    /// Name with unit, for screen readers.
    #[prop(into)]
    spoken: String,
    /// Values at the left and right end.
    range: RangeInclusive<u8>,
    /// Current value.
    value: Signal<u8>,
    /// Formats a value with its unit.
    #[prop(into)]
    text: Callback<u8, String>,
    /// Called with the new value.
    #[prop(into)]
    on_value: Callback<u8>,
) -> impl IntoView {
    view! {
        <div class="field">
            <span class="field-name"><Term name=name /></span>
            <input
                class="slider"
                type="range"
                min=*range.start()
                max=*range.end()
                aria-label=spoken
                prop:value=live_value(move || value.get().to_string())
                on:change=handle_event(move |event| {
                    if let Ok(chosen) = event_target_value(&event).parse() {
                        on_value.run(chosen);
                    }
                })
            />
            <output class="field-unit">{live(move || text.run(value.get()))}</output>
        </div>
    }
}
