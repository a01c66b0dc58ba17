//! Evaluation of a classifier, in parts of which one is shown.

use leptos::html::Div;
use leptos::prelude::*;
use model::Trap;
use protocol::Evaluation;
use store::shared_evaluation::SharedEvaluation;
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::{live, view};
use ui::hooks::use_visibility::use_visibility;
use ui::inputs::Choice;

use super::accuracy_line::AccuracyLine;
use super::calibration_view::CalibrationView;
use super::confusion_view::ConfusionView;
use super::curves_view::CurvesView;
use super::evaluation_state::EvaluationState;
use super::patients_view::PatientsView;
use super::scores_view::ScoresView;
pub use super::test_set_view::TestSetAccess;
use super::test_set_view::TestSetView;
use super::trap_view::TrapView;

/// Part of the evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Matrix,
    Scores,
    Curves,
    Patients,
    Calibration,
    TestSet,
}

/// All parts with their names.
const PARTS: [(Part, &str); 6] = [
    (Part::Matrix, "Confusion"),
    (Part::Scores, "Scores"),
    (Part::Curves, "ROC"),
    (Part::Patients, "1,000 patients"),
    (Part::Calibration, "Calibration"),
    (Part::TestSet, "Test set"),
];

/// Accuracy with its interval, and the chosen part: confusion matrix, scores, curves, patients,
/// calibration or test set.
#[component]
pub fn EvaluationView(
    /// The last evaluation.
    #[prop(into)]
    report: Signal<Option<SharedEvaluation<Evaluation>>>,
    /// Classes of the evaluated images, in pack order.
    #[prop(into)]
    labels: Signal<Vec<u8>>,
    /// Patient of each of these images; empty if unknown.
    #[prop(into)]
    patients: Signal<Vec<u32>>,
    /// Class names in label order.
    #[prop(into)]
    classes: Signal<Vec<String>>,
    /// Whether the run trains.
    #[prop(into)]
    is_training: Signal<bool>,
    /// The sealed test set.
    test_set: TestSetAccess,
    /// What makes the evaluation misleading.
    #[prop(into)]
    trap: Signal<Trap>,
) -> impl IntoView {
    let state = EvaluationState::new(report, labels, patients, classes, is_training);
    let place = NodeRef::<Div>::new();
    use_visibility(place, state.seen);
    let part = RwSignal::new(Part::Matrix);
    let cell = RwSignal::new(None);
    let outcome = RwSignal::new(None);
    let shown = move || match part.get() {
        Part::Matrix => view! { <ConfusionView state chosen=cell /> },
        Part::Scores => view! { <ScoresView state /> },
        Part::Curves => view! { <CurvesView state /> },
        Part::Patients => view! { <PatientsView state chosen=outcome /> },
        Part::Calibration => view! { <CalibrationView state /> },
        Part::TestSet => view! { <TestSetView state access=test_set /> },
    };
    view! {
        <div class="evaluation" node_ref=place>
            <AccuracyLine state />
            <TrapView state trap />
            <div class="evaluation-choice" data-testid="evaluation-parts">
                <Choice
                    name="part of the evaluation"
                    options=PARTS.map(|(part, name)| (part, name.to_owned())).to_vec()
                    value=part
                    on_choice=move |chosen| part.set(chosen)
                />
            </div>
            {live(shown)}
        </div>
    }
}
