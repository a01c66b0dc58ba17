//! Panels of the segmentation lab.

use std::sync::Arc;

use data::user_files::NetworkInput;
use features::cases::cases_view::CasesView;
use features::cases::test_cases_view::TestCasesView;
use features::data::data_panel::DataView;
use features::data::sampling_panel::SamplingPanel;
use features::data::slices_panel::{SlicesPanel, tiny_target};
use features::dataset::slice_store::SliceStore;
use features::evaluated_split::use_evaluated_split;
use features::learning_curves::metric::Metric;
use features::live_predictions::live_predictions_view::LivePredictionsView;
use features::network_ladder::ladder_view::LadderView;
use features::own_slices::own_slices_view::OwnSlicesView;
use features::section_summary::data_summary;
use features::training::loss_panel::LossPanel;
use features::unet_diagram::diagram::UNetDiagram;
use features::unet_diagram::encoder_start::EncoderPort;
use leptos::prelude::*;
use model::graph::Graph;
use model::permalink::View;
use model::{DataShape, DataSource, ImageRef, SegmentLoss, Segmentation, Task};
use store::action::Action;
use ui::display_settings::DisplaySettings;
use ui::erased_signal::Signal;
use ui::erased_view::{derived, live, memo, view};

use super::parts::{
    CodePane, Curves, LearnedPanes, Sections, Training, available, edit, ladder, steps_per_epoch,
};
use crate::dataset::read_file::scan_readers;
use crate::lazy::learned::{LearnedView, Part};
use crate::lazy::own_data::OwnDataButton;
use crate::page::Page;
use crate::workbench::view_pane::ViewPane;
use crate::workbench::view_tabs::ViewTabs;

/// Number of classes and image size of the bundled data, used for the network's shapes before a
/// data set is loaded.
const SHAPE: DataShape = DataShape { classes: 3, size: [data::IMAGE_SIDE; 2] };

/// Signals shared by the views of the lab.
#[derive(Clone, Copy)]
struct Lab {
    page: Page,
    look: DisplaySettings,
    /// Slices of the data set, once loaded.
    store: Signal<Option<SliceStore>>,
    /// Class names in label order.
    classes: Signal<Vec<String>>,
}

impl Lab {
    fn new(page: Page, look: DisplaySettings) -> Self {
        let shown = page.signals.shown;
        let store = memo(move || {
            shown.with(|shown| shown.as_ref().and_then(|shown| shown.slices().cloned()))
        });
        let classes = memo(move || {
            shown.with(|shown| match shown {
                Some(shown) if shown.slices().is_some() => shown.facts.classes.clone(),
                _ => Vec::new(),
            })
        });
        Self { page, look, store, classes }
    }

    /// Returns the number of classes and the image size of the data set, or those of the bundled
    /// data before it is loaded.
    fn shape(self) -> Signal<DataShape> {
        let shape = move || {
            let classes = self.classes.with(Vec::len);
            let size = self.store.with(|store| store.as_ref().map(|store| store.set().size()));
            DataShape {
                classes: if classes == 0 { SHAPE.classes } else { classes },
                size: size.unwrap_or(SHAPE.size),
            }
        };
        memo(shape)
    }

    /// Returns a description of the data set shown, if it is one of slices.
    fn facts(self) -> Option<DataView> {
        self.page.signals.shown.with(|shown| {
            let shown = shown.as_ref().filter(|shown| shown.images().is_none());
            shown.map(|shown| shown.facts.clone())
        })
    }

    /// Returns the U-Net and its loss.
    fn segmentation(self) -> Signal<Segmentation> {
        let config = self.page.signals.config;
        // This runs once more after the visitor has switched to the other lab, when there is no
        // U-Net.
        memo(move || config.with(|config| config.segmentation().cloned()).unwrap_or_default())
    }

    /// Selects a slice, which is shown in the viewer and sent through the network.
    fn view(self, image: ImageRef) {
        if let Some(store) = self.store.get_untracked() {
            self.page.select_slice(&store, image);
        }
    }

    fn set(self, segmentation: Segmentation) {
        edit(self.page, |config| config.task = Task::Segment(segmentation));
    }
}

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

#[component]
fn Live(lab: Lab) -> impl IntoView {
    let Lab { page, look, store, classes } = lab;
    let watched = memo(move || {
        store.with(|store| {
            store.as_ref().map(|store| store.set().preview_slices()).unwrap_or_default()
        })
    });
    view! {
        <LivePredictionsView
            prediction=page.signals.segment.live_prediction
            watched=watched
            store=store
            classes=classes
            look=look
            on_select=move |image| lab.view(image)
        />
    }
}

#[component]
fn DiceCurves(lab: Lab) -> impl IntoView {
    let segmentation = lab.segmentation();
    let metric = memo(move || Metric::Dice {
        loss: segmentation.with(|segmentation| segmentation.loss),
        classes: lab.classes.with(|classes| classes.iter().skip(1).cloned().collect()),
    });
    view! { <Curves page=lab.page metric=metric /> }
}

#[component]
fn Cases(lab: Lab) -> impl IntoView {
    let Lab { page, look, store, classes } = lab;
    let report = page.signals.segment.report;
    let test = derived(move || {
        report.with(|report| report.as_ref().map(|report| Arc::clone(&report.test)))
    });
    let evaluated = use_evaluated_split();
    let when = move || {
        let said = |text: String| evaluated.get().say(&text);
        report.with(|report| match report.as_ref().map(|report| (report.step, report.epoch)) {
            None => "The network is examined before it trains.".to_owned(),
            Some((Some(step), _)) => said(format!("After step {step}, on the test set.")),
            Some((None, 0)) => said("Before training, on the test set.".to_owned()),
            Some((None, epoch)) => said(format!("After epoch {epoch}, on the test set.")),
        })
    };
    view! {
        <p class="hint" data-testid="examined">{live(when)}</p>
        <CasesView
            report=test
            store=store
            classes=classes
            look=look
            on_select=move |image| lab.view(image)
        />
    }
}

#[component]
fn TestCases(lab: Lab) -> impl IntoView {
    let page = lab.page;
    let (report, opened) = (page.signals.segment.report, page.signals.test_set);
    let steps_per_epoch = steps_per_epoch(page);
    // The evaluation on the validation set, if it is of the same weights.
    let validation = derived(move || {
        let opened = opened.get()?;
        report.with(|report| {
            let report = report.as_ref()?;
            let step = report.step.unwrap_or(report.epoch * steps_per_epoch.get());
            (step == opened.step).then(|| Arc::clone(&report.test))
        })
    });
    view! {
        <TestCasesView
            seal=page.signals.seal
            opened=opened
            validation=validation
            on_open=move |()| page.dispatch(Action::OpenTestSet)
        />
    }
}

#[component]
fn Try(lab: Lab) -> impl IntoView {
    let Lab { page, look, store, classes } = lab;
    let shape = lab.shape();
    view! {
        <OwnSlicesView
            readers=scan_readers(page)
            input=memo(move || NetworkInput {
                size: shape.get().size,
                pixel_mm: store.with(|store| {
                    store.as_ref().map_or([1.0; 2], |store| store.set().pixel_mm())
                }),
            })
            classes=classes
            masks=page.signals.segment.masks
            look=look
            on_ask=move |(pixels, size)| page.dispatch(Action::Segment { pixels, size })
            on_problem=move |problem| page.dispatch(Action::Report(problem))
        />
    }
}
