//! A queue of slices that are segmented in batches.

use std::ops::Range;
use std::sync::Arc;

use super::field_of_view::InputRegion;
use super::slice_counts::{ClassCounts, count};

/// Maximum number of slices per request.
pub const BATCH_SLICES: usize = 32;

/// Maximum number of pixels per request that the network sees, so that training does not wait long
/// where it slides over large slices. One slice may have more.
const BATCH_PIXELS: usize = BATCH_SLICES * 64 * 64;

/// The masks of a scan's slices that have been predicted so far.
#[derive(Clone, Debug)]
pub struct SliceQueue {
    /// Part of each slice that the network sees.
    region: InputRegion,
    /// Number of classes.
    classes: usize,
    masks: Vec<Option<Arc<[u8]>>>,
    counts: Vec<Option<Vec<ClassCounts>>>,
    /// Whether each mask was computed by the latest network.
    fresh: Vec<bool>,
    /// The last request; `None` before the first one.
    batch: Option<Batch>,
    state: Progress,
}

/// Slices of a request.
#[derive(Clone, Debug)]
struct Batch {
    range: Range<usize>,
    /// The true class of each pixel, whole; empty without a mask.
    truth: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    Idle,
    /// The slices are being read.
    Reading,
    /// The network has been asked.
    Waiting,
}

impl SliceQueue {
    /// Creates a queue without requests for a number of slices.
    pub fn new(slices: usize, region: InputRegion, classes: usize) -> Self {
        Self {
            region,
            classes,
            masks: vec![None; slices],
            counts: vec![None; slices],
            fresh: vec![false; slices],
            batch: None,
            state: Progress::Idle,
        }
    }

    /// Returns the number of slices.
    pub fn len(&self) -> usize {
        self.masks.len()
    }

    /// Returns the part of each slice that the network sees.
    pub fn region(&self) -> InputRegion {
        self.region
    }

    /// Returns the latest mask of a slice, whole, with background where the network sees nothing;
    /// `None` if there is no mask yet.
    pub fn mask(&self, index: usize) -> Option<Arc<[u8]>> {
        self.masks.get(index)?.as_ref().map(|mask| self.region.spread(mask).into())
    }

    /// Returns the number of slices that the current network has segmented.
    pub fn answered(&self) -> usize {
        self.fresh.iter().filter(|fresh| **fresh).count()
    }

    /// Marks all masks as outdated. They are kept until new ones arrive.
    pub fn outdate(&mut self) {
        self.fresh.fill(false);
        self.state = Progress::Idle;
    }

    /// Returns the slices of the next request, which are to be read and passed to
    /// [`SliceQueue::question`]: those without a current mask around the shown slice, else the first
    /// such slices. Returns `None` if there are none, or while a request is under way.
    pub fn next_range(&mut self, shown: usize) -> Option<Range<usize>> {
        if self.state != Progress::Idle {
            return None;
        }
        let open = |index: &usize| self.fresh.get(*index).is_some_and(|fresh| !fresh);
        let center = Some(shown).filter(open).or_else(|| (0..self.len()).find(open))?;
        let [height, width] = self.region.size;
        let most = (BATCH_PIXELS / (height * width).max(1)).clamp(1, BATCH_SLICES);
        // Extend the range to both sides over adjacent slices without a current mask, up to the
        // batch size.
        let mut range = center..center + 1;
        loop {
            let before = range.len();
            if range.len() < most && open(&range.end) {
                range.end += 1;
            }
            if range.len() < most && range.start > 0 && open(&(range.start - 1)) {
                range.start -= 1;
            }
            if range.len() == before {
                break;
            }
        }
        self.state = Progress::Reading;
        Some(range)
    }

    /// Returns the images of a request: the part of each slice that the network sees. `images` and
    /// `truth` are whole slices, the latter empty without a mask.
    pub fn question(&mut self, range: Range<usize>, images: &[u8], truth: Vec<u8>) -> Vec<u8> {
        self.batch = Some(Batch { range, truth });
        self.state = Progress::Waiting;
        let [height, width] = self.region.frame;
        images
            .chunks_exact((height * width).max(1))
            .flat_map(|slice| self.region.crop(slice))
            .collect()
    }

    /// Stores the masks of the last request. Returns false if their number does not match the
    /// request. A second answer to the same request means that the network has changed, and marks
    /// all other masks as outdated.
    pub fn answer(&mut self, masks: &[u8]) -> bool {
        let pixels = self.region.size[0] * self.region.size[1];
        if self.state == Progress::Reading {
            // Nothing is asked while slices are read, so the network has changed.
            if self.batch.is_some() {
                self.fresh.fill(false);
            }
            return false;
        }
        let Some(Batch { range, truth }) = self.batch.take() else { return false };
        let fits = range.len() * pixels == masks.len();
        if fits {
            if self.state == Progress::Idle {
                self.outdate();
            }
            self.state = Progress::Idle;
            let whole = (self.region.frame[0] * self.region.frame[1]).max(1);
            let mut truths = truth.chunks_exact(whole);
            for (index, mask) in range.clone().zip(masks.chunks(pixels.max(1))) {
                self.masks[index] = Some(mask.into());
                self.fresh[index] = true;
                let truth = truths.next();
                self.counts[index] =
                    truth.map(|truth| count(mask, truth, self.region, self.classes));
            }
        }
        self.batch = Some(Batch { range, truth });
        fits
    }

    /// Returns the counts of each foreground class over all slices that have a mask.
    pub fn counts(&self) -> Vec<ClassCounts> {
        let mut sums = vec![ClassCounts::default(); self.classes.saturating_sub(1)];
        for counts in self.counts.iter().flatten() {
            for (sum, counts) in sums.iter_mut().zip(counts) {
                *sum = sum.plus(*counts);
            }
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a queue of `n` slices of one pixel each, with three classes.
    fn queue(n: usize) -> SliceQueue {
        let region = InputRegion { frame: [1, 1], size: [1, 1], top_left: [0, 0] };
        SliceQueue::new(n, region, 3)
    }

    /// Asks about the next slices, whose gray values are their indices.
    fn ask(queue: &mut SliceQueue, shown: usize) -> Option<Vec<u8>> {
        let range = queue.next_range(shown)?;
        let images: Vec<u8> = range.clone().map(|index| index as u8).collect();
        Some(queue.question(range, &images, Vec::new()))
    }

    #[test]
    fn a_small_stack_is_asked_at_once() {
        let mut queue = queue(3);
        assert_eq!(ask(&mut queue, 1), Some(vec![0, 1, 2]));
        assert_eq!(ask(&mut queue, 1), None, "a request is under way");
        assert!(queue.answer(&[0, 1, 2]));
        assert_eq!(queue.mask(2).as_deref(), Some(&[2][..]));
        assert_eq!((queue.answered(), ask(&mut queue, 0)), (3, None));
        queue.outdate();
        assert_eq!((queue.answered(), queue.mask(2).as_deref()), (0, Some(&[2][..])));
        assert_eq!(ask(&mut queue, 0), Some(vec![0, 1, 2]));
    }

    #[test]
    fn a_large_one_is_asked_around_the_shown_slice_first() {
        let mut queue = queue(3 * BATCH_SLICES);
        assert_eq!(ask(&mut queue, 0).unwrap().len(), BATCH_SLICES);
        assert!(queue.answer(&[7; BATCH_SLICES]));
        assert!(queue.mask(BATCH_SLICES - 1).is_some() && queue.mask(BATCH_SLICES).is_none());
        let middle = 2 * BATCH_SLICES;
        assert_eq!(ask(&mut queue, middle).unwrap().len(), BATCH_SLICES);
        assert!(queue.answer(&[7; BATCH_SLICES]));
        assert!(queue.mask(middle).is_some());
        let mut rounds = 0;
        while let Some(question) = ask(&mut queue, middle) {
            assert!(question.len() <= BATCH_SLICES && queue.answer(&question));
            rounds += 1;
        }
        assert_eq!((queue.answered(), rounds), (3 * BATCH_SLICES, 2));
        let range = |size| {
            let region = InputRegion { frame: [256, 256], size, top_left: [0, 0] };
            SliceQueue::new(99, region, 2).next_range(4).unwrap()
        };
        assert_eq!((range([64, 64]), range([256, 256])), (0..32, 4..6));
    }

    #[test]
    fn answers_that_nobody_asked_for_are_left_alone() {
        let mut queue = queue(2);
        assert!(!queue.answer(&[1, 1]) && !queue.answer(&[]));
        ask(&mut queue, 0);
        assert!(!queue.answer(&[1]));
        assert!(queue.answer(&[1, 1]));
        queue.outdate();
        queue.next_range(0);
        assert!(!queue.answer(&[1, 1]), "the slices are being read");
    }

    #[test]
    fn an_answer_while_slices_are_read_outdates_all_masks() {
        let mut queue = queue(BATCH_SLICES + 1);
        ask(&mut queue, 0);
        assert!(queue.answer(&[1; BATCH_SLICES]));
        let range = queue.next_range(0).unwrap();
        assert!(!queue.answer(&[2; BATCH_SLICES]));
        assert_eq!(queue.question(range, &[0], Vec::new()), [0]);
        assert!(queue.answer(&[2]));
        assert_eq!(queue.answered(), 1, "the first slices are asked again");
        assert_eq!(ask(&mut queue, 0).unwrap().len(), BATCH_SLICES);
    }

    #[test]
    fn a_second_answer_is_of_another_network() {
        let mut queue = queue(BATCH_SLICES + 1);
        ask(&mut queue, 0);
        assert!(queue.answer(&[1; BATCH_SLICES]));
        assert_eq!(ask(&mut queue, 0).unwrap().len(), 1);
        assert!(queue.answer(&[1]));
        assert_eq!(queue.answered(), BATCH_SLICES + 1);
        assert!(queue.answer(&[2]));
        // The other slices are requested again, and keep their old masks until then.
        assert_eq!((queue.answered(), queue.mask(0).as_deref()), (1, Some(&[1][..])));
        assert_eq!(ask(&mut queue, 0).unwrap().len(), BATCH_SLICES);
    }

    #[test]
    fn the_part_that_is_seen_is_asked_and_counted() {
        let region = InputRegion { frame: [2, 2], size: [1, 1], top_left: [1, 0] };
        let mut queue = SliceQueue::new(2, region, 3);
        let range = queue.next_range(0).unwrap();
        let truth = vec![1, 0, 1, 0, 0, 0, 2, 0];
        assert_eq!(queue.question(range, &[1, 2, 3, 4, 5, 6, 7, 8], truth), [3, 7]);
        assert!(queue.answer(&[1, 1]));
        assert_eq!(queue.mask(0).as_deref(), Some(&[0, 0, 1, 0][..]));
        assert_eq!(
            queue.counts(),
            [
                ClassCounts { both: 1, predicted: 2, truth: 2, outside: 1 },
                ClassCounts { both: 0, predicted: 0, truth: 1, outside: 0 }
            ]
        );
    }
}
