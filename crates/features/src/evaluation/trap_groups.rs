//! Accuracy on the groups of held-out images that a trap concerns differently, and what it shows.

use metrics::{compare_proportions, predicted_classes};
use model::{Split, Trap};
use protocol::Evaluation;

use crate::figure::{Figure, points, points_interval};

/// Right predictions and images of each group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TrapGroups {
    trap: Trap,
    counts: Vec<(usize, usize)>,
}

impl TrapGroups {
    /// Counts right predictions in each group, given the classes of the evaluated images in pack
    /// order. Returns `None` without a trap, or if the evaluation is of other images.
    pub fn new(trap: Trap, labels: &[u8], evaluation: &Evaluation, classes: usize) -> Option<Self> {
        if trap == Trap::None {
            return None;
        }
        let predicted = predicted_classes(&evaluation.probabilities, classes);
        if predicted.len() != labels.len() {
            return None;
        }
        let mut counts = vec![(0, 0); trap.groups()];
        for (place, (label, predicted)) in labels.iter().zip(predicted).enumerate() {
            let (right, images) = &mut counts[trap.group_of(place)];
            *images += 1;
            *right += usize::from(predicted == Some(usize::from(*label)));
        }
        Some(Self { trap, counts })
    }

    /// Returns each group with its name, accuracy and number of images.
    pub fn rows(&self) -> Vec<(String, Figure, usize)> {
        let row = |(group, &(right, images)): (usize, &(usize, usize))| {
            (self.trap.describe_group(group), Figure::proportion(right, images), images)
        };
        self.counts.iter().enumerate().map(row).collect()
    }

    /// Says what the groups show: the first one against the last one, which differs most from
    /// training.
    pub fn sentence(&self, split: Split) -> String {
        let (Some(first), Some(last)) = (self.counts.first(), self.counts.last()) else {
            return String::new();
        };
        let Some(compared) = compare_proportions(*first, *last) else {
            return "There are too few held-out images to compare.".to_owned();
        };
        let name = split.name();
        let gap = points(compared.difference);
        let interval = points_interval(compared.interval);
        if compared.could_be_chance() {
            let subject = match self.trap {
                Trap::Leakage => "Leaked images are not recognized better than others",
                Trap::Shortcut => "The network does not rely on the marker",
                _ => "The shift costs nothing",
            };
            return format!(
                "{subject}, as far as {} {name} images can tell: the difference ({interval}) could be \
                 chance.",
                self.counts.iter().map(|(_, images)| images).sum::<usize>()
            );
        }
        let better = compared.difference > 0.0;
        match (self.trap, better) {
            (Trap::Leakage, true) => format!(
                "Images with a neighbor in the training set are right {gap} more often (95 % interval \
                 {interval}): with leakage an accuracy tells what was learned by heart."
            ),
            (Trap::Shortcut, true) => format!(
                "Where the marker moves to other classes, accuracy falls by {gap} (95 % interval \
                 {interval}): the network has learned the marker."
            ),
            (_, true) => format!(
                "At the greatest strength accuracy is {gap} lower (95 % interval {interval}) than on \
                 images as in training: this accuracy does not travel to another scanner."
            ),
            (_, false) => format!(
                "The images that differ from training are right {gap} more often (95 % interval \
                 {interval}), which the trap does not explain."
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use model::Shift;

    use super::*;

    /// Returns an evaluation of 40 images of two classes in which the images of the groups are right
    /// as said.
    fn groups(trap: Trap, is_right: impl Fn(usize, usize) -> bool) -> TrapGroups {
        let labels: Vec<u8> = (0..40).map(|place| u8::from(place >= 20)).collect();
        let probabilities = labels.iter().enumerate().flat_map(|(place, label)| {
            let right = is_right(place, trap.group_of(place));
            if (*label == 1) == right { [0.2, 0.8] } else { [0.8, 0.2] }
        });
        let probabilities = probabilities.collect();
        let evaluation = Evaluation { probabilities, loss: 0.5, accuracy: 0.5 };
        TrapGroups::new(trap, &labels, &evaluation, 2).unwrap()
    }

    #[test]
    fn the_sentence_says_what_the_groups_show() {
        let leaked = groups(Trap::Leakage, |place, group| group == 0 || place % 4 == 1);
        let rows = leaked.rows();
        assert_eq!(rows.len(), 2);
        assert_eq!((rows[0].1.value, rows[1].1.value, rows[1].2), (Some(1.0), Some(0.5), 20));
        let sentence = leaked.sentence(Split::Validation);
        assert!(sentence.contains("50.0 points more often") && sentence.contains("by heart"));

        let fooled = groups(Trap::Shortcut, |_, group| group == 0);
        assert!(fooled.sentence(Split::Test).contains("falls by 100.0 points"));

        let robust = groups(Trap::Shift(Shift::Noise), |place, _| place % 7 != 0);
        let sentence = robust.sentence(Split::Validation);
        assert!(sentence.contains("40 validation images") && sentence.contains("could be chance"));
        assert_eq!(robust.rows().len(), 5);

        let odd = groups(Trap::Shift(Shift::Inversion), |_, group| group == 1);
        assert!(odd.sentence(Split::Test).contains("does not explain"));
    }

    #[test]
    fn without_a_trap_and_for_other_images_there_is_nothing() {
        let evaluation = Evaluation { probabilities: vec![0.5; 4], loss: 0.7, accuracy: 0.5 };
        assert_eq!(TrapGroups::new(Trap::None, &[0, 1], &evaluation, 2), None);
        assert_eq!(TrapGroups::new(Trap::Leakage, &[0, 1, 1], &evaluation, 2), None);
    }
}
