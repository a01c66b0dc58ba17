//! Events for a course page: a `CustomEvent('playground')` on this window, and the same object
//! posted to the page that frames it.
//!
//! A fast run makes thousands of steps a second, each with its event. So events wait in a queue, from
//! which a few milliseconds' work is taken at a time.

use std::collections::VecDeque;

use protocol::embed::EmbedEvent;
use wasm_bindgen::JsValue;
use web_sys::{CustomEvent, CustomEventInit, Window};

use crate::clients::download::js_error_message;

/// Time spent on events at a stretch: far below the 50 that make a page stutter.
const MAX_STRETCH_MS: f64 = 8.0;

/// Events that are still to be emitted, in order.
#[derive(Debug, Default)]
pub struct EventQueue {
    waiting: VecDeque<EmbedEvent>,
}

impl EventQueue {
    /// Appends an event.
    pub fn push(&mut self, body: EmbedEvent) {
        self.waiting.push_back(body);
    }

    /// Removes and returns the next event.
    pub fn pop(&mut self) -> Option<EmbedEvent> {
        self.waiting.pop_front()
    }

    /// Returns whether all events have been emitted.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

/// Emits queued events, as long as a stretch lasts. `next` takes one event from the queue; a listener
/// may do what it likes in the meantime, so nothing is borrowed while it is called.
pub fn emit_queued(mut next: impl FnMut() -> Option<EmbedEvent>) {
    let window = leptos::prelude::window();
    let Some(clock) = window.performance() else { return };
    let start = clock.now();
    while let Some(body) = next() {
        // A listener that throws must not stop the training.
        if let Err(error) = emit(&window, &body) {
            log::debug!("an event was not emitted: {}", js_error_message(&error));
        }
        if clock.now() - start > MAX_STRETCH_MS {
            break;
        }
    }
}

fn emit(window: &Window, body: &EmbedEvent) -> Result<(), JsValue> {
    let detail = js_sys::JSON::parse(&body.to_string())?;
    let init = CustomEventInit::new();
    init.set_detail(&detail);
    let event = CustomEvent::new_with_event_init_dict("playground", &init)?;
    window.dispatch_event(&event)?;
    if let Some(parent) = window.parent()?.filter(|parent| parent != window) {
        // Losses and accuracies are no secret, and the framing page may have any origin.
        parent.post_message(&detail, "*")?;
    }
    Ok(())
}
