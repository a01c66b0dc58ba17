//! Inputs for numbers and choices.

use leptos::prelude::*;

use crate::erased_signal::{Callback, RwSignal, Signal};
use crate::erased_view::{effect, handle_event, live_value, view};
use crate::glossary_term::Term;
use crate::parse_number::parse_number;

/// A text field for a number. Invalid values are not applied; an error message appears below the
/// field.
#[component]
pub fn NumberField(
    /// Name of the setting, as in the glossary.
    name: &'static str,
    /// Current value as text.
    #[prop(into)]
    value: Signal<String>,
    /// Applies a text, or returns a sentence that says why it is invalid.
    #[prop(into)]
    on_text: Callback<String, Result<(), String>>,
    /// Disables the input.
    #[prop(into, optional)]
    locked: Signal<bool>,
    /// Label to show instead of the name.
    #[prop(optional)]
    label: Option<&'static str>,
    /// Unit shown after the field, such as `%`.
    #[prop(optional)]
    unit: &'static str,
) -> impl IntoView {
    let label = label.unwrap_or(name);
    let text = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    effect(move || {
        text.set(value.get());
        error.set(None);
    });
    let id = StoredValue::new(unique_id());
    let apply = move |typed: String| {
        text.set(typed.clone());
        if typed.trim() == value.get_untracked() {
            error.set(None);
            return;
        }
        match on_text.run(typed) {
            Ok(()) => {
                error.set(None);
                // If the value does not change (for 0.10 instead of 0.1), the signal does not
                // notify.
                text.set(value.get_untracked());
            }
            Err(sentence) => error.set(Some(sentence)),
        }
    };
    view! {
        <div class="field">
            <span class="field-name"><Term name=name text=label /></span>
            <span class="field-value">
                <input
                    type="text"
                    inputmode="decimal"
                    autocomplete="off"
                    spellcheck="false"
                    aria-label=label
                    aria-invalid=live_value(move || error.with(|e| e.is_some().to_string()))
                    aria-describedby=id.get_value()
                    prop:value=text.live()
                    prop:disabled=locked.live()
                    on:change=handle_event(move |event| apply(event_target_value(&event)))
                />
                {(!unit.is_empty()).then(|| view! { <span class="field-unit">{unit}</span> })}
            </span>
            <span class="field-error" id=id.get_value() role="alert">{error.live()}</span>
        </div>
    }
}

/// A group of radio buttons side by side.
#[component]
pub fn Choice<T>(
    /// Accessible name of the group.
    name: &'static str,
    /// Values and their names.
    options: Vec<(T, String)>,
    /// The selected value.
    #[prop(into)]
    value: Signal<T>,
    /// Called when another value is selected.
    #[prop(into)]
    on_choice: Callback<T>,
    /// Disables the input.
    #[prop(into, optional)]
    locked: Signal<bool>,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let group = unique_id();
    let options = options
        .into_iter()
        .map(|(option, label)| {
            view! {
                <label class="choice-option">
                    <input
                        type="radio"
                        name=group.clone()
                        prop:checked=live_value(move || value.get() == option)
                        prop:disabled=locked.live()
                        on:change=handle_event(move |_| on_choice.run(option))
                    />
                    <span>{label}</span>
                </label>
            }
        })
        .collect_view();
    view! { <div class="choice" role="radiogroup" aria-label=name>{options}</div> }
}

/// Parses an integer without sign.
///
/// # Errors
///
/// Returns a sentence that quotes the text.
pub fn whole<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    let text = text.trim();
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(format!("“{}” is not a whole number.", shortened(text)));
    }
    text.parse().map_err(|_| format!("{} is too large a number.", shortened(text)))
}

/// Parses a decimal number, with a decimal point or comma.
///
/// # Errors
///
/// Returns a sentence that quotes the text.
pub fn decimal(text: &str) -> Result<f64, String> {
    let text = text.trim();
    parse_number(&text.replace(',', "."))
        .filter(|value| value.is_finite())
        .ok_or_else(|| format!("“{}” is not a number.", shortened(text)))
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(20) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Returns a unique element id.
pub fn unique_id() -> String {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    format!("field-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_only() {
        assert_eq!(whole(" 16 "), Ok(16_usize));
        for bad in ["", "-1", "+5", "1.5", "1e3", "sixteen", "99999999999999999999999"] {
            assert!(whole::<usize>(bad).unwrap_err().ends_with("number."), "{bad}");
        }
        assert!(whole::<u32>("4294967296").is_err());
    }

    #[test]
    fn decimals_with_point_comma_or_exponent() {
        assert_eq!(decimal("0,5"), Ok(0.5));
        assert_eq!(decimal("1e-3"), Ok(0.001));
        for bad in ["", "NaN", "inf", "1,000.5", "fast"] {
            assert!(decimal(bad).is_err(), "{bad}");
        }
        assert!(decimal(&"x".repeat(300)).unwrap_err().len() < 60);
    }
}
