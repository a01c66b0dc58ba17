//! What was found in a visitor's files, and how they are split.

use model::{Lab, Split};
use serde::{Deserialize, Serialize};

use super::collection::Collection;
use super::duplicates::{Copies, NEAR_THRESHOLD};
use super::limits::MIN_PER_CLASS;
use super::split_rule::SplitRule;

/// Maximum number of skipped files that are named.
const MAX_NAMED: usize = 200;

/// Counts of a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassCount {
    /// Name of the class; with masks, what stands for all images.
    pub name: String,
    /// Number of training, validation and test images.
    pub counts: [usize; 3],
}

/// What was found in a visitor's files, and how they are split.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Whether the images have masks, and are for the segmentation lab.
    pub has_masks: bool,
    /// Number that tells this import and its split from others.
    pub import: u32,
    /// Counts by class; of images with masks there is one row.
    pub classes: Vec<ClassCount>,
    /// Height and width of the smallest and the largest image in pixels, by area.
    pub smallest: [u32; 2],
    /// See `smallest`.
    pub largest: [u32; 2],
    /// Number of files that were skipped.
    pub skipped_count: usize,
    /// Those that are named, by path, with the reason.
    pub skipped: Vec<(String, String)>,
    /// Classes that were left out, with the number of their images.
    pub small_classes: Vec<(String, usize)>,
    /// Held-out images that are also in an earlier split.
    pub copies: Copies,
    /// Rule of the split.
    pub rule: SplitRule,
    /// Rules that can be chosen.
    pub rules: Vec<SplitRule>,
    /// The rule of the split as a sentence.
    pub rule_text: String,
    /// Sentence on what the values of masks stand for; empty if there is nothing to say.
    pub mask_note: String,
}

impl Report {
    /// Describes a collection, split by its rule.
    pub fn of(collection: &Collection) -> Self {
        let Collection { items, rule, .. } = collection;
        let splits = rule.apply(items);
        let count = |label: Option<usize>| {
            Split::ALL.map(|split| {
                let is_counted = |at: &usize| {
                    splits[*at] == split
                        && label.is_none_or(|label| usize::from(items[*at].label) == label)
                };
                (0..items.len()).filter(is_counted).count()
            })
        };
        let has_masks = collection.lab() == Lab::Segment;
        let classes = match has_masks {
            true => vec![ClassCount { name: "images with masks".into(), counts: count(None) }],
            false => {
                let named = collection.classes.iter().enumerate();
                let row = |(label, name): (usize, &String)| ClassCount {
                    name: name.clone(),
                    counts: count(Some(label)),
                };
                named.map(row).collect()
            }
        };
        let area = |size: &[u32; 2]| u64::from(size[0]) * u64::from(size[1]);
        let sizes = || items.iter().map(|item| item.size);
        Self {
            has_masks,
            import: collection.import_number(),
            classes,
            smallest: sizes().min_by_key(area).unwrap_or_default(),
            largest: sizes().max_by_key(area).unwrap_or_default(),
            skipped_count: collection.skipped.len(),
            skipped: collection.skipped.iter().take(MAX_NAMED).cloned().collect(),
            small_classes: collection.small_classes.clone(),
            copies: Copies::find(collection, &splits),
            rule: *rule,
            rules: SplitRule::available(items),
            rule_text: rule.describe(items),
            mask_note: collection.mask_note.clone(),
        }
    }

    /// Returns the sizes of the images, as in “64 × 64 to 640 × 480 pixels”.
    pub fn sizes(&self) -> String {
        let text = |[height, width]: [u32; 2]| format!("{width} × {height}");
        match self.smallest == self.largest {
            true => format!("{} pixels", text(self.smallest)),
            false => format!("{} to {} pixels", text(self.smallest), text(self.largest)),
        }
    }

    /// Returns what to know before trusting a result, as sentences.
    pub fn warnings(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        for (name, count) in &self.small_classes {
            let images = if *count == 1 { "1 image" } else { &format!("{count} images") };
            sentences.push(format!(
                "“{name}” is left out: it has {images}, and {MIN_PER_CLASS} are needed."
            ));
        }
        for class in &self.classes {
            let empty = Split::ALL.into_iter().zip(class.counts).find(|(_, count)| *count == 0);
            if let Some((split, _)) = empty {
                sentences.push(format!(
                    "“{}” has no {} images with this split. Choose another one.",
                    class.name,
                    split.name()
                ));
            }
        }
        sentences.extend(self.copies_text());
        match self.skipped_count {
            0 => {}
            1 => sentences.push("1 file was skipped.".into()),
            count => sentences.push(format!("{count} files were skipped.")),
        }
        sentences
    }

    /// Returns how many held-out images are copies, as a sentence, or `None` if there are none.
    fn copies_text(&self) -> Option<String> {
        let Copies { equal_bytes, equal_pixels, near, .. } = self.copies;
        let kinds = [
            (equal_bytes, "with equal files".to_owned()),
            (equal_pixels, "with equal pixels".to_owned()),
            (
                near,
                format!(
                    "nearly equal (16 × 16 means differ by {NEAR_THRESHOLD} gray levels or less)"
                ),
            ),
        ];
        let parts: Vec<String> = kinds
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, kind)| format!("{count} {kind}"))
            .collect();
        (!parts.is_empty()).then(|| {
            format!(
                "{} validation and test images are also in an earlier split, so results look better \
                 than they are: {}.",
                self.copies.count(),
                parts.join(", ")
            )
        })
    }

    /// Returns whether a network can be trained and evaluated: there are training, validation and
    /// test images.
    pub fn is_usable(&self) -> bool {
        let sum =
            |split: usize| self.classes.iter().map(|class| class.counts[split]).sum::<usize>();
        (0..3).all(|split| sum(split) > 0)
    }
}
