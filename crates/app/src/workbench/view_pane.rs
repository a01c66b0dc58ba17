//! Pane of one view.

use leptos::prelude::*;
use model::permalink::View;
use ui::erased_view::{live_value, view};

use super::workbench_layout::WorkbenchLayout;

/// Returns the id of a view's element, to which its tabs refer.
pub(super) fn pane_id(view: View) -> String {
    format!("view-{}", view.slug())
}

/// A view, hidden while it is not chosen. It stays on the page then, so that it keeps what the
/// visitor selected in it.
#[component]
pub fn ViewPane(
    /// The view.
    view: View,
    /// Its content.
    children: Children,
) -> impl IntoView {
    let pane = expect_context::<WorkbenchLayout>().pane_of(view);
    view! {
        <section
            id=pane_id(view)
            class=format!("view {}", pane_id(view))
            class:view-second=live_value(move || pane.get() == Some(1))
            role="tabpanel"
            tabindex="0"
            aria-label=view.name()
            hidden=live_value(move || pane.get().is_none())
        >
            <h2 class="view-title visually-hidden">{view.name()}</h2>
            {children()}
        </section>
    }
}
