//! A figure with its equation, its arithmetic and its lines of NumPy.

use leptos::prelude::*;
use ui::erased_view::view;

use super::copy_button::CopyButton;
use super::formulas::Formula;

/// Shows a figure: name and value, equations in general, the same with numbers on demand, and a
/// button that copies the computation.
pub(crate) fn figure(formula: Formula) -> AnyView {
    let Formula { title, value, general, arithmetic, snippet } = formula;
    let general = general.into_iter().map(|markup| equation(markup, false)).collect_view();
    let arithmetic = arithmetic.into_iter().map(|markup| equation(markup, true)).collect_view();
    view! {
        <section class="step-figure">
            <h3 class="step-figure-head">
                <span>{title}</span>
                " "
                <strong class="step-figure-value">{value}</strong>
            </h3>
            <div class="step-equations">{general}</div>
            <div class="step-figure-more">
                <details class="step-arithmetic">
                    <summary>"With these numbers"</summary>
                    {arithmetic}
                </details>
                <CopyButton snippet=snippet />
            </div>
        </section>
    }
}

/// Shows one equation. Long ones scroll sideways, for which they must be reachable by keyboard.
fn equation(markup: String, is_long: bool) -> AnyView {
    view! { <div class="step-equation" tabindex=is_long.then_some("0") inner_html=markup></div> }
}
