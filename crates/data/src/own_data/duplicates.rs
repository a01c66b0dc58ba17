//! Images of one split that are also in another.

use std::collections::HashMap;

use model::{IMAGE_LEN, IMAGE_SIDE, Split};
use serde::{Deserialize, Serialize};

use super::collection::Collection;

/// Side of the small images that are compared to find nearly equal ones, in pixels.
const SMALL_SIDE: usize = 16;

const SMALL_LEN: usize = SMALL_SIDE * SMALL_SIDE;

/// Mean absolute difference of two small images, in gray levels of 255, up to which they count as
/// nearly equal: what another compression of the same picture changes.
pub const NEAR_THRESHOLD: u32 = 2;

/// Maximum number of examples of each kind.
const MAX_EXAMPLES: usize = 20;

/// Held-out images that are copies of images in an earlier split, each counted once, by the
/// strongest kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copies {
    /// Number of images whose files have equal bytes.
    pub equal_bytes: usize,
    /// Number of images whose pixels are equal as a network sees them.
    pub equal_pixels: usize,
    /// Number of images that are nearly equal.
    pub near: usize,
    /// Some of them: the path of the held-out image, and that of the other one.
    pub examples: Vec<(String, String)>,
}

impl Copies {
    /// Finds validation images that are also training images, and test images that are also
    /// training or validation images.
    pub fn find(collection: &Collection, splits: &[Split]) -> Self {
        let mut found = Self::default();
        let mut by_hash: HashMap<u64, usize> = HashMap::new();
        let mut by_pixels: HashMap<&[u8], usize> = HashMap::new();
        let mut small = SmallImages::default();
        for split in Split::ALL {
            let of_split = || (0..splits.len()).filter(|at| splits[*at] == split);
            if split != Split::Train {
                for at in of_split() {
                    let item = &collection.items[at];
                    let (count, other) = if let Some(other) = by_hash.get(&item.hash) {
                        (&mut found.equal_bytes, *other)
                    } else if let Some(other) = by_pixels.get(collection.image(at)) {
                        (&mut found.equal_pixels, *other)
                    } else if let Some(other) = small.near(&shrink(collection.image(at))) {
                        (&mut found.near, other)
                    } else {
                        continue;
                    };
                    *count += 1;
                    if found.examples.len() < MAX_EXAMPLES {
                        let other = collection.items[other].path.clone();
                        found.examples.push((item.path.clone(), other));
                    }
                }
            }
            for at in of_split() {
                by_hash.entry(collection.items[at].hash).or_insert(at);
                by_pixels.entry(collection.image(at)).or_insert(at);
                small.push(at, shrink(collection.image(at)));
            }
            small.sort();
        }
        found
    }

    /// Returns the number of all copies.
    pub fn count(&self) -> usize {
        self.equal_bytes + self.equal_pixels + self.near
    }
}

/// A small image.
type Small = [u8; SMALL_LEN];

/// Small images, sorted by the sum of their gray values.
#[derive(Default)]
struct SmallImages(Vec<(u32, usize, Small)>);

impl SmallImages {
    fn push(&mut self, at: usize, small: Small) {
        self.0.push((sum(&small), at, small));
    }

    fn sort(&mut self) {
        self.0.sort_unstable_by_key(|(sum, at, _)| (*sum, *at));
    }

    /// Returns an image that is nearly equal. Sums of nearly equal images are nearly equal, too, so
    /// that few images have to be compared.
    fn near(&self, small: &Small) -> Option<usize> {
        const LIMIT: u32 = NEAR_THRESHOLD * SMALL_LEN as u32;
        let center = sum(small);
        let first = self.0.partition_point(|(sum, ..)| *sum + LIMIT < center);
        let candidates = self.0[first..].iter().take_while(|(sum, ..)| *sum <= center + LIMIT);
        let is_near = |other: &Small| {
            let mut total = 0;
            // Most images differ in their first rows already.
            small.chunks_exact(4 * SMALL_SIDE).zip(other.chunks_exact(4 * SMALL_SIDE)).all(
                |(a, b)| {
                    total += a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(*b))).sum::<u32>();
                    total <= LIMIT
                },
            )
        };
        let mut candidates = candidates;
        candidates.find(|(_, _, other)| is_near(other)).map(|(_, at, _)| *at)
    }
}

fn sum(small: &Small) -> u32 {
    small.iter().map(|gray| u32::from(*gray)).sum()
}

/// Returns the means of blocks of an image.
fn shrink(image: &[u8]) -> Small {
    const BLOCK: usize = IMAGE_SIDE / SMALL_SIDE;
    debug_assert_eq!(image.len(), IMAGE_LEN);
    std::array::from_fn(|at| {
        let (row, column) = (at / SMALL_SIDE * BLOCK, at % SMALL_SIDE * BLOCK);
        let rows = (row..row + BLOCK).map(|row| &image[row * IMAGE_SIDE + column..][..BLOCK]);
        let sum: u32 = rows.flatten().map(|gray| u32::from(*gray)).sum();
        (sum / (BLOCK * BLOCK) as u32) as u8
    })
}
