//! The test set beside the validation set, and whether their difference could be chance.

use metrics::{ConfusionMatrix, compare_proportions};

use super::binary_figures::BinaryFigures;
use super::operating_point::OperatingPoint;
use crate::figure::{Figure, points, points_interval};

/// Figures of a network on one set of images.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct SetFigures {
    /// Number of right predictions.
    pub right: usize,
    /// Number of images.
    pub images: usize,
    /// Area under the ROC curve of the chosen class against the rest; undefined if all images or none
    /// belong to it.
    pub area: Figure,
    pub sensitivity: Figure,
    pub specificity: Figure,
}

impl SetFigures {
    /// Computes the figures, given labels and probabilities of shape `[images, classes]`. The
    /// threshold is that of the operating point.
    pub fn new(
        labels: &[u8],
        probabilities: &[f32],
        classes: usize,
        (class, threshold): (usize, f32),
    ) -> Self {
        let confusion = ConfusionMatrix::new(labels, probabilities, classes);
        let binary = BinaryFigures::new(labels, probabilities, classes, class).ok();
        let point = binary.as_ref().map(|figures| OperatingPoint::new(figures, threshold, None));
        Self {
            right: confusion.right(),
            images: confusion.cases(),
            area: binary.map(|figures| figures.area).unwrap_or_default(),
            sensitivity: point.map(|point| point.sensitivity).unwrap_or_default(),
            specificity: point.map(|point| point.specificity).unwrap_or_default(),
        }
    }

    /// Returns the accuracy.
    pub fn accuracy(&self) -> Figure {
        Figure::proportion(self.right, self.images)
    }
}

/// Says whether the difference of two accuracies could be chance.
pub(super) fn difference_sentence(validation: &SetFigures, test: &SetFigures) -> String {
    let Some(found) =
        compare_proportions((validation.right, validation.images), (test.right, test.images))
    else {
        return String::new();
    };
    let interval = points_interval(found.interval);
    match found.difference {
        difference if found.could_be_chance() => {
            let what = match (difference * 1000.0).round() as i64 {
                0 => "Both accuracies are about equal".to_owned(),
                1.. => format!(
                    "The test accuracy is {} lower, which could be chance",
                    points(difference)
                ),
                _ => format!(
                    "The test accuracy is {} higher, which could be chance",
                    points(difference)
                ),
            };
            format!(
                "{what}: the 95 % interval of the difference, {interval}, contains 0. Nothing here says \
                 that the validation figure was too good."
            )
        }
        difference if difference > 0.0 => format!(
            "The validation figure was optimistic: on the test set the network is {} worse, more than \
             chance explains (95 % interval {interval}). Choices were made on the validation set, or the \
             test images are different.",
            points(difference)
        ),
        difference => format!(
            "On the test set the network is {} better, more than chance explains (95 % interval of \
             validation minus test {interval}). The test images seem to be easier.",
            points(difference)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(right: usize, images: usize) -> SetFigures {
        let undefined = Figure::default();
        SetFigures {
            right,
            images,
            area: undefined,
            sensitivity: undefined,
            specificity: undefined,
        }
    }

    #[test]
    fn a_difference_is_chance_or_the_validation_figure_was_optimistic() {
        let said = |a, b| difference_sentence(&a, &b);
        let chance = said(set(90, 100), set(87, 100));
        assert!(
            chance.starts_with("The test accuracy is 3.0 points lower, which could be chance"),
            "{chance}"
        );
        assert!(said(set(87, 100), set(90, 100)).contains("3.0 points higher"));
        assert!(said(set(90, 100), set(180, 200)).starts_with("Both accuracies are about equal"));
        let optimistic = said(set(950, 1000), set(800, 1000));
        assert!(
            optimistic.contains("optimistic") && optimistic.contains("15.0 points worse"),
            "{optimistic}"
        );
        assert!(said(set(800, 1000), set(950, 1000)).contains("15.0 points better"));
        assert_eq!(said(set(1, 2), set(0, 0)), "");
    }

    #[test]
    fn figures_use_the_threshold_of_the_validation_set() {
        let labels = [0, 0, 1, 1];
        let probabilities = [0.9, 0.1, 0.4, 0.6, 0.7, 0.3, 0.2, 0.8];
        let found = SetFigures::new(&labels, &probabilities, 2, (1, 0.3));
        assert_eq!((found.right, found.images), (2, 4));
        assert_eq!(found.sensitivity, Figure::proportion(2, 2));
        assert_eq!(found.specificity, Figure::proportion(1, 2));
        assert_eq!(found.area.value, Some(0.75));
        // A set without the class has an accuracy all the same.
        let one_class = SetFigures::new(&[0, 0], &probabilities[..4], 2, (1, 0.3));
        assert_eq!((one_class.right, one_class.area), (1, Figure::default()));
    }
}
