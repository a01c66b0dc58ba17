//! Back and Forward of the browser, which choose earlier views.

use leptos::prelude::*;
use model::permalink::parse_with;
use store::action::Action;
use ui::parse_number::parse_number;

use crate::page::Page;

/// Shows the views of each entry of the browser's history to which the visitor goes. The experiment
/// stays as it is: it is no place that one visits, and a run would be lost.
pub fn listen_to_history(page: Page) {
    window_event_listener(leptos::ev::popstate, move |_| {
        let query = window().location().search().unwrap_or_default();
        let (link, _) = parse_with(&query, parse_number);
        page.dispatch(Action::SetViews(link.views));
    });
}
