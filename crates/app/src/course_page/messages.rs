//! Messages of the page that frames this one, and of scripts of the page's own origin.
//!
//! The origin is checked before anything of a message is read. A refused message costs a comparison
//! of texts, whatever its size, and at most one event a second tells of refused messages.

use std::cell::RefCell;

use leptos::prelude::*;
use model::permalink::merge;
use protocol::embed_command::{EmbedCommand, EmbedMessage, decode};
use protocol::embed_limits::{MAX_MESSAGES_PER_SECOND, MessageRate};
use store::action::Action;
use ui::parse_number::parse_number;
use web_sys::MessageEvent;

use super::fields::read;
use super::wake::wake;
use crate::page::{Page, now};

/// Listens to messages for as long as the page exists.
pub(super) fn listen(page: Page) {
    let own = window().location().origin().unwrap_or_default();
    let rate = RefCell::new(MessageRate::default());
    window_event_listener(leptos::ev::message, move |event: MessageEvent| {
        let origin = event.origin();
        if !page.with_state(|state| state.link.frame.allows(&origin, &own)) {
            page.refuse(|| (wrong_origin(&origin), None));
            return;
        }
        if !rate.borrow_mut().admits(now()) {
            page.refuse(|| (too_many(), None));
            return;
        }
        match decode(&read(&event.data())) {
            Ok(None) => {}
            Ok(Some(message)) => obey(page, message),
            Err(sentence) => page.refuse(|| (sentence, None)),
        }
    });
}

fn wrong_origin(origin: &str) -> String {
    format!(
        "Messages from {origin} are refused: the link of this page does not name it in “allow=”."
    )
}

fn too_many() -> String {
    format!("More than {MAX_MESSAGES_PER_SECOND} messages a second are refused.")
}

fn obey(page: Page, EmbedMessage { id, command }: EmbedMessage) {
    let configure = |pairs: &[(String, String)]| {
        let link = page.with_state(|state| merge(&state.link, pairs, parse_number));
        match link {
            Ok(link) => page.dispatch(Action::SetLink { link: Box::new(link), id: id.clone() }),
            Err(sentence) => page.refuse(|| (sentence, id.clone())),
        }
    };
    let act = |action: Action| {
        page.dispatch(action);
        if id.is_some() {
            page.dispatch(Action::ReportState(id.clone()));
        }
    };
    if let EmbedCommand::Play | EmbedCommand::Step | EmbedCommand::Epoch | EmbedCommand::Test =
        command
    {
        wake();
    }
    match command {
        EmbedCommand::Play => act(Action::Play),
        EmbedCommand::Pause => act(Action::Pause),
        EmbedCommand::Step => act(Action::Step),
        EmbedCommand::Epoch => act(Action::Epoch),
        EmbedCommand::Test => act(Action::Test),
        EmbedCommand::Reset => act(Action::Reset),
        EmbedCommand::Configure(pairs) => configure(&pairs),
        EmbedCommand::View(view) => configure(&[("view".into(), view)]),
        EmbedCommand::State => page.dispatch(Action::ReportState(id)),
    }
}
