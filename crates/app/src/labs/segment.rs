//! Panels of the segmentation lab.

use features::data::sampling_panel::SamplingPanel;
use features::data::slices_panel::{SlicesPanel, tiny_target};
use features::network_ladder::ladder_view::LadderView;
use features::section_summary::data_summary;
use features::training::loss_panel::LossPanel;
use features::unet_diagram::diagram::UNetDiagram;
use features::unet_diagram::encoder_start::EncoderPort;
use leptos::prelude::*;
use model::graph::Graph;
use model::permalink::View;
use model::{DataSource, SegmentLoss, Task};
use store::action::Action;
use ui::display_settings::DisplaySettings;
use ui::erased_signal::Signal;
use ui::erased_view::{derived, memo, view};

use super::parts::{CodePane, LearnedPanes, Sections, Training, available, edit, ladder};
use super::segment_lab::Lab;
use super::segment_views::{Cases, DiceCurves, Live, TestCases, Try};
use crate::lazy::learned::{LearnedView, Part};
use crate::lazy::own_data::OwnDataButton;
use crate::page::Page;
use crate::workbench::view_pane::ViewPane;
use crate::workbench::view_tabs::ViewTabs;

/// Panels of the segmentation lab.
#[component]
pub fn SegmentPanels(
    /// The page.
    page: Page,
    /// Display settings.
    look: DisplaySettings,
) -> impl IntoView {
    let lab = Lab::new(page, look);
    let (config, shape) = (page.signals.config, lab.shape());
    view! {
        <Sections
            page
            data_summary=memo(move || {
                let facts = lab.facts();
                config.with(|config| data_summary(config, facts.as_ref()))
            })
            shape=shape
            data=view! { <Data lab /> }
            network=view! { <Network lab /> }
            training=view! { <LossAndTraining lab /> }
        />
        <ViewTabs />
        <ViewPane view=View::Live>
            <Live lab />
        </ViewPane>
        <ViewPane view=View::Curves>
            <DiceCurves lab />
        </ViewPane>
        <LearnedPanes />
        <ViewPane view=View::Cases>
            <Cases lab />
            <TestCases lab />
            <h3>"Slices with the largest losses"</h3>
            <LearnedView part=Part::Mistakes />
        </ViewPane>
        <ViewPane view=View::Try>
            <Try lab />
        </ViewPane>
        <CodePane page shape />
    }
}

#[component]
fn Data(lab: Lab) -> impl IntoView {
    let Lab { page, look, store, .. } = lab;
    let config = page.signals.config;
    let tiny = move |()| {
        edit(page, |config| {
            config.data = DataSource::Ventricles(tiny_target());
            if let Task::Segment(part) = &mut config.task {
                part.loss = SegmentLoss::CrossEntropy;
                part.balanced = false;
            }
        });
    };
    view! {
        <SlicesPanel
            data=derived(move || lab.facts())
            source=derived(move || config.with(|config| config.data))
            available=available(page, model::Lab::Segment)
            store=store
            viewed=page.signals.segment.selected_slice
            look=look
            on_source=move |source| edit(page, |config| config.choose_data(source))
            own=view! { <OwnDataButton page /> }
            on_tiny=tiny
            on_view=move |image| lab.view(image)
        />
        <SamplingPanel
            config
            all_classes=Signal::stored(Vec::new())
            on_sampling=move |sampling| edit(page, |config| config.sampling = sampling)
        />
    }
}

#[component]
fn Network(lab: Lab) -> impl IntoView {
    let Lab { page, store, classes, .. } = lab;
    let segmentation = lab.segmentation();
    let viewed = page.signals.segment.selected_slice;
    let image = memo(move || store.get()?.pixels(viewed.get()?));
    let shape = lab.shape();
    let layers = memo(move || {
        let task = Task::Segment(segmentation.get());
        let graph = Graph::of(&task, shape.get());
        let kinds =
            |graph: Graph| graph.layers().iter().map(|layer| layer.kind).collect::<Vec<_>>();
        graph.map(kinds).unwrap_or_default()
    });
    let encoder = EncoderPort {
        origin: page.signals.first_weights.into(),
        start: page.signals.encoder_start.into(),
        on_random: (move |()| page.dispatch(Action::DropWeights)).into(),
        on_classifier: (move |()| page.dispatch(Action::StartFromClassifier)).into(),
    };
    view! {
        <LadderView
            ladder=ladder(page)
            layers=layers
            visible=page.signals.network.ladder_visible
        />
        <UNetDiagram
            segmentation=segmentation
            shape=shape
            features=page.signals.segment.feature_maps
            features_error=page.signals.segment.feature_maps_error
            image=image
            classes=classes
            encoder=encoder
            on_change=move |segmentation| lab.set(segmentation)
        />
    }
}

#[component]
fn LossAndTraining(lab: Lab) -> impl IntoView {
    let Lab { page, store, classes, .. } = lab;
    let segmentation = lab.segmentation();
    let shares = memo(move || store.get().map(|store| store.set().class_frequencies()));
    view! {
        <LossPanel
            segmentation=segmentation
            classes=classes
            shares=shares
            on_change=move |segmentation| lab.set(segmentation)
        />
        <Training page />
    }
}
