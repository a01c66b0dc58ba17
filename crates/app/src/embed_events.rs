//! Events for course pages: a `CustomEvent('playground')` on this window, and the same object
//! posted to the parent window if the page is framed.
//!
//! A fast run makes thousands of steps per second, and each step has an event. Therefore events
//! wait in a queue, from which they are emitted for a few milliseconds at a time.

use std::collections::VecDeque;

use protocol::embed::EmbedEvent;
use wasm_bindgen::JsValue;
use web_sys::{CustomEvent, CustomEventInit, Window};

use crate::clients::download::js_error_message;

/// Time spent on emitting events without interruption, in milliseconds. It is far below the 50 ms
/// after which a page feels slow.
const MAX_STRETCH_MS: f64 = 8.0;

/// Events that have not been emitted yet, in order.
#[derive(Debug, Default)]
pub struct EventQueue {
    waiting: VecDeque<EmbedEvent>,
}

impl EventQueue {
    /// Appends an event to the queue.
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

/// Emits queued events for a few milliseconds. `next` takes one event from the queue. Listeners may
/// call any function of the page, so nothing may stay borrowed while an event is emitted.
pub fn emit_queued(mut next: impl FnMut() -> Option<EmbedEvent>) {
    let window = leptos::prelude::window();
    let Some(clock) = window.performance() else { return };
    let start = clock.now();
    while let Some(body) = next() {
        // A listener that throws an exception must not stop the training.
        if let Err(error) = emit(&window, &body) {
            log::debug!("an event was not emitted: {}", js_error_message(&error));
        }
        if clock.now() - start > MAX_STRETCH_MS {
            break;
        }
    }
}

/// Returns the window of the page that frames this one, if one does.
pub fn framing_window() -> Option<Window> {
    let window = leptos::prelude::window();
    window.parent().ok().flatten().filter(|parent| *parent != window)
}

fn emit(window: &Window, body: &EmbedEvent) -> Result<(), JsValue> {
    let detail = js_sys::JSON::parse(&body.to_string())?;
    let init = CustomEventInit::new();
    init.set_detail(&detail);
    let event = CustomEvent::new_with_event_init_dict("playground", &init)?;
    window.dispatch_event(&event)?;
    if let Some(parent) = framing_window() {
        // Losses and accuracies are not confidential, and the parent page may have any origin.
        parent.post_message(&detail, "*")?;
    }
    Ok(())
}
