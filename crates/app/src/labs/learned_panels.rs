//! Panels of the learned network, the same in both labs.

use leptos::prelude::*;
use ui::erased_view::view;

use super::panel::Panel;
use crate::lazy::learned::{LearnedView, Part};

/// Panels of the views of the learned network.
#[component]
pub(super) fn LearnedPanels() -> impl IntoView {
    view! {
        <Panel class="panel-layers" title="What the layers have learned">
            <LearnedView part=Part::Layers />
        </Panel>
        <Panel class="panel-why" title="Why this answer">
            <LearnedView part=Part::Why />
        </Panel>
        <Panel class="panel-mistakes" title="Mistakes">
            <LearnedView part=Part::Mistakes />
        </Panel>
    }
}
