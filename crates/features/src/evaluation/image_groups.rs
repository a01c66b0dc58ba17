//! Groups of evaluated images: those of a cell of the confusion matrix, and those of an outcome.

use metrics::argmax;
use ui::format;
use ui::sort_by_score::sort_by_score;

use super::binary_figures::BinaryFigures;
use super::operating_point::Outcome;

/// Images that are shown together.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ImageGroup {
    pub title: String,
    /// Why the images are in this order, or that there are none.
    pub note: &'static str,
    /// Indices of the images among the evaluated ones.
    pub images: Vec<usize>,
}

/// Returns the evaluated images of one class that were predicted as another class (or as the same
/// one), sorted by confidence. Returns `None` if there is no such class.
pub(super) fn cell_group(
    labels: &[u8],
    probabilities: &[f32],
    classes: &[String],
    (truth, predicted): (usize, usize),
) -> Option<ImageGroup> {
    let (truth_name, predicted_name) = (classes.get(truth)?, classes.get(predicted)?);
    let rows = labels.iter().zip(probabilities.chunks_exact(classes.len())).enumerate();
    let (images, confidence): (Vec<usize>, Vec<Option<f64>>) = rows
        .filter(|(_, (label, row))| usize::from(**label) == truth && argmax(row) == Some(predicted))
        .map(|(index, (_, row))| (index, Some(row[predicted].into())))
        .unzip();
    // On the diagonal, uncertain predictions are more informative; elsewhere, confident ones are.
    let order = sort_by_score(&confidence, truth == predicted);
    let count = format::plural(images.len(), "image", "images");
    Some(ImageGroup {
        title: match truth == predicted {
            true => format!("{truth_name}, recognised: {count}"),
            false => format!("{truth_name} taken for {predicted_name}: {count}"),
        },
        note: match (images.len(), truth == predicted) {
            (0, _) => "No image falls into this cell.",
            (_, true) => "The least sure come first.",
            (_, false) => "The surest mistakes come first.",
        },
        images: order.into_iter().map(|place| images[place]).collect(),
    })
}

/// Returns the evaluated images of an outcome at a threshold: mistakes with the surest first, right
/// decisions with those nearest to the threshold first. `set` is the name of the set of images.
pub(super) fn outcome_group(
    figures: &BinaryFigures,
    threshold: f32,
    outcome: Outcome,
    set: &str,
) -> ImageGroup {
    let members = figures.positive.iter().zip(&figures.scores).enumerate();
    let (images, scores): (Vec<usize>, Vec<Option<f64>>) = members
        .filter(|(_, (positive, score))| outcome.holds(**positive, **score >= threshold))
        .map(|(index, (_, score))| (index, Some((*score).into())))
        .unzip();
    let is_right = matches!(outcome, Outcome::TruePositive | Outcome::TrueNegative);
    let ascending = matches!(outcome, Outcome::TruePositive | Outcome::FalseNegative);
    let order = sort_by_score(&scores, ascending);
    ImageGroup {
        title: format!(
            "{} ({}) of the {set}: {}",
            capitalized(outcome.name()),
            outcome.words(),
            format::plural(images.len(), "image", "images")
        ),
        note: match (images.len(), is_right) {
            (0, _) => "No image is in this group.",
            (_, true) => "Those nearest to the threshold come first.",
            (_, false) => "Those farthest from the threshold come first.",
        },
        images: order.into_iter().map(|place| images[place]).collect(),
    }
}

/// Returns a text with its first letter in upper case.
pub(super) fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_holds_its_images_in_order_of_interest() {
        let labels = [0, 0, 0, 1];
        let probabilities = [0.9, 0.1, 0.6, 0.4, 0.2, 0.8, 0.4, 0.6];
        let classes = ["Hand", "Head CT"].map(str::to_owned);
        let of = |cell| cell_group(&labels, &probabilities, &classes, cell).unwrap();
        assert_eq!(of((0, 0)).images, [1, 0]);
        assert_eq!(of((0, 0)).title, "Hand, recognised: 2 images");
        assert_eq!(of((0, 1)).images, [2]);
        assert_eq!(of((0, 1)).title, "Hand taken for Head CT: 1 image");
        assert_eq!(of((1, 0)).note, "No image falls into this cell.");
        assert_eq!(cell_group(&labels, &probabilities, &[], (0, 0)), None);
    }

    #[test]
    fn an_outcome_holds_its_images_in_order_of_interest() {
        let scores = [0.9, 0.6, 0.3, 0.2, 0.8, 0.7, 0.1, 0.4];
        let probabilities: Vec<f32> = scores.iter().flat_map(|p| [1.0 - p, *p]).collect();
        let labels = [1, 1, 1, 1, 0, 0, 0, 0];
        let figures = BinaryFigures::new(&labels, &probabilities, 2, 1).unwrap();
        let of = |outcome| outcome_group(&figures, 0.5, outcome, "validation set");
        assert_eq!(of(Outcome::TruePositive).images, [1, 0]);
        assert_eq!(of(Outcome::FalseNegative).images, [3, 2]);
        assert_eq!(of(Outcome::FalsePositive).images, [4, 5]);
        assert_eq!(of(Outcome::TrueNegative).images, [7, 6]);
        assert_eq!(
            of(Outcome::FalseNegative).title,
            "False negatives (missed) of the validation set: 2 images"
        );
    }
}
