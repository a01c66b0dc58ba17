//! The slices of the current data set, with their masks.

use std::sync::Arc;

use data::{SliceSet, Slices};
use model::Split;
use ui::erased_signal::Signal;

/// Reference to one slice by split and index.
pub type SliceRef = model::ImageRef;

/// The slices of the current data set. Clones share the data.
#[derive(Clone)]
pub struct SliceStore(Arc<SliceSet>);

impl PartialEq for SliceStore {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// Returns the split on which networks are evaluated, without tracking.
pub fn evaluated(store: Signal<Option<SliceStore>>) -> Split {
    let split = store.with_untracked(|store| store.as_ref().map(|store| store.set().evaluated()));
    split.unwrap_or(Split::Test)
}

impl SliceStore {
    /// Creates a store with the slices of a data set.
    pub fn new(set: Arc<SliceSet>) -> Self {
        Self(set)
    }

    /// Returns the data set.
    pub fn set(&self) -> &Arc<SliceSet> {
        &self.0
    }

    /// Returns the gray values 0 to 255 of a slice, `[height, width]` in row-major order, or `None`
    /// if the index is out of range.
    pub fn pixels(&self, slice: SliceRef) -> Option<Arc<[u8]>> {
        Some(self.of(slice)?.image(slice.index).into())
    }

    /// Returns the class of each pixel of a slice, `[height, width]` in row-major order, or `None`
    /// if the index is out of range.
    pub fn mask(&self, slice: SliceRef) -> Option<Arc<[u8]>> {
        Some(self.of(slice)?.mask(slice.index).into())
    }

    /// Returns the name of the patient or generated image, or `None` if the index is out of range.
    pub fn case_name(&self, slice: SliceRef) -> Option<&str> {
        let slices = self.of(slice)?;
        let case = slices.case_of.get(slice.index)?;
        slices.cases.get(*case).map(|case| case.name.as_str())
    }

    /// Returns the slices of the same case, in order; empty if the index is out of range.
    pub fn of_same_case(&self, slice: SliceRef) -> Vec<SliceRef> {
        let Some(slices) = self.of(slice) else { return Vec::new() };
        let of_case = slices.case_of.get(slice.index).map(|case| slices.of_case(*case));
        let refs = of_case.unwrap_or_default().into_iter();
        refs.map(|index| SliceRef { split: slice.split, index }).collect()
    }

    /// Describes a slice, for example “hippocampus_017, slice 3 of 6, test”, counted from 1.
    pub fn describe(&self, slice: SliceRef) -> String {
        let split = slice.split.name();
        let all = self.of_same_case(slice);
        match (self.case_name(slice), all.iter().position(|other| *other == slice)) {
            (Some(name), Some(place)) => {
                format!("{name}, slice {} of {}, {split}", place + 1, all.len())
            }
            _ => format!("slice {}, {split}", slice.index + 1),
        }
    }

    fn of(&self, slice: SliceRef) -> Option<&Slices> {
        let slices = self.0.split(slice.split);
        (slice.index < slices.len()).then_some(slices)
    }
}

/// Returns one of several concatenated masks or images of `pixels` values each, or `None` if the
/// index is out of range.
pub fn nth(values: &[u8], index: usize, pixels: usize) -> Option<Arc<[u8]>> {
    let start = index.checked_mul(pixels)?;
    values.get(start..start.checked_add(pixels)?).map(Arc::from)
}

#[cfg(test)]
mod tests {
    use data::Case;

    use super::*;

    /// Returns two cases of two slices of 1×2 pixels in each split.
    fn store() -> SliceStore {
        let slices = Slices {
            size: [1, 2],
            images: (0..8).collect(),
            masks: [0, 1].repeat(4),
            case_of: vec![0, 0, 1, 1],
            cases: ["a", "b"].map(Case::with_unit_spacing).to_vec(),
        };
        let classes = ["background", "thing"].map(str::to_owned).to_vec();
        SliceStore::new(Arc::new(SliceSet {
            classes,
            train: slices.clone(),
            test: slices,
            ..SliceSet::default()
        }))
    }

    fn test(index: usize) -> SliceRef {
        SliceRef { split: Split::Test, index }
    }

    #[test]
    fn a_slice_has_pixels_mask_and_a_name() {
        let store = store();
        assert_eq!(store.pixels(test(2)).as_deref(), Some(&[4, 5][..]));
        assert_eq!(store.mask(test(2)).as_deref(), Some(&[0, 1][..]));
        assert_eq!(store.describe(test(3)), "b, slice 2 of 2, test");
        assert!(store.clone() == store && store != self::store());
    }

    #[test]
    fn beyond_the_last_slice_there_is_nothing() {
        let store = store();
        assert_eq!((store.pixels(test(4)), store.mask(test(4))), (None, None));
        assert_eq!(store.case_name(test(4)), None);
        assert_eq!(store.describe(test(4)), "slice 5, test");
    }

    #[test]
    fn masks_lie_one_behind_the_other() {
        let masks = [1, 2, 3, 4, 5];
        assert_eq!(nth(&masks, 1, 2).as_deref(), Some(&[3, 4][..]));
        assert_eq!((nth(&masks, 2, 2), nth(&masks, usize::MAX, 2)), (None, None));
    }
}
