//! Score of a patient from the scores of the patient's images.

use crate::error::MetricError;
use crate::groups::Groups;

/// Rule by which the images of a patient decide together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoteRule {
    /// The mean of the probabilities: each image has the same weight. The probabilities of all
    /// classes sum to 1.
    Mean,
    /// The largest probability: one conspicuous image is enough. The values of all classes may sum
    /// to more than 1, and patients with more images have higher ones.
    Maximum,
}

/// Returns the values of each group, shape `[groups, classes]`, given the probabilities of its cases,
/// `[cases, classes]`. The label of each group is that of its cases, [`Groups::labels`].
///
/// # Errors
///
/// Returns an error without classes, if there are not as many rows as cases, or if a probability is
/// NaN or infinite.
pub fn vote(
    groups: &Groups,
    probabilities: &[f32],
    classes: usize,
    rule: VoteRule,
) -> Result<Vec<f32>, MetricError> {
    let cases = groups.cases();
    if probabilities.len() != cases * classes || classes == 0 {
        let expected = cases * classes.max(1);
        return Err(MetricError::Lengths { cases, expected, found: probabilities.len() });
    }
    if let Some(index) = probabilities.iter().position(|p| !p.is_finite()) {
        return Err(MetricError::NotFinite(index / classes));
    }
    let value = |members: &[usize], class: usize| {
        let values = members.iter().map(|case| probabilities[case * classes + class]);
        match rule {
            VoteRule::Mean => (values.map(f64::from).sum::<f64>() / members.len() as f64) as f32,
            VoteRule::Maximum => values.fold(f32::NEG_INFINITY, f32::max),
        }
    };
    let row = |members| (0..classes).map(move |class| value(members, class));
    Ok(groups.members().iter().flat_map(|members| row(members)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_of_a_patient_decide_together() {
        let groups = Groups::by_key(["a", "b", "a"]);
        let probabilities = [0.5, 0.5, 0.125, 0.875, 0.0, 1.0];
        let mean = vote(&groups, &probabilities, 2, VoteRule::Mean).unwrap();
        assert_eq!(mean, [0.25, 0.75, 0.125, 0.875]);
        let maximum = vote(&groups, &probabilities, 2, VoteRule::Maximum).unwrap();
        assert_eq!(maximum, [0.5, 1.0, 0.125, 0.875]);
    }

    #[test]
    fn single_images_keep_their_scores() {
        let probabilities = [0.1, 0.7, 0.3];
        for rule in [VoteRule::Mean, VoteRule::Maximum] {
            let votes = vote(&Groups::single(3), &probabilities, 1, rule);
            assert_eq!(votes.as_deref(), Ok(&probabilities[..]));
        }
    }

    #[test]
    fn odd_input_is_refused() {
        let groups = Groups::single(2);
        assert!(vote(&groups, &[0.5], 1, VoteRule::Mean).is_err());
        assert!(vote(&groups, &[], 0, VoteRule::Mean).is_err());
        let nan = vote(&groups, &[0.5, f32::NAN], 1, VoteRule::Mean);
        assert_eq!(nan, Err(MetricError::NotFinite(1)));
    }
}
