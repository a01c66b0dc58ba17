//! Keyboard shortcuts for training and views. They work unless the focused element handles the key
//! itself.

use leptos::prelude::*;
use model::permalink::{TransportButton, View};
use store::action::Action;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use crate::lazy::help::HELP_ID;
use crate::page::Page;

/// Selector of elements that handle all keys.
const FIELDS: &str = "input, select, textarea, [contenteditable], dialog, [popover]";
/// Selector of elements that are activated by the space bar.
const PRESSED: &str = "button, summary, a, label";

/// Listens to keys for as long as the page exists.
pub fn listen_to_keys(page: Page) {
    window_event_listener(leptos::ev::keydown, move |event| {
        let Some(key) = meaning(&event) else { return };
        match key {
            Key::Act(action) if is_hidden(page, &action) => return,
            Key::Act(action) => page.dispatch(action),
            Key::View(index) => {
                let Some(view) = View::of(page.signals.lab.get_untracked()).get(index) else {
                    return;
                };
                page.dispatch(Action::ShowView { pane: 0, view: *view });
            }
            Key::Help => press_help(),
        }
        event.prevent_default();
    });
}

/// Returns whether the link hides the button that does the same.
fn is_hidden(page: Page, action: &Action) -> bool {
    let button = match action {
        Action::Toggle => TransportButton::Play,
        Action::Step => TransportButton::Step,
        Action::Epoch => TransportButton::Epoch,
        Action::Reset => TransportButton::Reset,
        Action::Test => TransportButton::Test,
        _ => return false,
    };
    page.signals.frame.with_untracked(|frame| !frame.shows_control(button))
}

enum Key {
    Act(Action),
    /// The view with this index.
    View(usize),
    Help,
}

fn meaning(event: &KeyboardEvent) -> Option<Key> {
    if event.ctrl_key() || event.meta_key() || event.alt_key() || event.default_prevented() {
        return None;
    }
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let is_in = |selector| {
        target.as_ref().is_some_and(|target| matches!(target.closest(selector), Ok(Some(_))))
    };
    if is_in(FIELDS) {
        return None;
    }
    Some(match event.key().as_str() {
        " " if is_in(PRESSED) || event.repeat() => return None,
        " " => Key::Act(Action::Toggle),
        // Holding the key down makes one step after the other.
        "s" | "S" => Key::Act(Action::Step),
        "e" | "E" if !event.repeat() => Key::Act(Action::Epoch),
        "r" | "R" if !event.repeat() => Key::Act(Action::Reset),
        "t" | "T" if !event.repeat() => Key::Act(Action::Test),
        "p" | "P" if !event.repeat() => Key::Act(Action::TogglePresent),
        "?" => Key::Help,
        digit => match digit.parse::<u8>() {
            Ok(number @ 1..=9) => Key::View(usize::from(number) - 1),
            _ => return None,
        },
    })
}

fn press_help() {
    let button = document().get_element_by_id(HELP_ID);
    if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
        button.click();
    }
}
