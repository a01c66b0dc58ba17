//! Views of the segmentation lab.

use std::sync::Arc;

use data::user_files::NetworkInput;
use features::cases::cases_view::CasesView;
use features::cases::test_cases_view::TestCasesView;
use features::evaluated_split::use_evaluated_split;
use features::learning_curves::metric::Metric;
use features::live_predictions::live_predictions_view::LivePredictionsView;
use features::own_slices::own_slices_view::OwnSlicesView;
use leptos::prelude::*;
use store::action::Action;
use ui::erased_view::{derived, live, memo, view};

use super::parts::{Curves, steps_per_epoch};
use super::segment_lab::Lab;
use crate::dataset::read_file::scan_readers;

#[component]
pub(super) fn Live(lab: Lab) -> impl IntoView {
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
pub(super) fn DiceCurves(lab: Lab) -> impl IntoView {
    let segmentation = lab.segmentation();
    let metric = memo(move || Metric::Dice {
        loss: segmentation.with(|segmentation| segmentation.loss),
        classes: lab.classes.with(|classes| classes.iter().skip(1).cloned().collect()),
    });
    view! { <Curves page=lab.page metric=metric /> }
}

#[component]
pub(super) fn Cases(lab: Lab) -> impl IntoView {
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
pub(super) fn TestCases(lab: Lab) -> impl IntoView {
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
pub(super) fn Try(lab: Lab) -> impl IntoView {
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
