//! A figure with its interval, as a bar and as a definition.

use leptos::prelude::*;
use metrics::ConfidenceInterval;
use ui::erased_signal::Signal;
use ui::erased_view::{live, live_value, view};
use ui::glossary_term::Term;

use crate::figure::Figure;

/// A line from 0 to 1 with an interval, the figure in it, and a mark for chance.
#[component]
pub(crate) fn IntervalBar(
    figure: Signal<Figure>,
    /// Figure that guessing has, 0 to 1.
    #[prop(optional)]
    chance: Option<Signal<Option<f64>>>,
) -> impl IntoView {
    let end = move |end: fn(ConfidenceInterval) -> f64| {
        live_value(move || percent(figure.get().interval.map(end)))
    };
    let chance = chance.map(|chance| {
        live(move || {
            chance.get().map(|chance| {
                view! {
                    <span class="figure-view-chance" style:left=percent(Some(chance))></span>
                }
            })
        })
    });
    view! {
        <span class="figure-view-bar" aria-hidden="true">
            {live(move || figure.get().interval.map(|_| view! {
                <span
                    class="figure-view-interval"
                    style:left=end(|interval| interval.low)
                    style:width=live_value(move || {
                        percent(figure.get().interval.map(|interval| interval.high - interval.low))
                    })
                ></span>
            }))}
            {chance}
            {live(move || figure.get().value.map(|value| view! {
                <span class="figure-view-value" style:left=percent(Some(value))></span>
            }))}
        </span>
    }
}

/// A named figure with a small text below it, mostly its interval.
#[component]
pub(crate) fn FigureTile(
    /// Term of the glossary.
    name: &'static str,
    /// Name to show instead of the term.
    #[prop(optional)]
    text: Option<&'static str>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] below: Signal<String>,
    testid: &'static str,
) -> impl IntoView {
    view! {
        <div class="figure-view-tile">
            <dt><Term name=name text=text.unwrap_or(name) /></dt>
            <dd data-testid=testid>
                <b>{value.live()}</b>
                " "
                <small>{below.live()}</small>
            </dd>
        </div>
    }
}

fn percent(share: Option<f64>) -> String {
    format!("{:.2}%", share.unwrap_or(0.0).clamp(0.0, 1.0) * 100.0)
}
