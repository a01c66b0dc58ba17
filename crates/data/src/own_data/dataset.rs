//! The data set that a collection becomes, and its description.

use std::collections::{BTreeMap, BTreeSet};

use model::{IMAGE_LEN, IMAGE_SIDE, Lab, Partition, Split};

use super::collection::Collection;
use super::report::Report;
use super::split_rule::SplitRule;
use crate::{Case, Dataset, DatasetInfo, ImageSet, Images, SliceSet, Slices};

impl Collection {
    /// Returns the data set, split by the collection's rule. With two splits the validation images
    /// are left out.
    pub fn dataset(&self, partition: Partition) -> Dataset {
        let splits = self.rule.apply(&self.items);
        let of = |split: Split| -> Vec<usize> {
            let sources = partition.sources(split, false);
            (0..self.items.len()).filter(|at| sources.contains(&splits[*at])).collect()
        };
        match self.lab() {
            Lab::Classify => {
                let patients = self.patients();
                let images = |split| self.images(&of(split), &patients);
                ImageSet {
                    classes: self.classes.clone(),
                    train: images(Split::Train),
                    validation: images(Split::Validation),
                    test: images(Split::Test),
                }
                .into()
            }
            Lab::Segment => SliceSet {
                classes: self.classes.clone(),
                train: self.slices(of(Split::Train)),
                validation: self.slices(of(Split::Validation)),
                test: self.slices(of(Split::Test)),
            }
            .into(),
        }
    }

    fn images(&self, places: &[usize], patients: &[u32]) -> Images {
        let mut images = Images::with_capacity(places.len());
        for at in places {
            images.labels.push(self.items[*at].label);
            images.pixels.extend_from_slice(self.image(*at));
            images.patients.extend(patients.get(*at));
        }
        images
    }

    /// Returns the number of each image's group, such as that of its patient; none if each image
    /// stands for itself, or if the visitor's folders say how the images are split.
    fn patients(&self) -> Vec<u32> {
        if !matches!(self.rule, SplitRule::Folder | SplitRule::Prefix) {
            return Vec::new();
        }
        let groups: Vec<String> = self.items.iter().map(|item| self.rule.group(item)).collect();
        let numbers: BTreeMap<&String, u32> =
            groups.iter().collect::<BTreeSet<_>>().into_iter().zip(0..).collect();
        groups.iter().map(|group| numbers[group]).collect()
    }

    /// Returns slices with those of a case, which is a group of the rule, together.
    fn slices(&self, mut places: Vec<usize>) -> Slices {
        let case = |at: usize| self.rule.group(&self.items[at]);
        places.sort_by_key(|at| (case(*at), *at));
        let mut slices = Slices::with_capacity([IMAGE_SIDE; 2], places.len());
        for at in places {
            slices.images.extend_from_slice(self.image(at));
            slices.masks.extend_from_slice(&self.masks[at * IMAGE_LEN..][..IMAGE_LEN]);
            let name = case(at);
            if slices.cases.last().is_none_or(|case| case.name != name) {
                slices.cases.push(self.case(name, at));
            }
            slices.case_of.push(slices.cases.len() - 1);
        }
        slices
    }

    /// Returns a case. A pixel of the file counts as 1 mm, so those that a network sees are larger,
    /// and a picture to be segmented is scaled in the same way.
    fn case(&self, name: String, at: usize) -> Case {
        let longest = self.items[at].size.into_iter().max().unwrap_or_default().max(1);
        let mm = longest as f32 / IMAGE_SIDE as f32;
        Case { name, pixel_mm: [mm; 2], slice_mm: 1.0 }
    }

    /// Returns the description of the data set. `name` is the word used in links.
    pub fn info(&self, name: &str) -> DatasetInfo {
        let report = Report::of(self);
        let what = match self.lab() {
            Lab::Classify => "images",
            Lab::Segment => "images with masks",
        };
        let shown = "A network sees 64 × 64 gray values of each, scaled as a whole and centred.";
        let mask_note = match self.mask_note.is_empty() {
            true => String::new(),
            false => format!(" {}", self.mask_note),
        };
        DatasetInfo {
            name: name.to_owned(),
            description: format!(
                "Your own {what}: {}, {}. {shown}{mask_note}",
                self.items.len(),
                report.sizes()
            ),
            classes: self.classes.clone(),
            all_classes: self.classes.clone(),
            rule: self.rule.describe(&self.items),
            notes: report.warnings(),
            source: "Your files. They are kept in this browser only, and went nowhere else.".into(),
            license: "yours".into(),
            ..DatasetInfo::default()
        }
    }
}
