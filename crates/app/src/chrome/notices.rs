//! Problems, a sentence each, until they are dismissed.

use leptos::prelude::*;

use crate::page::Page;
use crate::reduce::Action;

/// The problems. New ones are announced.
#[component]
pub fn Notices(
    /// Whose problems.
    page: Page,
) -> impl IntoView {
    let notices = page.signals.notices;
    view! {
        <div class="notices" aria-live="polite" aria-relevant="additions">
            <For each=move || notices.get() key=|notice| notice.id let(notice)>
                <div class="notice" data-code=notice.problem.code.key()>
                    <p data-testid="notice">{notice.problem.message}</p>
                    <button
                        class="button quiet"
                        data-testid="dismiss"
                        on:click=move |_| page.dispatch(Action::Dismiss(notice.id))
                    >
                        "Dismiss"
                    </button>
                </div>
            </For>
        </div>
    }
}
