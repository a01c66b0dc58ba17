//! Height that the page needs in its frame, as an event for the course page.

use std::cell::Cell;
use std::time::Duration;

use leptos::prelude::*;
use protocol::embed::EmbedEvent;
use web_sys::{DomRect, Element};

use crate::embed_events::framing_window;
use crate::page::Page;

/// Interval between two measurements. Views scroll within the page, which has the height of its
/// frame, so that no observer of sizes notices that their content has grown.
const INTERVAL: Duration = Duration::from_millis(500);

/// Sends an event whenever the height has changed. Does nothing in a page that is not framed.
pub(super) fn report(page: Page) {
    if framing_window().is_none() {
        return;
    }
    let last = Cell::new(0);
    let measure = move || {
        if let Some(height) = needed_height().filter(|height| last.replace(*height) != *height) {
            page.emit(EmbedEvent::Height { height });
        }
    };
    if let Err(error) = set_interval_with_handle(measure, INTERVAL) {
        let reason = crate::clients::download::js_error_message(&error);
        log::debug!("the height is not reported: {reason}");
    }
}

/// Returns the height at which nothing of the page scrolls in CSS pixels, or `None` while the frame
/// is not laid out.
fn needed_height() -> Option<u32> {
    let document = document();
    let page = document.query_selector(".page").ok().flatten()?;
    let height = page.get_bounding_client_rect().height();
    if height <= 0.0 || page.client_width() == 0 {
        return None;
    }
    let views = document.get_elements_by_class_name("view");
    let views = (0..views.length()).filter_map(|index| views.item(index));
    let missing = views.filter(|view| view.client_width() > 0).map(missing_height);
    let missing = missing.fold(f64::NEG_INFINITY, f64::max);
    let needed = if missing.is_finite() { height + missing } else { height };
    Some(needed.ceil().max(0.0) as u32)
}

/// Returns by how much the content of a view is higher than the view; negative if it is lower.
fn missing_height(view: Element) -> f64 {
    let overflow = view.scroll_height() - view.client_height();
    if overflow > 0 {
        return f64::from(overflow);
    }
    let edge = |element: Option<Element>, of: fn(&DomRect) -> f64| {
        element.map_or(0.0, |element| of(&element.get_bounding_client_rect()))
    };
    let top = view.get_bounding_client_rect().top();
    let first = edge(view.first_element_child(), |rect| rect.top());
    let last = edge(view.last_element_child(), |rect| rect.bottom());
    // The padding at the end is that at the start.
    let content = (last - top) + (first - top).max(0.0);
    (content - f64::from(view.client_height())).min(0.0)
}
