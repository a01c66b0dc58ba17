//! Events for a course page: a `CustomEvent('playground')` on this window, and the same object
//! posted to the page that frames it.
//!
//! A fast run makes thousands of steps a second, and each is told. So what is to be told waits in
//! a queue, and a moment's work at a time is taken from it.

use std::collections::VecDeque;

use protocol::embed::EmbedEvent;
use wasm_bindgen::JsValue;
use web_sys::{CustomEvent, CustomEventInit, Window};

/// Milliseconds of telling at a stretch: far below the 50 that make a page stutter.
const STRETCH_MS: f64 = 8.0;

/// What has still to be told, in order.
#[derive(Debug, Default)]
pub struct Outbox {
    waiting: VecDeque<EmbedEvent>,
}

impl Outbox {
    /// Puts an event at the end.
    pub fn push(&mut self, body: EmbedEvent) {
        self.waiting.push_back(body);
    }

    /// Takes the next event.
    pub fn pop(&mut self) -> Option<EmbedEvent> {
        self.waiting.pop_front()
    }

    /// Whether all has been told.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

/// Tells what waits, as long as a stretch lasts. `next` takes one event from the outbox; a listener
/// may do what it likes in the meantime, so nothing is borrowed while it is called.
pub fn tell(mut next: impl FnMut() -> Option<EmbedEvent>) {
    let window = leptos::prelude::window();
    let Some(clock) = window.performance() else { return };
    let start = clock.now();
    while let Some(body) = next() {
        // Telling is a courtesy: a listener that throws must not stop the training.
        let _ = tell_one(&window, &body);
        if clock.now() - start > STRETCH_MS {
            break;
        }
    }
}

fn tell_one(window: &Window, body: &EmbedEvent) -> Result<(), JsValue> {
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
