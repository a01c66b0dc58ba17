//! Button that opens the sealed test set, and how often it was pressed.

use leptos::prelude::*;
use store::test_set::Seal;
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{handle_mouse, live, live_value, memo, view};
use ui::glossary_term::Term;

use super::words::{meaning, obstacle, openings_text, unsealed_note};
use crate::evaluated_split::use_evaluated_split;

/// The button, the number of openings in this visit, and what they mean. Without a seal it is a note
/// that says so.
#[component]
pub fn SealPanel(
    /// State of the test set.
    seal: Signal<Seal>,
    /// Opens the test set.
    on_open: Callback<()>,
) -> impl IntoView {
    let evaluated = use_evaluated_split();
    let openings = memo(move || seal.get().openings);
    let can_open = memo(move || seal.get().can_open);
    live(move || match unsealed_note(evaluated.get()) {
        Some(note) => view! { <p class="seal-panel-words" data-testid="unsealed">{note}</p> },
        None => view! {
            <div class="seal-panel">
                <div class="seal-panel-row">
                    <button
                        type="button"
                        class="button button-primary"
                        data-testid="open-test-set"
                        disabled=live_value(move || !can_open.get())
                        on:click=handle_mouse(move |_| on_open.run(()))
                    >
                        "Open the test set"
                    </button>
                    <strong role="status" data-testid="test-set-openings">
                        {live(move || openings_text(openings.get()))}
                    </strong>
                    {live(move || obstacle(seal.get()))}
                </div>
                <p class="seal-panel-words">
                    "The "<Term name="test set" />": "
                    {live(move || meaning(openings.get()))}
                </p>
            </div>
        },
    })
}
