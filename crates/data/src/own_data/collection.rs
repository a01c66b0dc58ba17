//! Visitors' own images as a network sees them, and the file in which a browser keeps them.

use model::{IMAGE_LEN, Lab};
use serde::{Deserialize, Serialize};

use super::error::OwnDataError;
use super::item::Item;
use super::limits::MAX_FILES;
use super::split_rule::SplitRule;

/// First bytes of a kept file; the last is the version of its format.
const MAGIC: &[u8; 8] = b"OWNDATA\x01";

/// The images of a data set with what is known of them, sorted by class and path.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Collection {
    /// Class names in label order; with masks, the first one is the background.
    pub classes: Vec<String>,
    /// The images.
    pub items: Vec<Item>,
    /// Rule by which they are split.
    pub rule: SplitRule,
    /// Files that were skipped, by path, with the reason.
    pub skipped: Vec<(String, String)>,
    /// Classes that were left out, with the number of their images.
    pub small_classes: Vec<(String, usize)>,
    /// Sentence on what the values of masks stand for; empty if they are the numbers of classes.
    pub mask_note: String,
    /// Gray values 0 to 255, `[n, 64, 64]` in row-major order.
    #[serde(skip)]
    pub pixels: Vec<u8>,
    /// Class of each pixel, `[n, 64, 64]` in row-major order; empty without masks.
    #[serde(skip)]
    pub masks: Vec<u8>,
}

impl Collection {
    /// Returns the lab for which the data are.
    pub fn lab(&self) -> Lab {
        if self.masks.is_empty() { Lab::Classify } else { Lab::Segment }
    }

    /// Returns the gray values of an image, `[64, 64]`.
    ///
    /// # Panics
    ///
    /// Panics if `at` is out of range.
    pub fn image(&self, at: usize) -> &[u8] {
        &self.pixels[at * IMAGE_LEN..][..IMAGE_LEN]
    }

    /// Returns a number that differs for other data or another rule, and is never 0.
    pub fn import_number(&self) -> u32 {
        let words = self.items.iter().map(|item| item.hash ^ u64::from(item.label));
        let rule = self.rule as u64;
        let all = words.chain([rule]).fold(self.items.len() as u64, |sum, word| {
            (sum ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23)
        });
        ((all ^ (all >> 32)) as u32).max(1)
    }

    /// Returns the bytes to be kept: a header in JSON with its length, then pixels and masks.
    pub fn to_bytes(&self) -> Vec<u8> {
        let header = serde_json::to_vec(self).unwrap_or_default();
        let mut bytes = Vec::with_capacity(
            MAGIC.len() + 4 + header.len() + self.pixels.len() + self.masks.len(),
        );
        bytes.extend(MAGIC);
        bytes.extend(u32::try_from(header.len()).unwrap_or_default().to_le_bytes());
        bytes.extend(header);
        bytes.extend(&self.pixels);
        bytes.extend(&self.masks);
        bytes
    }

    /// Reads bytes that were kept.
    ///
    /// # Errors
    ///
    /// Returns an error if they are not whole, or of another version of the page.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, OwnDataError> {
        Self::read(bytes).filter(Self::is_whole).ok_or(OwnDataError::Kept)
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(MAGIC)?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let (header, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        let mut collection: Self = serde_json::from_slice(header).ok()?;
        let (pixels, masks) = rest.split_at_checked(collection.items.len() * IMAGE_LEN)?;
        (collection.pixels, collection.masks) = (pixels.to_vec(), masks.to_vec());
        Some(collection)
    }

    /// Returns whether everything that others rely on holds.
    fn is_whole(&self) -> bool {
        let classes = self.classes.len();
        let is_labeled = self.items.iter().all(|item| usize::from(item.label) < classes);
        let has_masks = self.masks.len() == self.pixels.len()
            && self.masks.iter().all(|label| usize::from(*label) < classes);
        (2..=255).contains(&classes)
            && (1..=MAX_FILES).contains(&self.items.len())
            && is_labeled
            && (self.masks.is_empty() || has_masks)
    }
}
