//! Switch between the light theme, the dark theme and the system's theme.

use leptos::prelude::*;
use ui::erased_signal::RwSignal;
use ui::erased_view::{effect, live_value, view};

use crate::local_storage::{load_text, save_text};

const KEY: &str = "theme";
const CHOICES: [(&str, &str); 3] = [("", "System"), ("light", "Light"), ("dark", "Dark")];

/// Choice of the color theme. It is saved if the browser allows it.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let theme = RwSignal::new(known(load_text(KEY)));
    effect(move || apply(&theme.get()));
    view! {
        <label class="theme">
            <span class="visually-hidden">"Colours"</span>
            <select
                data-testid="theme"
                prop:value=live_value(move || theme.get())
                on:change:target=move |event| {
                    theme.set(event.target().value());
                    save_text(KEY, &theme.get_untracked());
                }
            >
                {CHOICES
                    .map(|(value, name)| view! { <option value=value>{name}</option> })
                    .collect_view()}
            </select>
        </label>
    }
}

/// Returns the theme if it is one of [`CHOICES`], otherwise an empty text.
fn known(theme: String) -> String {
    if CHOICES.iter().any(|(known, _)| *known == theme) { theme } else { String::new() }
}

fn apply(theme: &str) {
    let Some(root) = document().document_element() else { return };
    let _ = match theme {
        "" => root.remove_attribute("data-theme"),
        theme => root.set_attribute("data-theme", theme),
    };
}
