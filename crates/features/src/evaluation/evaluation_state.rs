//! What the parts of the evaluation show, and what the visitor chose in them.

use std::sync::Arc;

use metrics::{ConfusionMatrix, Groups};
use protocol::Evaluation;
use store::shared_evaluation::SharedEvaluation;
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::memo;

use super::binary_figures::BinaryFigures;
use super::operating_point::{OperatingPoint, ThresholdRule};

/// One class against the rest, or why there are no figures of it.
pub(super) type BinaryResult = Result<Arc<BinaryFigures>, String>;

/// Signals of the evaluation, shared by its parts.
#[derive(Clone, Copy)]
pub(super) struct EvaluationState {
    /// The last evaluation.
    pub report: Signal<Option<SharedEvaluation<Evaluation>>>,
    /// Classes of the evaluated images, in pack order.
    pub labels: Signal<Vec<u8>>,
    /// Patient of each of these images; empty if unknown.
    pub patients: Signal<Vec<u32>>,
    /// Class names in label order.
    pub classes: Signal<Vec<String>>,
    pub confusion: Signal<Option<ConfusionMatrix>>,
    /// Whether the run trains.
    pub is_training: Signal<bool>,
    /// Whether the view is on the screen. What takes long is computed only then.
    pub seen: RwSignal<bool>,
    /// The class that is compared with the rest, if the visitor chose one.
    pub chosen_class: RwSignal<Option<usize>>,
    pub rule: RwSignal<ThresholdRule>,
    /// Fraction of patients with the class; `None` for that of the evaluated images.
    pub prevalence: RwSignal<Option<f64>>,
    /// The class against the rest; `None` before an evaluation and while nobody looks.
    pub binary: Signal<Option<BinaryResult>>,
    /// The operating point on the evaluated images.
    pub point: Signal<Option<OperatingPoint>>,
}

impl EvaluationState {
    pub fn new(
        report: Signal<Option<SharedEvaluation<Evaluation>>>,
        labels: Signal<Vec<u8>>,
        patients: Signal<Vec<u32>>,
        classes: Signal<Vec<String>>,
        is_training: Signal<bool>,
    ) -> Self {
        let confusion = memo(move || {
            report.with(|report| {
                report.as_ref().map(|report| {
                    labels.with(|labels| {
                        let probabilities = &report.test.probabilities;
                        ConfusionMatrix::new(labels, probabilities, classes.with(Vec::len))
                    })
                })
            })
        });
        let seen = RwSignal::new(false);
        let chosen_class = RwSignal::new(None);
        let rule = RwSignal::new(ThresholdRule::Youden);
        let prevalence = RwSignal::new(None);
        let binary = memo(move || {
            let report = report.get().filter(|_| seen.get())?;
            let count = classes.with(Vec::len);
            let class = class_of(chosen_class.get(), count);
            let figures = labels.with(|labels| {
                BinaryFigures::new(labels, &report.test.probabilities, count, class)
            });
            Some(figures.map(Arc::new).map_err(|error| error.to_string()))
        });
        let point = memo(move || {
            binary.with(|binary| {
                let Some(Ok(figures)) = binary else { return None };
                let threshold = rule.get().threshold(figures);
                Some(OperatingPoint::new(figures, threshold, prevalence.get()))
            })
        });
        Self {
            report,
            labels,
            patients,
            classes,
            confusion,
            is_training,
            seen,
            chosen_class,
            rule,
            prevalence,
            binary,
            point,
        }
    }

    /// Returns the images of each patient, if that is known of all images.
    pub fn groups(self) -> Option<Groups> {
        let images = self.labels.with(Vec::len);
        self.patients.with(|patients| {
            (patients.len() == images && images > 0)
                .then(|| Groups::by_key(patients.iter().copied()))
        })
    }

    /// Returns the index of the class that is compared with the rest.
    pub fn class(self) -> usize {
        class_of(self.chosen_class.get(), self.classes.with(Vec::len))
    }

    /// Returns why this class cannot be compared with the rest, if it cannot.
    pub fn problem(self) -> Signal<Option<String>> {
        memo(move || {
            self.binary.with(|binary| match binary {
                Some(Err(problem)) => Some(problem.clone()),
                _ => None,
            })
        })
    }

    /// Returns the name of this class.
    pub fn class_name(self) -> String {
        let class = self.class();
        self.classes.with(|classes| classes.get(class).cloned().unwrap_or_default())
    }
}

/// Returns the class in question: of two classes the second one, which is mostly the disease.
fn class_of(chosen: Option<usize>, classes: usize) -> usize {
    chosen.filter(|class| *class < classes).unwrap_or(usize::from(classes == 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_classes_the_second_one_is_in_question() {
        assert_eq!(class_of(None, 2), 1);
        assert_eq!(class_of(None, 6), 0);
        assert_eq!(class_of(Some(0), 2), 0);
        // A class of the data set before.
        assert_eq!(class_of(Some(5), 2), 1);
    }
}
