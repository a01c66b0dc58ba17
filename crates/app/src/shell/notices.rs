//! Problems shown on the page, one sentence each, until they are dismissed.

use leptos::prelude::*;
use store::action::Action;
use store::state::Notice;
use ui::erased_view::{each, handle_mouse, view};

use crate::page::Page;

/// List of problems. Screen readers announce new ones.
#[component]
pub fn Notices(
    /// The page.
    page: Page,
) -> impl IntoView {
    let notices = page.signals.notices;
    view! {
        <div class="notices" aria-live="polite" aria-relevant="additions">
            {each(
                move || notices.with(|notices| notices.iter().map(|n| n.id as usize).collect()),
                move |id| {
                    let found = notices.with_untracked(|notices| {
                        notices.iter().find(|notice| notice.id as usize == id).cloned()
                    });
                    found.map(|notice| notice_view(page, notice)).into_any()
                },
            )}
        </div>
    }
}

fn notice_view(page: Page, Notice { id, problem }: Notice) -> AnyView {
    view! {
        <div class="notice" data-code=problem.code.slug()>
            <p data-testid="notice">{problem.message}</p>
            <button
                class="button button-quiet"
                data-testid="dismiss"
                on:click=handle_mouse(move |_| page.dispatch(Action::Dismiss(id)))
            >
                "Dismiss"
            </button>
        </div>
    }
}
