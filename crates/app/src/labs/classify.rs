//! Panels of the classification lab.

use features::learning_curves::metric::Metric;
use features::network_editor::editor::NetworkEditor;
use features::network_editor::encoder_offer::EncoderOfferNote;
use features::section_summary::data_summary;
use leptos::prelude::*;
use model::permalink::{SettingsGroup, View};
use model::{Architecture, DataShape, IMAGE_SIDE, Network, Task};
use store::action::Action;
use ui::erased_view::{derived, memo, view};

use super::class_names::{classes, images};
use super::parts::{CodePane, Curves, LearnedPanes, Sections, edit, ladder};
use crate::course_page::lockable::is_locked;
use crate::lazy::classify_views::{ClassifySettings, ClassifyView, LazyClassify, OpenedLayerView};
use crate::lazy::learned::{LearnedView, Part};
use crate::lazy::studies::LazyStudiesView;
use crate::page::Page;
use crate::workbench::view_pane::ViewPane;
use crate::workbench::view_tabs::ViewTabs;

/// Panels of the classification lab.
#[component]
pub fn ClassifyPanels(
    /// The page.
    page: Page,
    /// Part with the views that only this lab has. It is kept while the other lab is shown.
    lazy: LazyClassify,
) -> impl IntoView {
    lazy.load_when_ready(page);
    let config = page.signals.config;
    let names = classes(page);
    let shape = memo(move || DataShape { classes: names.with(Vec::len), size: [IMAGE_SIDE; 2] });
    view! {
        <Sections
            page
            data_summary=memo(move || {
                let data = images(page);
                config.with(|config| data_summary(config, data.as_ref().map(|data| &data.facts)))
            })
            shape
            data=view! { <ClassifySettings page lazy group=SettingsGroup::Data /> }
            network=view! { <Classifier page lazy /> }
            network_has_lock=true
            training=view! { <ClassifySettings page lazy group=SettingsGroup::Training /> }
        />
        <ViewTabs />
        <ViewPane view=View::Step>
            <ClassifyView page lazy view=View::Step />
        </ViewPane>
        <ViewPane view=View::Curves>
            <Curves page metric=memo(move || Metric::Accuracy { classes: names.with(Vec::len) }) classes=names />
        </ViewPane>
        <LearnedPanes />
        <ViewPane view=View::Mistakes>
            <LearnedView part=Part::Mistakes />
        </ViewPane>
        <ViewPane view=View::Evaluation>
            <ClassifyView page lazy view=View::Evaluation />
        </ViewPane>
        <ViewPane view=View::Studies>
            <LazyStudiesView page />
        </ViewPane>
        <ViewPane view=View::Try>
            <ClassifyView page lazy view=View::Try />
        </ViewPane>
        <CodePane page shape />
    }
}

#[component]
fn Classifier(page: Page, lazy: LazyClassify) -> impl IntoView {
    let config = page.signals.config;
    let names = classes(page);
    let count = derived(move || names.with(|names| names.len()).max(1));
    let network = move || {
        let network = config.with(|config| config.network().cloned());
        // This runs once more after the visitor has switched to the other lab, when there is no
        // network.
        network.unwrap_or_else(|| Network::default_for(Architecture::Cnn))
    };
    view! {
        <EncoderOfferNote
            offer=page.signals.encoder_offer
            on_use=move |()| page.dispatch(Action::UseAsEncoder)
        />
        <NetworkEditor
            network=derived(network)
            classes=count
            ladder=ladder(page)
            ladder_visible=page.signals.network.ladder_visible
            locked=is_locked(page, SettingsGroup::Network)
            opened=move |opened| view! { <OpenedLayerView lazy opened /> }
            on_change=move |network| edit(page, |config| config.task = Task::Classify(network))
        />
    }
}
