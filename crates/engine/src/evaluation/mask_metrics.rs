//! Metrics of masks: Dice, 95th percentile of the Hausdorff distance (HD95), volumes.
//!
//! Removing a slice that is predicted exactly right from a prediction makes each metric worse or
//! leaves it as it is.
//!
//! - Dice is 2·|A∩B| / (|A|+|B|), computed over all slices of a case.
//! - HD95: a boundary pixel of a class is a pixel of the class with a 4-neighbor that belongs to
//!   another class or lies outside the image. The distance of a boundary pixel of one mask is the
//!   distance in millimeters, between pixel centers, to the nearest boundary pixel of the other
//!   mask in the same slice. Where the other mask does not contain the class in that slice, it is
//!   the slice's diagonal in millimeters, √((height · pixel height)² + (width · pixel width)²), an
//!   upper bound of any distance in the slice. For each direction, the distances are pooled over
//!   all slices of the case. HD95 is the larger of the two 95th percentiles; it is undefined only
//!   where neither mask contains the class in any slice. The penalty for a missed structure is the
//!   one of the BraTS challenges (diagonal of the volume), applied to slices. The 95th percentile of n sorted values is the value at rank 0.95·(n − 1), counted from 0, with
//!   linear interpolation between neighbors (definition 7 of Hyndman & Fan 1996, the default of
//!   NumPy).
//! - A volume is the area in the slices times the distance between slices (Cavalieri's principle).
//!   The volume error is the same sum over absolute differences of areas, so that a missed slice is
//!   not made up for by an invented one.

use data::{Case, Slices};
use protocol::{CaseClassScore, CaseScore};

/// Pixel counts of one class in a predicted and a true mask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overlap {
    /// Number of pixels in the predicted mask.
    pub predicted: usize,
    /// Number of pixels in the true mask.
    pub truth: usize,
    /// Number of pixels in both masks.
    pub intersection: usize,
}

impl Overlap {
    /// Counts the pixels of a class in masks of equal length.
    pub fn of(class: u8, predicted: &[u8], truth: &[u8]) -> Self {
        let mut overlap = Self::default();
        for (predicted, truth) in predicted.iter().zip(truth) {
            let (predicted, truth) = (*predicted == class, *truth == class);
            overlap.predicted += usize::from(predicted);
            overlap.truth += usize::from(truth);
            overlap.intersection += usize::from(predicted && truth);
        }
        overlap
    }

    /// Returns 2·intersection / (predicted + truth), or `None` if the class occurs in neither mask.
    pub fn dice(self) -> Option<f64> {
        let total = self.predicted + self.truth;
        (total > 0).then(|| 2.0 * self.intersection as f64 / total as f64)
    }
}

/// Computes the scores of every case of a split. `masks` are predicted classes less than `classes`,
/// `[slices, height, width]` in row-major order. Class 0 is the background.
pub fn case_scores(slices: &Slices, masks: &[u8], classes: usize) -> Vec<CaseScore> {
    let pixels = slices.size[0] * slices.size[1];
    let score = |(index, case): (usize, &Case)| {
        let places = slices.of_case(index);
        let pairs: Vec<_> = places
            .iter()
            .map(|place| (&masks[place * pixels..][..pixels], slices.mask(*place)))
            .collect();
        let class = |class: usize| class_score(class as u8, &pairs, slices.size, case);
        CaseScore {
            case: case.name.clone(),
            classes: (1..classes).map(class).collect(),
            slices: places,
        }
    };
    slices.cases.iter().enumerate().map(score).collect()
}

/// Computes the scores of one class of one case from the predicted and true masks of its slices.
fn class_score(
    class: u8,
    slices: &[(&[u8], &[u8])],
    size: [usize; 2],
    case: &Case,
) -> CaseClassScore {
    let (mut total, mut error_pixels) = (Overlap::default(), 0);
    let (mut slices_in_both, mut slices_in_either) = (0, 0);
    let (mut to_truth, mut to_prediction) = (Vec::new(), Vec::new());
    for (predicted, truth) in slices {
        let overlap = Overlap::of(class, predicted, truth);
        total.predicted += overlap.predicted;
        total.truth += overlap.truth;
        total.intersection += overlap.intersection;
        error_pixels += overlap.predicted.abs_diff(overlap.truth);
        slices_in_both += usize::from(overlap.predicted > 0 && overlap.truth > 0);
        slices_in_either += usize::from(overlap.predicted > 0 || overlap.truth > 0);
        let (predicted, truth) = (boundary(class, predicted, size), boundary(class, truth, size));
        to_truth.extend(distances(&predicted, &truth, size, case.pixel_mm));
        to_prediction.extend(distances(&truth, &predicted, size, case.pixel_mm));
    }
    let [height_mm, width_mm] = case.pixel_mm.map(f64::from);
    let pixel_ml = height_mm * width_mm * f64::from(case.slice_mm) / 1000.0;
    let directed = [&mut to_truth, &mut to_prediction].map(|values| percentile(values, 0.95));
    CaseClassScore {
        dice: total.dice(),
        hausdorff95_mm: directed.into_iter().flatten().reduce(f64::max),
        slices_in_both,
        slices_in_either,
        predicted_ml: total.predicted as f64 * pixel_ml,
        true_ml: total.truth as f64 * pixel_ml,
        volume_error_ml: error_pixels as f64 * pixel_ml,
    }
}

/// Returns row and column of the boundary pixels of a class, in row-major order.
fn boundary(class: u8, mask: &[u8], [height, width]: [usize; 2]) -> Vec<[usize; 2]> {
    let is = |row: usize, column: usize| mask[row * width + column] == class;
    let mut pixels = Vec::new();
    for row in 0..height {
        for column in 0..width {
            let at_border = row == 0 || column == 0 || row + 1 == height || column + 1 == width;
            if is(row, column)
                && (at_border
                    || !is(row - 1, column)
                    || !is(row + 1, column)
                    || !is(row, column - 1)
                    || !is(row, column + 1))
            {
                pixels.push([row, column]);
            }
        }
    }
    pixels
}

/// Computes the distance in millimeters from each pixel to the nearest of `others`, which must be
/// sorted by row. If there are no others, it is the diagonal of a slice of `size`.
fn distances(
    pixels: &[[usize; 2]],
    others: &[[usize; 2]],
    size: [usize; 2],
    mm: [f32; 2],
) -> Vec<f64> {
    let [height_mm, width_mm] = mm.map(f64::from);
    if others.is_empty() {
        let diagonal_mm = (size[0] as f64 * height_mm).hypot(size[1] as f64 * width_mm);
        return vec![diagonal_mm; pixels.len()];
    }
    let nearest = |[row, column]: [usize; 2]| {
        let squared = |other: &[usize; 2]| {
            let down = row.abs_diff(other[0]) as f64 * height_mm;
            let across = column.abs_diff(other[1]) as f64 * width_mm;
            down * down + across * across
        };
        // Searches outward from the pixel's own row, until the distance between rows alone exceeds
        // the nearest distance. Without this, a mask full of speckles would take seconds.
        let place = others.partition_point(|other| other[0] < row);
        let mut best = f64::INFINITY;
        let mut search = |others: &mut dyn Iterator<Item = &[usize; 2]>| {
            for other in others {
                let down = row.abs_diff(other[0]) as f64 * height_mm;
                if down * down > best {
                    break;
                }
                best = best.min(squared(other));
            }
        };
        search(&mut others[place..].iter());
        search(&mut others[..place].iter().rev());
        best.sqrt()
    };
    pixels.iter().map(|pixel| nearest(*pixel)).collect()
}

/// Computes the quantile at `share` with linear interpolation. Returns `None` if there are no
/// values.
fn percentile(values: &mut [f64], share: f64) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let rank = share * values.len().checked_sub(1)? as f64;
    let (below, above) = (values[rank.floor() as usize], values[rank.ceil() as usize]);
    Some(below + (above - below) * rank.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parses a mask from rows of digits.
    fn mask(rows: &[&str]) -> Vec<u8> {
        rows.concat().bytes().map(|digit| digit - b'0').collect()
    }

    /// Computes the scores of class 1 of a case with pixels of 1×1 mm and slices 2 mm apart.
    fn score(predicted: &[&[&str]], truth: &[&[&str]]) -> CaseClassScore {
        score_mm(predicted, truth, [1.0, 1.0])
    }

    fn score_mm(predicted: &[&[&str]], truth: &[&[&str]], mm: [f32; 2]) -> CaseClassScore {
        let size = [truth[0].len(), truth[0][0].len()];
        let case = Case { name: "a".into(), pixel_mm: mm, slice_mm: 2.0 };
        let slices = Slices {
            size,
            images: vec![0; truth.len() * size[0] * size[1]],
            masks: truth.iter().flat_map(|rows| mask(rows)).collect(),
            case_of: vec![0; truth.len()],
            cases: vec![case],
        };
        let predicted: Vec<u8> = predicted.iter().flat_map(|rows| mask(rows)).collect();
        let [case] = &case_scores(&slices, &predicted, 2)[..] else { panic!("one case") };
        assert_eq!((case.case.as_str(), case.slices.len()), ("a", truth.len()));
        case.classes[0]
    }

    const NOTHING: [&str; 3] = ["000", "000", "000"];
    const MIDDLE: [&str; 3] = ["000", "010", "000"];

    #[test]
    fn empty_masks() {
        let both = score(&[&NOTHING], &[&NOTHING]);
        assert_eq!((both.dice, both.hausdorff95_mm), (None, None));
        assert_eq!((both.predicted_ml, both.true_ml), (0.0, 0.0));
        assert_eq!((both.slices_in_both, both.slices_in_either), (0, 0));
        // The diagonal of 3×3 mm.
        let diagonal = Some(18.0_f64.sqrt());
        let missed = score(&[&NOTHING], &[&MIDDLE]);
        assert_eq!((missed.dice, missed.hausdorff95_mm), (Some(0.0), diagonal));
        assert_eq!((missed.slices_in_both, missed.slices_in_either), (0, 1));
        assert_eq!((missed.predicted_ml, missed.true_ml), (0.0, 0.002));
        let invented = score(&[&MIDDLE], &[&NOTHING]);
        assert_eq!((invented.dice, invented.hausdorff95_mm), (Some(0.0), diagonal));
        assert_eq!((invented.slices_in_both, invented.slices_in_either), (0, 1));
        assert_eq!((invented.predicted_ml, invented.true_ml), (0.002, 0.0));
        // The volumes are equal, the errors add up.
        let moved = score(&[&NOTHING, &MIDDLE], &[&MIDDLE, &NOTHING]);
        assert_eq!(
            (moved.predicted_ml, moved.true_ml, moved.volume_error_ml),
            (0.002, 0.002, 0.004)
        );
        assert_eq!((moved.hausdorff95_mm, moved.slices_in_either), (diagonal, 2));
    }

    #[test]
    fn one_voxel() {
        let right = score(&[&MIDDLE], &[&MIDDLE]);
        assert_eq!((right.dice, right.hausdorff95_mm), (Some(1.0), Some(0.0)));
        let beside = score(&[&["000", "000", "001"]], &[&MIDDLE]);
        assert_eq!((beside.dice, beside.hausdorff95_mm), (Some(0.0), Some(2.0_f64.sqrt())));
    }

    #[test]
    fn masks_that_touch_the_borders() {
        let full = ["111", "111", "111"];
        let all = score(&[&full], &[&full]);
        assert_eq!((all.dice, all.hausdorff95_mm), (Some(1.0), Some(0.0)));
        // The boundary of the full mask is the outer ring, with four pixels at distance 1 and four
        // at √2 from the center, so the 95th percentile is √2. In the other direction it is 1.
        let middle = score(&[&full], &[&MIDDLE]);
        assert_eq!((middle.dice, middle.hausdorff95_mm), (Some(0.2), Some(2.0_f64.sqrt())));
        let corners = score(&[&["100", "000", "000"]], &[&["000", "000", "001"]]);
        assert_eq!(corners.hausdorff95_mm, Some(8.0_f64.sqrt()));
    }

    #[test]
    fn pixels_that_are_not_square() {
        let (left, right) = (["000", "100", "000"], ["000", "001", "000"]);
        let above = ["100", "000", "000"];
        let across = score_mm(&[&left], &[&right], [0.5, 3.0]);
        assert_eq!(across.hausdorff95_mm, Some(6.0));
        // 3 mm² · 0.5 · 2 mm = 0.003 ml.
        assert!((across.true_ml - 0.003).abs() < 1e-12, "{}", across.true_ml);
        assert_eq!(score_mm(&[&above], &[&left], [0.5, 3.0]).hausdorff95_mm, Some(0.5));
        // The nearest boundary pixel is two rows away rather than one column.
        let truth = ["010", "000", "110"];
        let found = score_mm(&[&["100", "000", "000"]], &[&truth], [0.5, 3.0]);
        // Forward: 1 (two rows). Backward: 1, 3 and √10, whose 95th percentile is at rank 1.9.
        let back = 3.0 + 0.9 * (10.0_f64.sqrt() - 3.0);
        assert!((found.hausdorff95_mm.unwrap() - back).abs() < 1e-12, "{found:?}");
    }

    #[test]
    fn a_case_pools_its_slices_and_punishes_those_with_one_mask_only() {
        let (left, right) = (["000", "100", "000"], ["000", "001", "000"]);
        let case = score(&[&left, &MIDDLE, &NOTHING], &[&right, &MIDDLE, &MIDDLE]);
        // One of two predicted pixels is correct; the true mask has three.
        assert_eq!(case.dice, Some(0.4));
        // From prediction to truth: 2 and 0. In the other direction: 2, 0 and the diagonal √18; the
        // percentile is interpolated at rank 1.9.
        let expected = 2.0 + 0.9 * (18.0_f64.sqrt() - 2.0);
        assert!((case.hausdorff95_mm.unwrap() - expected).abs() < 1e-12, "{case:?}");
        assert_eq!((case.slices_in_both, case.slices_in_either), (2, 3));
        assert_eq!((case.predicted_ml, case.true_ml, case.volume_error_ml), (0.004, 0.006, 0.002));
    }

    #[test]
    fn the_boundary_leaves_out_the_inside() {
        let block = mask(&["11110", "11110", "11110", "00000"]);
        let found = boundary(1, &block, [4, 5]);
        assert_eq!(found.len(), 10);
        assert!(!found.contains(&[1, 1]) && !found.contains(&[1, 2]));
        // Pixels of another class count as outside.
        let ring = mask(&["222", "212", "222"]);
        assert_eq!(boundary(1, &ring, [3, 3]), [[1, 1]]);
        assert_eq!(boundary(2, &ring, [3, 3]).len(), 8);
    }

    #[test]
    fn percentiles_lie_between_ranks() {
        let mut values: Vec<f64> = (0..=100).rev().map(f64::from).collect();
        assert!((percentile(&mut values, 0.95).unwrap() - 95.0).abs() < 1e-12);
        assert!((percentile(&mut [10.0, 0.0], 0.95).unwrap() - 9.5).abs() < 1e-12);
        assert_eq!(percentile(&mut [7.0], 0.95), Some(7.0));
        assert_eq!(percentile(&mut [], 0.95), None);
    }
}
