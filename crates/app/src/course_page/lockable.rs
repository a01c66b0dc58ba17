//! Parts of the page that a link can lock or hide.

use leptos::prelude::*;
use model::permalink::{Hideable, SettingsGroup, TransportButton, View};
use ui::erased_signal::Signal;
use ui::erased_view::{live_value, memo, view};

use crate::page::Page;

/// Controls of a group of settings, which are disabled while the link locks it.
#[component]
pub fn Lockable(
    /// The page.
    page: Page,
    /// The group of settings.
    group: SettingsGroup,
    /// The controls.
    children: Children,
) -> impl IntoView {
    let locked = is_locked(page, group);
    view! {
        <fieldset class="lockable" disabled=live_value(move || locked.get())>
            {children()}
        </fieldset>
    }
}

/// Returns whether a group of settings cannot be changed.
pub fn is_locked(page: Page, group: SettingsGroup) -> Signal<bool> {
    let frame = page.signals.frame;
    memo(move || frame.with(|frame| frame.is_locked(group)))
}

/// Returns whether a part of the page is not shown.
pub fn is_hidden(page: Page, part: Hideable) -> Signal<bool> {
    let frame = page.signals.frame;
    memo(move || frame.with(|frame| frame.is_hidden(part)))
}

/// Returns whether a view and its tab are not shown: because the link hides it, or the results of
/// which it consists.
pub fn is_view_hidden(page: Page, view: View) -> Signal<bool> {
    let frame = page.signals.frame;
    memo(move || frame.with(|frame| frame.hides_view(view)))
}

/// Returns whether a button of the transport bar is not shown.
pub fn is_control_hidden(page: Page, button: TransportButton) -> Signal<bool> {
    let frame = page.signals.frame;
    memo(move || frame.with(|frame| !frame.shows_control(button)))
}
