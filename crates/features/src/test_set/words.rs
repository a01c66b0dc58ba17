//! What it means to open the test set, in words.

use model::Split;
use store::test_set::Seal;

/// Returns what an opened or unopened test set means, given how often it was opened in this visit.
pub(super) fn meaning(openings: u32) -> &'static str {
    match openings {
        0 => {
            "Training has not seen these images, and nothing was chosen by them, so their figures are an \
             honest estimate for new images. Decide everything first, then open."
        }
        1 => {
            "This is an honest estimate for new images, as long as nothing is changed because of it. \
             Whoever changes something now and opens again chooses by the test set."
        }
        _ => {
            "Each look at the test set that leads to a change makes its figures too good: it becomes one \
             more validation set. In a paper, those of the first opening would count."
        }
    }
}

/// Returns the number of openings in words.
pub(super) fn openings_text(openings: u32) -> String {
    match openings {
        0 => "Not opened in this visit".to_owned(),
        1 => "Opened 1 time in this visit".to_owned(),
        n => format!("Opened {n} times in this visit"),
    }
}

/// Returns why the test set cannot be opened now, if it is sealed.
pub(super) fn obstacle(seal: Seal) -> Option<&'static str> {
    (seal.is_sealed && !seal.can_open).then_some("Train the network first.")
}

/// Returns why figures on the evaluated split are no basis for choices, if that is the test set.
pub(super) fn unsealed_note(evaluated: Split) -> Option<&'static str> {
    (evaluated == Split::Test).then_some(
        "Here the test set is not sealed: with two splits (split=lab in the address) it draws the \
         curves, and everything on this page is chosen by it. So its figures are too good for whoever \
         chooses by them. With split=validation there is a validation set to choose by, and the test \
         set stays sealed.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openings_are_counted_in_words() {
        assert_eq!(openings_text(0), "Not opened in this visit");
        assert_eq!(openings_text(1), "Opened 1 time in this visit");
        assert_eq!(openings_text(7), "Opened 7 times in this visit");
        assert_ne!(meaning(1), meaning(2));
        assert_eq!(meaning(2), meaning(7));
    }

    #[test]
    fn an_untrained_network_is_trained_first() {
        let seal = Seal { is_sealed: true, can_open: false, openings: 0 };
        assert_eq!(obstacle(seal), Some("Train the network first."));
        assert_eq!(obstacle(Seal { can_open: true, ..seal }), None);
        assert_eq!(obstacle(Seal { is_sealed: false, ..seal }), None);
    }

    #[test]
    fn only_an_unsealed_test_set_has_a_note() {
        assert!(unsealed_note(Split::Test).is_some_and(|note| note.contains("split=lab")));
        assert_eq!(unsealed_note(Split::Validation), None);
    }
}
