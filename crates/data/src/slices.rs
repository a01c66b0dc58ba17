//! Slices with their masks, in memory.

use model::{PREVIEW_SLICES, Split};
use serde::{Deserialize, Serialize};

/// A case: one patient or one generated image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Name of the case: the beginning of the file names, up to the last `_`.
    pub name: String,
    /// Height and width of a pixel in millimeters.
    pub pixel_mm: [f32; 2],
    /// Distance between consecutive slices of the data set in millimeters. Multiplied by the area
    /// in each slice it gives a volume (Cavalieri's principle).
    pub slice_mm: f32,
}

impl Case {
    /// Creates a case of unknown spacing, in which every length counts as 1 mm.
    pub fn with_unit_spacing(name: &str) -> Self {
        Self { name: name.to_owned(), pixel_mm: [1.0; 2], slice_mm: 1.0 }
    }
}

/// Slices of one split with their masks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Slices {
    /// Height and width of every slice in pixels.
    pub size: [usize; 2],
    /// Gray values 0 to 255, `[n, height, width]` in row-major order.
    #[serde(with = "serde_bytes")]
    pub images: Vec<u8>,
    /// Class of each pixel, `[n, height, width]` in row-major order; 0 is the background.
    #[serde(with = "serde_bytes")]
    pub masks: Vec<u8>,
    /// Case of each slice, `[n]`, as an index into `cases`. The slices of a case are consecutive.
    pub case_of: Vec<usize>,
    /// The cases of the split.
    pub cases: Vec<Case>,
}

impl Slices {
    /// Creates an empty split with capacity for `n` slices of this height and width.
    pub fn with_capacity(size: [usize; 2], n: usize) -> Self {
        let pixels = n * size[0] * size[1];
        Self {
            size,
            images: Vec::with_capacity(pixels),
            masks: Vec::with_capacity(pixels),
            case_of: Vec::with_capacity(n),
            cases: Vec::new(),
        }
    }

    /// Returns the number of slices.
    pub fn len(&self) -> usize {
        self.case_of.len()
    }

    /// Returns whether there are no slices.
    pub fn is_empty(&self) -> bool {
        self.case_of.is_empty()
    }

    /// Returns the gray values of one slice, `[height, width]` in row-major order.
    ///
    /// # Panics
    ///
    /// Panics if `index` is out of range.
    pub fn image(&self, index: usize) -> &[u8] {
        let pixels = self.size[0] * self.size[1];
        &self.images[index * pixels..][..pixels]
    }

    /// Returns the class of each pixel of one slice, `[height, width]` in row-major order.
    ///
    /// # Panics
    ///
    /// Panics if `index` is out of range.
    pub fn mask(&self, index: usize) -> &[u8] {
        let pixels = self.size[0] * self.size[1];
        &self.masks[index * pixels..][..pixels]
    }

    /// Returns the indices of the slices of a case, in order; empty if there is no such case.
    pub fn of_case(&self, case: usize) -> Vec<usize> {
        (0..self.len()).filter(|slice| self.case_of[*slice] == case).collect()
    }
}

/// Data set for segmentation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SliceSet {
    /// Class names in label order; label 0 is the background.
    pub classes: Vec<String>,
    /// Training slices.
    pub train: Slices,
    /// Validation slices; none with two splits.
    pub validation: Slices,
    /// Test slices, which are never used for training.
    pub test: Slices,
}

impl SliceSet {
    /// Returns the height and width of every slice in pixels.
    pub fn size(&self) -> [usize; 2] {
        self.train.size
    }

    /// Returns the mean height and width of a training pixel in millimeters, or 1 without cases.
    pub fn pixel_mm(&self) -> [f32; 2] {
        let cases = &self.train.cases;
        std::array::from_fn(|axis| match cases.len() {
            0 => 1.0,
            count => cases.iter().map(|case| case.pixel_mm[axis]).sum::<f32>() / count as f32,
        })
    }

    /// Returns the slices of a split.
    pub fn split(&self, split: Split) -> &Slices {
        match split {
            Split::Train => &self.train,
            Split::Validation => &self.validation,
            Split::Test => &self.test,
        }
    }

    /// Returns the split on which networks are evaluated while they are trained: the validation
    /// set, or the test set if there is none.
    pub fn evaluated(&self) -> Split {
        if self.validation.is_empty() { Split::Test } else { Split::Validation }
    }

    /// Returns the slices of the split on which networks are evaluated.
    pub fn evaluated_slices(&self) -> &Slices {
        self.split(self.evaluated())
    }

    /// Returns the frequency of each class among the training pixels, 0 to 1, or zeros if there are
    /// none.
    pub fn class_frequencies(&self) -> Vec<f64> {
        let mut counts = [0_usize; 256];
        for label in &self.train.masks {
            counts[usize::from(*label)] += 1;
        }
        let all = self.train.masks.len().max(1) as f64;
        counts.iter().take(self.classes.len()).map(|count| *count as f64 / all).collect()
    }

    /// Returns the slices of the evaluated split whose predictions are shown during training, in
    /// pack order: the middle slice of at most [`PREVIEW_SLICES`] cases, spread evenly over the
    /// split.
    pub fn preview_slices(&self) -> Vec<usize> {
        let slices = self.evaluated_slices();
        let cases = slices.cases.len();
        let picked = cases.min(PREVIEW_SLICES);
        (0..picked)
            .filter_map(|i| {
                let of_case = slices.of_case((2 * i + 1) * cases / (2 * picked));
                of_case.get(of_case.len() / 2).copied()
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns `cases` cases of `each` slices of 1×2 pixels, in which the second pixel has class 1.
    fn set(cases: usize, each: usize) -> SliceSet {
        let n = cases * each;
        let slices = Slices {
            size: [1, 2],
            images: (0..2 * n).map(|i| i as u8).collect(),
            masks: [0, 1].repeat(n),
            case_of: (0..n).map(|i| i / each).collect(),
            cases: (0..cases).map(|i| Case::with_unit_spacing(&i.to_string())).collect(),
        };
        let classes = ["background", "thing", "never"].map(str::to_owned).to_vec();
        SliceSet { classes, train: slices.clone(), test: slices, ..SliceSet::default() }
    }

    #[test]
    fn slices_are_found_where_they_were_put() {
        let set = set(3, 2);
        let slices = set.split(Split::Test);
        assert_eq!((slices.len(), slices.is_empty(), set.size()), (6, false, [1, 2]));
        assert_eq!(slices.image(4), [8, 9]);
        assert_eq!(slices.mask(4), [0, 1]);
        assert_eq!(slices.of_case(1), [2, 3]);
        assert_eq!(slices.of_case(3), [0_usize; 0]);
    }

    #[test]
    fn shares_count_pixels() {
        assert_eq!(set(2, 2).class_frequencies(), [0.5, 0.5, 0.0]);
        let empty = SliceSet { classes: vec!["background".into()], ..SliceSet::default() };
        assert_eq!(empty.class_frequencies(), [0.0]);
    }

    #[test]
    fn the_middle_slices_of_spread_cases_are_watched() {
        assert_eq!(
            set(20, 6).preview_slices(),
            [1, 3, 6, 8, 11, 13, 16, 18].map(|case| 6 * case + 3)
        );
        assert_eq!(set(3, 1).preview_slices(), [0, 1, 2]);
        assert_eq!(set(8, 1).preview_slices(), (0..8).collect::<Vec<_>>());
        assert_eq!(SliceSet::default().preview_slices(), [0_usize; 0]);
    }
}
