//! Selection of the class to explain.

use leptos::prelude::*;
use ui::erased_view::{handle_event, live, live_value, memo, view};

use crate::network_facts::has_masks;
use crate::state::InterpretState;

/// A menu of the classes. The most probable one comes first.
#[component]
pub fn ClassChoice(state: InterpretState) -> impl IntoView {
    let classes = state.classes();
    let chosen = memo(move || state.selection.target.with(|target| target.class));
    let choose = move |value: String| {
        let class = value.parse().ok();
        state.selection.target.update(|target| target.class = class);
    };
    let has_masks = has_masks(state.dataset);
    let options = move || {
        // For masks the background is never the default, since most pixels belong to it.
        let best = if has_masks.get() { "largest structure" } else { "most probable" };
        let named = classes.get().into_iter().enumerate();
        let all = std::iter::once((None, best.to_owned()))
            .chain(named.map(|(class, name)| (Some(class), name)));
        all.map(|(class, name)| {
            let value = class.map(|class| class.to_string()).unwrap_or_default();
            let selected = live_value(move || chosen.get() == class);
            view! { <option value=value selected=selected>{name}</option> }
        })
        .collect_view()
    };
    view! {
        <label class="explain-class">
            <span>"Class explained"</span>
            <select on:change=handle_event(move |event| choose(event_target_value(&event)))>
                {live(options)}
            </select>
        </label>
    }
}
