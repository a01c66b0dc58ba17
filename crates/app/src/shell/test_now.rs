//! Button that evaluates the network as it is now.

use features::evaluated_split::use_evaluated_split;
use leptos::prelude::*;
use model::permalink::TransportButton;
use protocol::RunState;
use store::action::Action;
use ui::erased_view::{handle_mouse, live_value, view};

use crate::course_page::lockable::is_control_hidden;
use crate::page::Page;

/// Button that evaluates the network on the test set after any step, also while it trains.
#[component]
pub fn TestNow(
    /// The page.
    page: Page,
) -> impl IntoView {
    let transport = page.signals.transport;
    let evaluated = use_evaluated_split();
    let hidden = is_control_hidden(page, TransportButton::Test);
    view! {
        <button
            class="button"
            data-testid="test"
            hidden=live_value(move || hidden.get())
            disabled=live_value(move || {
                transport.with(|now| !now.ready || now.state == RunState::Diverged)
            })
            title=live_value(move || evaluated.get().say("Evaluate the network on the test set now (T)"))
            on:click=handle_mouse(move |_| page.dispatch(Action::Test))
        >
            "Test now"
        </button>
    }
}
