//! Navigation through the slices of a data set, within a patient and between patients.

use data::{SliceSet, Slices};
use model::{ImageRef, Split};

/// One navigation step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseMove {
    /// To the previous slice of the same patient.
    PreviousSlice,
    /// To the next slice of the same patient.
    NextSlice,
    /// To the previous patient. The last training patient precedes the first test patient.
    PreviousCase,
    /// To the next patient. The first test patient follows the last training patient.
    NextCase,
}

impl CaseMove {
    /// Returns the navigation step for an arrow key.
    pub fn of_key(key: &str) -> Option<Self> {
        Some(match key {
            "ArrowLeft" => CaseMove::PreviousSlice,
            "ArrowRight" => CaseMove::NextSlice,
            "ArrowUp" => CaseMove::PreviousCase,
            "ArrowDown" => CaseMove::NextCase,
            _ => return None,
        })
    }
}

/// Returns the slice to which a step leads, or `None` at an end or if `from` does not exist.
/// Between patients the position within the case is kept as far as the other patient has enough
/// slices.
pub fn move_slice(set: &SliceSet, from: ImageRef, by: CaseMove) -> Option<ImageRef> {
    let slices = set.split(from.split);
    let case = *slices.case_of.get(from.index)?;
    let at = |split, index| ImageRef { split, index };
    let same_case =
        |index: usize| (slices.case_of.get(index) == Some(&case)).then(|| at(from.split, index));
    match by {
        CaseMove::PreviousSlice => same_case(from.index.checked_sub(1)?),
        CaseMove::NextSlice => same_case(from.index + 1),
        CaseMove::PreviousCase | CaseMove::NextCase => {
            let place = place(slices, from.index);
            let (split, case) = match (by, from.split) {
                (CaseMove::NextCase, split) if case + 1 < slices.cases.len() => (split, case + 1),
                (CaseMove::NextCase, Split::Train) => (set.evaluated(), 0),
                (CaseMove::NextCase, _) => return None,
                (_, split) if case > 0 => (split, case - 1),
                (_, Split::Train) => return None,
                _ => (Split::Train, set.train.cases.len().checked_sub(1)?),
            };
            let of_case = set.split(split).of_case(case);
            let index = *of_case.get(place).or(of_case.last())?;
            Some(at(split, index))
        }
    }
}

/// Returns the position of a slice in its case, from 0.
fn place(slices: &Slices, index: usize) -> usize {
    let case = slices.case_of[index];
    slices.case_of[..index].iter().rev().take_while(|other| **other == case).count()
}

/// Formats the number of cases and slices, for example “60 patients with 360 slices”.
pub fn counts(slices: &Slices, (one, many): (&str, &str)) -> String {
    let (cases, n) = (slices.cases.len(), slices.len());
    let cases = ui::format::plural(cases, one, many);
    // If every case is a single slice, one number is enough.
    if n == slices.cases.len() {
        return cases;
    }
    format!("{cases} with {}", ui::format::plural(n, "slice", "slices"))
}

#[cfg(test)]
mod tests {
    use data::Case;

    use super::*;

    /// Returns cases with these numbers of slices, of one pixel each.
    fn slices(counts: &[usize]) -> Slices {
        let case_of: Vec<usize> =
            counts.iter().enumerate().flat_map(|(case, n)| vec![case; *n]).collect();
        Slices {
            size: [1, 1],
            images: vec![0; case_of.len()],
            masks: vec![0; case_of.len()],
            cases: (0..counts.len())
                .map(|case| Case::with_unit_spacing(&case.to_string()))
                .collect(),
            case_of,
        }
    }

    fn set() -> SliceSet {
        let classes = ["background", "thing"].map(str::to_owned).to_vec();
        SliceSet { classes, train: slices(&[2, 3]), test: slices(&[1, 2]), ..SliceSet::default() }
    }

    fn leads(from: (Split, usize), by: CaseMove) -> Option<(Split, usize)> {
        let (split, index) = from;
        move_slice(&set(), ImageRef { split, index }, by).map(|slice| (slice.split, slice.index))
    }

    use CaseMove::{NextCase, NextSlice, PreviousCase, PreviousSlice};
    use Split::{Test, Train};

    #[test]
    fn slices_end_with_their_patient() {
        assert_eq!(leads((Train, 0), NextSlice), Some((Train, 1)));
        assert_eq!(leads((Train, 1), NextSlice), None);
        assert_eq!(leads((Train, 2), PreviousSlice), None);
        assert_eq!(leads((Train, 0), PreviousSlice), None);
        assert_eq!(leads((Test, 2), NextSlice), None);
    }

    #[test]
    fn patients_follow_each_other_from_training_to_test() {
        assert_eq!(leads((Train, 1), NextCase), Some((Train, 3)));
        assert_eq!(leads((Train, 4), NextCase), Some((Test, 0)), "it has one slice only");
        assert_eq!(leads((Test, 0), PreviousCase), Some((Train, 2)));
        assert_eq!(leads((Train, 4), PreviousCase), Some((Train, 1)));
        assert_eq!(leads((Test, 1), NextCase), None);
        assert_eq!(leads((Train, 0), PreviousCase), None);
        assert_eq!(leads((Test, 99), NextCase), None);
    }

    #[test]
    fn keys_have_their_ways() {
        assert_eq!(CaseMove::of_key("ArrowDown"), Some(NextCase));
        assert_eq!(CaseMove::of_key("x"), None);
    }

    #[test]
    fn patients_and_slices_are_counted() {
        let words = ("patient", "patients");
        assert_eq!(counts(&slices(&[2, 3]), words), "2 patients with 5 slices");
        assert_eq!(counts(&slices(&[1, 1, 1]), ("drawing", "drawings")), "3 drawings");
    }
}
