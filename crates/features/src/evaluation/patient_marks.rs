//! 1,000 patients as marks of four shapes.

use std::fmt::Write;

use metrics::OutcomeCounts;

use super::operating_point::{Outcome, PATIENTS};

/// Number of marks in a column. The marks fill column by column, so that each group is a block.
pub(super) const ROWS: usize = 20;
/// Number of columns.
pub(super) const COLUMNS: usize = PATIENTS / ROWS;

/// Returns the marks of a group as an SVG path, in which a patient has a square of side 1. The groups
/// follow each other in the order of [`Outcome::ALL`].
pub(super) fn marks_path(counts: &OutcomeCounts, outcome: Outcome) -> String {
    let before: usize = Outcome::ALL
        .iter()
        .take_while(|other| **other != outcome)
        .map(|other| other.of(counts))
        .sum();
    let mut path = String::new();
    for patient in before..before + outcome.of(counts) {
        mark(&mut path, outcome, (patient / ROWS, patient % ROWS));
    }
    path
}

/// Appends the mark of a group. Its shape tells the group where its color does not.
pub(super) fn mark(path: &mut String, outcome: Outcome, (column, row): (usize, usize)) {
    // Writing to a string cannot fail.
    let _ = match outcome {
        // A filled square.
        Outcome::TruePositive => write!(path, "M{column}.1 {row}.1h.8v.8h-.8z"),
        // A hollow square: the inner one runs the other way around.
        Outcome::FalseNegative => {
            write!(path, "M{column}.1 {row}.1h.8v.8h-.8zM{column}.3 {row}.3v.4h.4v-.4z")
        }
        // A cross.
        Outcome::FalsePositive => write!(
            path,
            "M{column}.1 {row}.25l.15-.15.25.25.25-.25.15.15-.25.25.25.25-.15.15-.25-.25-.25.25-.15-.15.25-.25z"
        ),
        // A small square.
        Outcome::TrueNegative => write!(path, "M{column}.38 {row}.38h.24v.24h-.24z"),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_patients_have_a_mark_and_groups_follow_each_other() {
        let counts = OutcomeCounts {
            true_positives: 29,
            false_negatives: 21,
            false_positives: 50,
            true_negatives: 900,
        };
        let marks = |outcome| marks_path(&counts, outcome).matches('z').count();
        assert_eq!(marks(Outcome::TruePositive), 29);
        assert_eq!(marks(Outcome::FalseNegative), 2 * 21, "two outlines each");
        assert_eq!(marks(Outcome::FalsePositive), 50);
        assert_eq!(marks(Outcome::TrueNegative), 900);
        assert!(marks_path(&counts, Outcome::FalseNegative).starts_with("M1.1 9.1"));
        assert!(marks_path(&counts, Outcome::TrueNegative).starts_with("M5.38 0.38"));
        assert!(marks_path(&counts, Outcome::TrueNegative).contains("M49.38 19.38"));
        assert_eq!(COLUMNS * ROWS, PATIENTS);
    }
}
