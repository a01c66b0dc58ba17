//! Reasons why a metric has no value.

use thiserror::Error;

/// Reason why a metric has no value. Its text is a sentence for the person at the page.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MetricError {
    /// There is nothing to score.
    #[error("There are no cases to score. Choose a part of the data set that has some.")]
    NoCases,
    /// Every case is positive.
    #[error(
        "All {0} cases belong to the class in question, so there is nothing to tell them from. Add cases of another class, or ask about another class."
    )]
    OnlyPositives(usize),
    /// Every case is negative.
    #[error(
        "None of the {0} cases belongs to the class in question, so there is nothing to find. Add cases of this class, or ask about another class."
    )]
    OnlyNegatives(usize),
    /// The outputs of a case are no finite numbers.
    #[error(
        "The network’s output for case {} is not a number, so nothing can be computed from it. If training has diverged, start again with a smaller learning rate.",
        .0 + 1
    )]
    NotFinite(usize),
    /// The number of values does not match the number of cases.
    #[error(
        "There are {found} values for {cases} cases, and {expected} are needed. Evaluate again; if that does not help, report this as a bug."
    )]
    Lengths {
        /// Number of cases.
        cases: usize,
        /// Number of values that the cases need.
        expected: usize,
        /// Number of values that there are.
        found: usize,
    },
    /// A label that is no class of the network.
    #[error(
        "A case has the label {label}, but the network tells {classes} classes apart. Train it on this data set first."
    )]
    UnknownClass {
        /// The label, counted from 0.
        label: u8,
        /// Number of classes.
        classes: usize,
    },
    /// The images of a group, such as a patient, have different labels.
    #[error(
        "The images of patient {} belong to different classes, so the patient has no single right answer. Score the images one by one, or group them otherwise.",
        .0 + 1
    )]
    MixedLabels(usize),
}
