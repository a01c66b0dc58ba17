//! The page's side of a course page that frames it: messages from it, and how the page looks in its
//! frame. Events to it are in [`crate::embed_events`].

mod fields;
mod height;
pub mod lockable;
mod messages;
mod scale;
pub(crate) mod wake;

use protocol::embed::EmbedEvent;

use crate::page::Page;

/// Connects the page with the page that frames it.
pub(crate) fn connect(page: Page) {
    messages::listen(page);
    height::report(page);
    scale::follow(page);
    page.emit(EmbedEvent::Open { build: page.with_state(|state| state.build.clone()) });
}
