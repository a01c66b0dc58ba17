//! What the bars beside the layers mean.

use leptos::prelude::*;
use ui::erased_signal::Signal;
use ui::erased_view::{live, view};
use ui::glossary_term::Term;

/// The marks of [`RungBar`](super::RungBar)s, once for all of them.
#[component]
pub fn RungKey(
    /// Whether there is a network to compare with.
    #[prop(into)]
    compared: Signal<bool>,
    /// What is classified.
    #[prop(default = "test images")]
    of: &'static str,
) -> impl IntoView {
    let other = move || {
        compared.get().then(|| {
            view! {
                <li><span class="rung-key rung-key-other"></span>"the network compared with"</li>
            }
        })
    };
    view! {
        <ul class="legend" aria-label="Legend of the bars">
            <li>
                <span class="rung-key rung-key-fill"></span>
                <span>{of}" that a "<Term name="linear probe" />" gets right"</span>
            </li>
            <li><span class="rung-key rung-key-chance"></span>"by chance"</li>
            {live(other)}
        </ul>
    }
}
