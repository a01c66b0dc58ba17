//! What a trap does to the accuracy.

use leptos::prelude::*;
use model::Trap;
use ui::erased_signal::Signal;
use ui::erased_view::{live, memo, view};
use ui::format;
use ui::glossary_term::Term;

use super::evaluation_state::EvaluationState;
use super::trap_groups::TrapGroups;
use crate::evaluated_split::use_evaluated_split;
use crate::figure::percent_interval;
use crate::figure_view::IntervalBar;

/// Accuracy of each group of held-out images with its interval, and a sentence on the difference.
/// Nothing without a trap.
#[component]
pub(super) fn TrapView(state: EvaluationState, trap: Signal<Trap>) -> impl IntoView {
    let split = use_evaluated_split();
    let groups = memo(move || {
        let report = state.report.get()?;
        let classes = state.classes.with(Vec::len);
        state.labels.with(|labels| TrapGroups::new(trap.get(), labels, &report.test, classes))
    });
    let row = |(name, figure, images): (String, crate::figure::Figure, usize)| {
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="trap-number">{figure.percent()}</td>
                <td class="trap-bar"><IntervalBar figure=memo(move || figure) /></td>
                <td class="trap-interval">{percent_interval(figure.interval)}</td>
                <td>{format::count(images)}</td>
            </tr>
        }
    };
    live(move || {
        let groups = groups.get()?;
        Some(view! {
            <section class="trap" aria-label="trap" data-testid="trap-result">
                <p class="trap-sentence">
                    <Term name="trap" text="Trap" />": "{trap.get().name()}". "
                    {groups.sentence(split.get())}
                </p>
                <table class="table trap-table">
                    <thead>
                        <tr>
                            <th scope="col">{live(move || split.get().say("Test images"))}</th>
                            <th scope="col" colspan="2">"Accuracy"</th>
                            <th scope="col">"95 % interval"</th>
                            <th scope="col">"Images"</th>
                        </tr>
                    </thead>
                    <tbody>{groups.rows().into_iter().map(row).collect_view()}</tbody>
                </table>
            </section>
        })
    })
}
