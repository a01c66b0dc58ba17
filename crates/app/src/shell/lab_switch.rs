//! Links that switch between the labs.

use leptos::ev::MouseEvent;
use leptos::html::Nav;
use leptos::prelude::*;
use model::Lab;
use model::permalink::SettingsGroup;
use store::action::Action;
use ui::erased_view::{effect, handle_mouse, live_value, view};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::clients::download::js_error_message;
use crate::course_page::lockable::is_locked;
use crate::page::Page;

const LABS: [(Lab, &str); 2] = [(Lab::Classify, "Classify"), (Lab::Segment, "Segment")];

/// Links to the labs. A plain click switches the lab without leaving the page; a click with a
/// modifier key opens a new tab, as with any link. Not shown if the link locks the lab.
#[component]
pub fn LabSwitch(
    /// The page.
    page: Page,
) -> impl IntoView {
    let lab = page.signals.lab;
    let link = move |(target, name): (Lab, &'static str)| {
        let go = move |event: MouseEvent| {
            if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
                event.prevent_default();
                page.dispatch(Action::SetLab(target));
            }
        };
        view! {
            <a
                class="header-lab"
                href=format!("?lab={}", target.slug())
                data-testid=format!("lab-{}", target.slug())
                aria-current=live_value(move || (lab.get() == target).then_some("page"))
                on:click=handle_mouse(go)
            >
                {name}
            </a>
        }
    };
    let locked = is_locked(page, SettingsGroup::Lab);
    let labs = NodeRef::<Nav>::new();
    let mut shown = lab.get_untracked();
    effect(move || {
        let now = lab.get();
        if std::mem::replace(&mut shown, now) != now {
            request_animation_frame(move || keep_focus(labs));
        }
    });
    view! {
        <nav class="header-labs" aria-label="Labs" node_ref=labs hidden=live_value(move || locked.get())>
            {LABS.map(link).collect_view()}
        </nav>
    }
}

/// Moves the focus to the lab that is shown, if the control that led there is gone.
fn keep_focus(labs: NodeRef<Nav>) {
    let has_focus = document().query_selector(":focus").is_ok_and(|element| element.is_some());
    let link = labs.get_untracked().and_then(|labs| labs.query_selector("[aria-current]").ok()?);
    let link = link.and_then(|link| link.dyn_into::<HtmlElement>().ok()).filter(|_| !has_focus);
    if let Some(Err(error)) = link.map(|link| link.focus()) {
        log::debug!("the focus stays where it is: {}", js_error_message(&error));
    }
}
