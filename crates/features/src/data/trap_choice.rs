//! Choice of what makes the evaluation misleading.

use leptos::prelude::*;
use model::{Trap, params};
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{handle_event, live, live_value, view};
use ui::glossary_term::Term;

/// Menu of the traps, with a sentence on the chosen one.
#[component]
pub(super) fn TrapChoice(
    /// The chosen trap.
    #[prop(into)]
    trap: Signal<Trap>,
    /// Called with another trap.
    #[prop(into)]
    on_trap: Callback<Trap>,
) -> impl IntoView {
    let choose = move |text: String| {
        let place = text.parse().ok().and_then(|place: usize| Trap::ALL.get(place).copied());
        if let Some(chosen) = place {
            on_trap.run(chosen);
        }
    };
    let option = move |(place, other): (usize, Trap)| {
        let selected = live_value(move || trap.get() == other);
        view! { <option value=place selected=selected>{other.name()}</option> }
    };
    view! {
        <div class="field field-wide">
            <span class="field-name"><Term name=params::TRAP.label /></span>
            <select
                aria-label=params::TRAP.label
                data-testid="trap"
                prop:value=live_value(move || trap.get().place_in_menu())
                on:change=handle_event(move |event| choose(event_target_value(&event)))
            >
                {Trap::ALL.into_iter().enumerate().map(option).collect_view()}
            </select>
        </div>
        {live(move || explanation(trap.get()).map(|text| view! { <p class="hint">{text}</p> }))}
    }
}

/// Returns what a trap does to the data set.
const fn explanation(trap: Trap) -> Option<&'static str> {
    match trap {
        Trap::None => None,
        Trap::Leakage => Some(
            "A neighbor of every second held-out image, moved by a pixel, is among the training images, \
             as when slices of one patient are on both sides. Evaluation compares both halves.",
        ),
        Trap::Shortcut => Some(
            "All training images of the first class have a marker in the upper left corner. In every \
             second held-out image it is where training did not have it. Evaluation compares both \
             halves; the view Why shows what the network looks at.",
        ),
        Trap::Shift(_) => Some(
            "Held-out images are changed, the training images are not, as if the network were used at \
             another hospital. Evaluation shows the accuracy at each strength.",
        ),
    }
}
