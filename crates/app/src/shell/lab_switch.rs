//! Links that switch between the labs.

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use model::Lab;
use model::permalink::SettingsGroup;
use store::action::Action;
use ui::erased_view::{handle_mouse, live_value, view};

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
    view! {
        <nav class="header-labs" aria-label="Labs" hidden=live_value(move || locked.get())>
            {LABS.map(link).collect_view()}
        </nav>
    }
}
