//! Bars that show the norms of signal and gradient in one layer.

use leptos::prelude::*;
use ui::erased_signal::Signal;
use ui::erased_view::{live, live_value, view};
use ui::glossary_term::Term;

use super::gradient_flow::GradientFlow;
use crate::labels::amount;

/// Two bars: the norm of the forward signal, and the norm of the backward gradient.
#[component]
pub fn GradientFlowBars(flow: Signal<Option<GradientFlow>>) -> impl IntoView {
    let part = |name: &'static str, class: &'static str, read: fn(&GradientFlow) -> (f32, f64)| {
        let text = move || flow.with(|flow| flow.as_ref().map(|flow| amount(read(flow).0)));
        let width = move || {
            let share = flow.with(|flow| flow.as_ref().map_or(0.0, |flow| read(flow).1));
            format!("{:.1}%", 100.0 * share)
        };
        view! {
            <div class=format!("flow {class}")>
                <span class="flow-name">{name}</span>
                <span class="flow-value">{live(move || text().unwrap_or_else(|| "–".into()))}</span>
                <span class="flow-track" aria-hidden="true">
                    <span class="flow-bar" style:width=live_value(width)></span>
                </span>
            </div>
        }
    };
    let of_weights = move || {
        let value = flow.with(|flow| flow.as_ref().and_then(|flow| flow.weight_gradient));
        value.map(|value| format!("weight gradient {}", amount(value)))
    };
    view! {
        <div class="flows">
            <p class="layers-label"><Term name="backpropagation" text="Signal and gradient norm" /></p>
            {part("signal →", "flow-signal", |flow| flow.signal)}
            {part("← gradient", "flow-gradient", |flow| flow.gradient)}
            <p class="flow-note">{live(of_weights)}</p>
        </div>
    }
}
