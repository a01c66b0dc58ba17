//! A queue of slices that are segmented in batches.

use std::ops::Range;
use std::sync::Arc;

use super::dropped_files::Source;
use crate::dataset::slice_store::nth;

/// Maximum number of slices per request.
pub const BATCH_SLICES: usize = 32;

/// The visitor's slices, and the masks that have been returned so far.
#[derive(Clone, Debug)]
pub struct SliceQueue {
    source: Arc<Source>,
    /// Height and width of the network's input.
    size: [usize; 2],
    masks: Vec<Option<Arc<[u8]>>>,
    /// Whether each mask was computed by the latest network.
    fresh: Vec<bool>,
    /// Slices of the last request; empty before the first request.
    asked: Range<usize>,
    /// Whether the last request has not been answered yet.
    waiting: bool,
}

impl SliceQueue {
    /// Creates a queue without requests. `size` is the height and width of the network's input.
    pub fn new(source: Arc<Source>, size: [usize; 2]) -> Self {
        let n = source.extent.slices();
        let (masks, fresh) = (vec![None; n], vec![false; n]);
        Self { source, size, masks, fresh, asked: 0..0, waiting: false }
    }

    /// Returns the number of slices.
    pub fn len(&self) -> usize {
        self.masks.len()
    }

    /// Returns the source of the slices.
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// Returns the gray values 0 to 255 of a slice, or `None` if the index is out of range.
    pub fn image(&self, index: usize) -> Option<Arc<[u8]>> {
        nth(&self.source.slices, index, self.size[0] * self.size[1])
    }

    /// Returns the latest mask of a slice, or `None` if there is none yet.
    pub fn mask(&self, index: usize) -> Option<Arc<[u8]>> {
        self.masks.get(index)?.clone()
    }

    /// Returns the number of slices that the current network has segmented.
    pub fn answered(&self) -> usize {
        self.fresh.iter().filter(|fresh| **fresh).count()
    }

    /// Marks all masks as outdated. They are kept until new ones arrive.
    pub fn outdate(&mut self) {
        self.fresh.fill(false);
        self.waiting = false;
    }

    /// Returns the images of the next request: slices without a current mask around the shown
    /// slice, else the first such slices. Returns `None` if there are none.
    pub fn next_question(&mut self, shown: usize) -> Option<Vec<u8>> {
        let open = |index: &usize| self.fresh.get(*index).is_some_and(|fresh| !fresh);
        let center = Some(shown).filter(open).or_else(|| (0..self.len()).find(open))?;
        // Extend the range to both sides over adjacent slices without a current mask, up to the
        // batch size.
        let mut range = center..center + 1;
        loop {
            let before = range.len();
            if range.len() < BATCH_SLICES && open(&range.end) {
                range.end += 1;
            }
            if range.len() < BATCH_SLICES && range.start > 0 && open(&(range.start - 1)) {
                range.start -= 1;
            }
            if range.len() == before {
                break;
            }
        }
        let pixels = self.size[0] * self.size[1];
        let images = self.source.slices.get(range.start * pixels..range.end * pixels)?.to_vec();
        (self.asked, self.waiting) = (range, true);
        Some(images)
    }

    /// Stores the masks of the last request. Returns false if their number does not match the
    /// request. A second answer to the same request means that the network has changed, and marks
    /// all other masks as outdated.
    pub fn answer(&mut self, masks: &[u8]) -> bool {
        let pixels = self.size[0] * self.size[1];
        if self.asked.is_empty() || self.asked.len() * pixels != masks.len() {
            return false;
        }
        if !self.waiting {
            self.outdate();
        }
        self.waiting = false;
        self.fresh[self.asked.clone()].fill(true);
        let places = self.masks[self.asked.clone()].iter_mut();
        for (place, mask) in places.zip(masks.chunks(pixels.max(1))) {
            *place = Some(mask.into());
        }
        true
    }

    /// Computes the Dice of each foreground class over all slices that have a mask, given the
    /// ground truth of every slice. `None` for classes that occur in neither.
    pub fn dice(&self, truth: &[Arc<[u8]>], classes: usize) -> Vec<Option<f64>> {
        let pairs = self.masks.iter().zip(truth);
        let known = pairs.filter_map(|(mask, truth)| Some((mask.as_deref()?, &truth[..])));
        dice(known, classes)
    }
}

/// Computes 2·|A∩B| / (|A|+|B|) for each foreground class over pairs of masks of equal size.
fn dice<'a>(pairs: impl Iterator<Item = (&'a [u8], &'a [u8])>, classes: usize) -> Vec<Option<f64>> {
    let (mut both, mut either) = ([0_usize; 256], [0_usize; 256]);
    for (one, other) in pairs {
        for (a, b) in one.iter().zip(other) {
            either[usize::from(*a)] += 1;
            either[usize::from(*b)] += 1;
            if a == b {
                both[usize::from(*a)] += 1;
            }
        }
    }
    let score =
        |class: usize| (either[class] > 0).then(|| 2.0 * both[class] as f64 / either[class] as f64);
    (1..classes.min(256)).map(score).collect()
}

#[cfg(test)]
mod tests {
    use data::Orientation;
    use data::user_files::{Extent, Grid};

    use super::*;

    /// Returns a queue of `n` slices of one pixel each.
    fn queue(n: usize) -> SliceQueue {
        let grid =
            Grid { shape: [n, 2, 2], voxel_mm: [1.0; 3], affine: None, stored: Orientation::RAS };
        let slices = (0..n).map(|i| i as u8).collect();
        let source = Source { extent: Extent::Volume(grid), slices, notes: Vec::new() };
        SliceQueue::new(Arc::new(source), [1, 1])
    }

    #[test]
    fn a_small_stack_is_asked_at_once() {
        let mut queue = queue(3);
        let question = queue.next_question(1).unwrap();
        assert_eq!(question, [0, 1, 2]);
        assert!(queue.answer(&[0, 1, 2]));
        assert_eq!(queue.mask(2).as_deref(), Some(&[2][..]));
        assert_eq!((queue.answered(), queue.next_question(0)), (3, None));
        queue.outdate();
        assert_eq!((queue.answered(), queue.mask(2).as_deref()), (0, Some(&[2][..])));
        assert_eq!(queue.next_question(0), Some(question));
    }

    #[test]
    fn a_large_one_is_asked_around_the_shown_slice_first() {
        let mut queue = queue(3 * BATCH_SLICES);
        assert_eq!(queue.next_question(0).unwrap().len(), BATCH_SLICES);
        assert!(queue.answer(&[7; BATCH_SLICES]));
        assert!(queue.mask(BATCH_SLICES - 1).is_some() && queue.mask(BATCH_SLICES).is_none());
        let middle = 2 * BATCH_SLICES;
        assert_eq!(queue.next_question(middle).unwrap().len(), BATCH_SLICES);
        assert!(queue.answer(&[7; BATCH_SLICES]));
        assert!(queue.mask(middle).is_some());
        let mut rounds = 0;
        while let Some(question) = queue.next_question(middle) {
            assert!(question.len() <= BATCH_SLICES && queue.answer(&question));
            rounds += 1;
        }
        assert_eq!((queue.answered(), rounds), (3 * BATCH_SLICES, 2));
    }

    #[test]
    fn answers_that_nobody_asked_for_are_left_alone() {
        let mut queue = queue(2);
        assert!(!queue.answer(&[1, 1]) && !queue.answer(&[]));
        queue.next_question(0);
        assert!(!queue.answer(&[1]));
        assert!(queue.answer(&[1, 1]));
    }

    #[test]
    fn a_second_answer_is_of_another_network() {
        let mut queue = queue(BATCH_SLICES + 1);
        queue.next_question(0);
        assert!(queue.answer(&[1; BATCH_SLICES]));
        assert_eq!(queue.next_question(0).unwrap().len(), 1);
        assert!(queue.answer(&[1]));
        assert_eq!(queue.answered(), BATCH_SLICES + 1);
        assert!(queue.answer(&[2]));
        // The other slices are requested again, and keep their old masks until then.
        assert_eq!((queue.answered(), queue.mask(0).as_deref()), (1, Some(&[1][..])));
        assert_eq!(queue.next_question(0).unwrap().len(), BATCH_SLICES);
    }

    #[test]
    fn dice_counts_the_slices_that_are_known() {
        let mut queue = queue(4);
        let truth: Vec<Arc<[u8]>> = [1, 1, 0, 2].map(|class| Arc::from([class])).to_vec();
        assert_eq!(queue.dice(&truth, 4), [None, None, None]);
        queue.next_question(0);
        queue.answer(&[1, 0, 0, 1]);
        // Class 1: one of two pixels found, and one false positive.
        assert_eq!(queue.dice(&truth, 4), [Some(0.5), Some(0.0), None]);
        assert_eq!(queue.dice(&[], 3), [None, None]);
    }
}
