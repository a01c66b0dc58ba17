//! Cases that belong together, such as the images of a patient.

use std::collections::BTreeMap;

use crate::error::MetricError;

/// Cases in groups: each case is in exactly one, and no group is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Groups {
    members: Vec<Vec<usize>>,
}

impl Groups {
    /// Groups cases by a key, such as a patient's name, one key a case. Groups are in the order of
    /// their first case.
    pub fn by_key<K: Ord>(keys: impl IntoIterator<Item = K>) -> Self {
        let mut members: Vec<Vec<usize>> = Vec::new();
        let mut index_of = BTreeMap::new();
        for (case, key) in keys.into_iter().enumerate() {
            let index = *index_of.entry(key).or_insert(members.len());
            if index == members.len() {
                members.push(Vec::new());
            }
            members[index].push(case);
        }
        Self { members }
    }

    /// Makes each case a group of its own: the cases are independent.
    pub fn single(cases: usize) -> Self {
        Self { members: (0..cases).map(|case| vec![case]).collect() }
    }

    /// Returns the number of groups.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Returns whether there are no cases.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Returns the cases of each group, in ascending order.
    pub fn members(&self) -> &[Vec<usize>] {
        &self.members
    }

    /// Returns the number of cases in all groups.
    pub fn cases(&self) -> usize {
        self.members.iter().map(Vec::len).sum()
    }

    /// Returns the label that the cases of each group share.
    ///
    /// # Errors
    ///
    /// Returns an error if there are no labels for some cases, or if cases of a group have different
    /// labels.
    pub fn labels(&self, labels: &[u8]) -> Result<Vec<u8>, MetricError> {
        let cases = self.cases();
        if labels.len() != cases {
            return Err(MetricError::Lengths { cases, expected: cases, found: labels.len() });
        }
        let label_of = |(group, members): (usize, &Vec<usize>)| {
            let label = labels[members[0]];
            match members.iter().all(|case| labels[*case] == label) {
                true => Ok(label),
                false => Err(MetricError::MixedLabels(group)),
            }
        };
        self.members.iter().enumerate().map(label_of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_in_the_order_of_their_first_case() {
        let groups = Groups::by_key(["b", "a", "b", "c", "a"]);
        assert_eq!(groups.members(), [vec![0, 2], vec![1, 4], vec![3]]);
        assert_eq!((groups.len(), groups.cases()), (3, 5));
        assert_eq!(Groups::by_key([7, 3, 5]), Groups::single(3));
        assert!(Groups::by_key::<u8>([]).is_empty());
    }

    #[test]
    fn a_group_has_the_label_of_its_cases() {
        let groups = Groups::by_key([0, 0, 1]);
        assert_eq!(groups.labels(&[4, 4, 2]), Ok(vec![4, 2]));
        assert_eq!(groups.labels(&[4, 3, 2]), Err(MetricError::MixedLabels(0)));
        let lengths = MetricError::Lengths { cases: 3, expected: 3, found: 1 };
        assert_eq!(groups.labels(&[4]), Err(lengths));
    }
}
