//! Accuracy by patient, where the images of a patient decide together.

use metrics::{ConfusionMatrix, Groups, VoteRule, vote};

use crate::figure::Figure;

/// Accuracies of the votes of patients.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct PatientVotes {
    /// Number of patients.
    pub patients: usize,
    /// Accuracy of the class with the largest mean probability.
    pub mean: Figure,
    /// Accuracy of the class with the largest probability in any image.
    pub maximum: Figure,
}

impl PatientVotes {
    /// Lets the images of each patient vote, given their labels and probabilities, `[images, classes]`.
    /// Returns `None` if each patient has one image, if the images of a patient are of several
    /// classes, or if a probability is not finite.
    pub fn new(
        groups: &Groups,
        labels: &[u8],
        probabilities: &[f32],
        classes: usize,
    ) -> Option<Self> {
        if groups.len() == labels.len() {
            return None;
        }
        let truth = groups.labels(labels).ok()?;
        let accuracy = |rule| {
            let values = vote(groups, probabilities, classes, rule).ok()?;
            let votes = ConfusionMatrix::new(&truth, &values, classes);
            Some(Figure::proportion(votes.right(), truth.len()))
        };
        Some(Self {
            patients: truth.len(),
            mean: accuracy(VoteRule::Mean)?,
            maximum: accuracy(VoteRule::Maximum)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_of_a_patient_decide_together() {
        let groups = Groups::by_key([1, 1, 1, 2, 2]);
        let labels = [1, 1, 1, 0, 0];
        // Of the first patient one image is right and very sure, of the second one both are.
        let probabilities = [0.55, 0.45, 0.55, 0.45, 0.2, 0.8, 0.6, 0.4, 0.7, 0.3];
        let votes = PatientVotes::new(&groups, &labels, &probabilities, 2).unwrap();
        assert_eq!(votes.patients, 2);
        assert_eq!((votes.mean.value, votes.maximum.value), (Some(1.0), Some(1.0)));
        // Without that image the first patient is wrong.
        let groups = Groups::by_key([1, 1, 2, 2]);
        let rest = [0.55, 0.45, 0.55, 0.45, 0.6, 0.4, 0.7, 0.3];
        let votes = PatientVotes::new(&groups, &[1, 1, 0, 0], &rest, 2).unwrap();
        assert_eq!((votes.mean.value, votes.maximum.value), (Some(0.5), Some(0.5)));
    }

    #[test]
    fn single_images_and_mixed_patients_have_no_vote() {
        let probabilities = [0.6, 0.4, 0.3, 0.7];
        let new =
            |groups: &Groups, labels: &[u8]| PatientVotes::new(groups, labels, &probabilities, 2);
        assert_eq!(new(&Groups::single(2), &[0, 1]), None);
        assert_eq!(new(&Groups::by_key([5, 5]), &[0, 1]), None);
        let nan = PatientVotes::new(&Groups::by_key([5, 5]), &[0, 0], &[f32::NAN; 4], 2);
        assert_eq!(nan, None);
    }
}
