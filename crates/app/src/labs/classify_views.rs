//! Views that only the classification lab has, connected with the signals.

use features::evaluation::evaluation_view::{EvaluationView, TestSetAccess};
use features::predict::predict_view::{Dropped, PredictView};
use features::step::step_view::StepView;
use leptos::prelude::*;
use model::ImageRef;
use model::permalink::{TransportButton, View};
use protocol::RunState;
use protocol::interpret::UnitRef;
use store::action::Action;
use ui::erased_signal::Callback;
use ui::erased_view::{memo, view};

use super::class_names::classes;
use super::parts::{evaluated_labels, steps_per_epoch};
use crate::course_page::lockable::is_control_hidden;
use crate::dataset::read_file::visitor_image_reader;
use crate::page::Page;

/// Returns a view that only the classification lab has.
pub fn classify_view(page: Page, view: View) -> AnyView {
    match view {
        View::Evaluation => view! { <Evaluation page /> },
        View::Try => view! { <Predict page /> },
        _ => view! { <Step page /> },
    }
}

#[component]
fn Step(page: Page) -> impl IntoView {
    let transport = page.signals.transport;
    // A link that hides the button of the transport bar does not want steps made here either.
    let hidden = is_control_hidden(page, TransportButton::Step);
    let can_step = memo(move || {
        let possible = transport.with(|now| {
            now.ready && !now.moving && !now.impossible && now.state == RunState::Paused
        });
        possible && !hidden.get()
    });
    let watch = move |unit: Option<UnitRef>| page.dispatch(Action::WatchStep(unit));
    view! {
        <StepView
            trace=page.signals.batch_trace
            step_trace=page.signals.step_trace
            classes=classes(page)
            steps_per_epoch=steps_per_epoch(page)
            can_step=can_step
            on_watch=watch
            on_step=move |()| page.dispatch(Action::Step)
            on_look_ahead=move |()| page.dispatch(Action::LookAhead)
        />
    }
}

#[component]
fn Evaluation(page: Page) -> impl IntoView {
    let signals = page.signals;
    let test_set = TestSetAccess {
        seal: signals.seal.into(),
        report: signals.test_set.into(),
        steps_per_epoch: steps_per_epoch(page),
        on_open: Callback::from(move |()| page.dispatch(Action::OpenTestSet)),
    };
    view! {
        <EvaluationView
            report=signals.report
            labels=evaluated_labels(page)
            patients=memo(move || {
                let patients = signals.shown.with(|shown| {
                    let images = shown.as_ref()?.images()?;
                    Some(images.set().evaluated_images().patients.clone())
                });
                patients.unwrap_or_default()
            })
            classes=classes(page)
            is_training=memo(move || signals.transport.with(|now| now.moving))
            test_set=test_set
            trap=memo(move || signals.config.with(|config| config.sampling.trap))
        />
    }
}

#[component]
fn Predict(page: Page) -> impl IntoView {
    let pick = move |image: ImageRef| {
        if let Some(pixels) = page.pixels(image) {
            page.dispatch(Action::Predict(pixels));
        }
    };
    view! {
        <PredictView
            classes=classes(page)
            prediction=page.signals.prediction
            novelty=page.signals.network.novelty
            visible=page.signals.network.prediction_visible
            read=visitor_image_reader(page)
            on_image=move |image: Dropped| page.dispatch(Action::Predict(image.pixels))
            on_pick=pick
            on_problem=move |problem| page.dispatch(Action::Report(problem))
        />
    }
}
