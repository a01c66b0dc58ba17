//! Rules by which images become training, validation and test images.

use std::collections::{BTreeMap, BTreeSet};

use model::Split;
use serde::{Deserialize, Serialize};

use super::item::Item;
use crate::rng::{Purpose, Rng};

/// Part of the images, and of each class, that become validation images and test images each.
const HELD_OUT_SHARE: f64 = 0.15;

/// Seed of the split. It is the same for everyone, so that the same files give the same split.
const SEED: u32 = 1;

/// Smallest number of groups that can be split: fewer give no idea of other patients.
const MIN_GROUPS: usize = 6;

/// Largest part of the images that one group may have.
const MAX_GROUP_SHARE: f64 = 0.25;

/// Rule by which images become training, validation and test images.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SplitRule {
    /// As the folders `train`, `validation` and `test` say.
    Given,
    /// All images in one folder within a class stay together, such as those of a patient.
    Folder,
    /// All images whose names begin alike, up to the first `_` or `-`, stay together.
    Prefix,
    /// Each image on its own.
    #[default]
    Image,
}

impl SplitRule {
    /// All rules, the most careful first.
    pub const ALL: [Self; 4] = [Self::Given, Self::Folder, Self::Prefix, Self::Image];

    /// Returns a word for the rule in menus.
    pub fn slug(self) -> &'static str {
        match self {
            SplitRule::Given => "given",
            SplitRule::Folder => "folder",
            SplitRule::Prefix => "prefix",
            SplitRule::Image => "image",
        }
    }

    /// Returns the name of the rule for a menu.
    pub fn name(self) -> &'static str {
        match self {
            SplitRule::Given => "by the folders train, validation and test",
            SplitRule::Folder => "by folder: images of one folder stay together",
            SplitRule::Prefix => "by name: images whose names begin alike stay together",
            SplitRule::Image => "each image on its own",
        }
    }

    /// Returns the rules that can be used for these images, the most careful first.
    pub fn available(items: &[Item]) -> Vec<Self> {
        Self::ALL.into_iter().filter(|rule| rule.is_usable(items)).collect()
    }

    fn is_usable(self, items: &[Item]) -> bool {
        match self {
            SplitRule::Image => true,
            SplitRule::Given => {
                let has = |split| items.iter().any(|item| item.given == Some(split));
                let all = items.iter().all(|item| item.given.is_some());
                all && has(Split::Train) && (has(Split::Test) || has(Split::Validation))
            }
            SplitRule::Folder | SplitRule::Prefix => {
                let mut sizes = BTreeMap::<String, usize>::new();
                for item in items {
                    *sizes.entry(self.group(item)).or_default() += 1;
                }
                let largest = sizes.values().copied().max().unwrap_or_default();
                let is_grouped = sizes.len() < items.len() && sizes.len() >= MIN_GROUPS;
                is_grouped && largest as f64 <= MAX_GROUP_SHARE * items.len() as f64
            }
        }
    }

    /// Returns the name of the group that an image stays together with. Files with the same bytes are
    /// not grouped, but reported.
    pub fn group(self, item: &Item) -> String {
        let name = item.path.rsplit('/').next().unwrap_or_default();
        match self {
            // A patient may have images in several classes, in folders of the same name.
            SplitRule::Folder => item.folder.clone(),
            SplitRule::Given | SplitRule::Prefix => {
                let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
                stem.split(['_', '-']).next().unwrap_or_default().to_owned()
            }
            SplitRule::Image => item.path.clone(),
        }
    }

    /// Returns how the images were split, as a sentence.
    pub fn describe(self, items: &[Item]) -> String {
        let share = format!("{:.0} %", 100.0 * HELD_OUT_SHARE);
        let groups = || items.iter().map(|item| self.group(item)).collect::<BTreeSet<_>>().len();
        match self {
            SplitRule::Given => match missing(items) {
                None => "As the folders train, validation and test say.".into(),
                Some(Split::Test) => format!(
                    "As the folders say; the validation images became test images, and {share} of the \
                     training images validation images, names that begin alike together."
                ),
                Some(_) => format!(
                    "As the folders train and test say; of the training images {share} became \
                     validation images, names that begin alike together."
                ),
            },
            SplitRule::Folder => format!(
                "By folder: the images of one of the {} folders stay together. About {share} each for \
                 validation and test.",
                groups()
            ),
            SplitRule::Prefix => format!(
                "By the beginning of the names, up to the first “_” or “-”: {} groups, such as \
                 patients, stay together. About {share} each for validation and test.",
                groups()
            ),
            SplitRule::Image => format!(
                "Each image on its own, {share} of each class for validation and for test. If several \
                 images are of one patient, results look better than they are."
            ),
        }
    }

    /// Returns the split of each image.
    pub fn apply(self, items: &[Item]) -> Vec<Split> {
        if self != SplitRule::Given {
            let all: Vec<usize> = (0..items.len()).collect();
            return self.divide(items, &all, [Split::Validation, Split::Test]);
        }
        let missing = missing(items);
        let of = |item: &Item| match (item.given, missing) {
            (Some(Split::Validation), Some(Split::Test)) => Split::Test,
            (given, _) => given.unwrap_or(Split::Train),
        };
        let mut splits: Vec<Split> = items.iter().map(of).collect();
        if missing.is_some() {
            let train: Vec<usize> =
                (0..items.len()).filter(|at| splits[*at] == Split::Train).collect();
            let divided = self.divide(items, &train, [Split::Validation; 2]);
            for at in train {
                splits[at] = divided[at];
            }
        }
        splits
    }

    /// Divides some of the images: groups, in a random order and large ones first, go where each of
    /// their classes lacks most. All other images stay training images.
    fn divide(self, items: &[Item], some: &[usize], held_out: [Split; 2]) -> Vec<Split> {
        let mut groups = BTreeMap::<String, Vec<usize>>::new();
        for at in some {
            groups.entry(self.group(&items[*at])).or_default().push(*at);
        }
        let mut groups: Vec<Vec<usize>> = groups.into_values().collect();
        Rng::stream(SEED, Purpose::Split, 0).shuffle(&mut groups);
        groups.sort_by_key(|group| std::cmp::Reverse(group.len()));

        let classes =
            items.iter().map(|item| usize::from(item.label) + 1).max().unwrap_or_default();
        let mut wanted =
            [Split::Train, held_out[0], held_out[1]].map(|split| (split, vec![0.0; classes]));
        let has_two = held_out[0] != held_out[1];
        for class in 0..classes {
            let count = some.iter().filter(|at| usize::from(items[**at].label) == class).count();
            let part = (HELD_OUT_SHARE * count as f64).round().max(1.0);
            let parts = if has_two { [part, part] } else { [part, 0.0] };
            wanted[0].1[class] = (count as f64 - parts[0] - parts[1]).max(1.0);
            wanted[1].1[class] = parts[0];
            wanted[2].1[class] = parts[1];
        }
        let mut lacking = wanted.clone().map(|(_, counts)| counts);
        let mut splits = vec![Split::Train; items.len()];
        for group in groups {
            let lack = |place: usize| -> f64 {
                let of = |at: &usize| {
                    let class = usize::from(items[*at].label);
                    let all: f64 = wanted[place].1[class];
                    if all > 0.0 { lacking[place][class] / all } else { f64::NEG_INFINITY }
                };
                group.iter().map(of).sum()
            };
            let lacks = [lack(0), lack(1), lack(2)];
            // The first one wins where several lack as much.
            let place = (1..3).fold(0, |best, at| if lacks[at] > lacks[best] { at } else { best });
            for at in group {
                lacking[place][usize::from(items[at].label)] -= 1.0;
                splits[at] = wanted[place].0;
            }
        }
        splits
    }
}

/// Returns the held-out split that has no folder.
fn missing(items: &[Item]) -> Option<Split> {
    let has = |split| items.iter().any(|item| item.given == Some(split));
    [Split::Test, Split::Validation].into_iter().find(|split| !has(*split))
}
