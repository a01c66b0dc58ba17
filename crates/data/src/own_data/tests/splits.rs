use model::{Partition, Split};

use super::*;
use crate::Dataset;

fn paths(count: usize, path: impl Fn(usize) -> String) -> Vec<String> {
    (0..count).map(path).collect()
}

fn counts(splits: &[Split]) -> [usize; 3] {
    Split::ALL.map(|split| splits.iter().filter(|one| **one == split).count())
}

#[test]
fn each_class_is_split_alike_and_always_in_the_same_way() {
    let own = collection(&paths(300, |i| format!("{}/{i}.png", ["a", "b", "b"][i % 3])));
    let splits = SplitRule::Image.apply(&own.items);
    assert_eq!(splits, SplitRule::Image.apply(&own.items));
    for (label, wanted) in [(0, [70, 15, 15]), (1, [140, 30, 30])] {
        let of_class: Vec<Split> =
            (0..300).filter(|at| own.items[*at].label == label).map(|at| splits[at]).collect();
        assert_eq!(counts(&of_class), wanted);
    }
    // Three images are one each.
    let few = collection(&paths(6, |i| format!("{}/{i}.png", ["a", "b"][i % 2])));
    let report = Report::of(&few);
    assert!(report.classes.iter().all(|class| class.counts == [1, 1, 1]), "{report:?}");
    assert_eq!(report.rules, [SplitRule::Image]);
    assert!(report.is_usable() && report.warnings().is_empty());
}

#[test]
fn images_of_a_patient_stay_together() {
    let prefix =
        collection(&paths(120, |i| format!("{}/patient{:02}_{i}.png", ["a", "b"][i % 2], i % 20)));
    let folder =
        collection(&paths(120, |i| format!("{}/patient{:02}/{i}.png", ["a", "b"][i % 2], i % 20)));
    for (own, rule) in [(prefix, SplitRule::Prefix), (folder, SplitRule::Folder)] {
        assert_eq!(SplitRule::available(&own.items), [rule, SplitRule::Image]);
        let splits = rule.apply(&own.items);
        let mut of_group = std::collections::BTreeMap::new();
        for (item, split) in own.items.iter().zip(&splits) {
            let known = *of_group.entry(rule.group(item)).or_insert(*split);
            assert_eq!(known, *split, "{}", item.path);
        }
        assert_eq!(of_group.len(), 20);
        let [train, validation, test] = counts(&splits);
        assert!(train >= 72 && validation >= 12 && test >= 12, "{train} {validation} {test}");
        assert!(rule.describe(&own.items).contains("20"));
    }
    // Names that all begin alike say nothing of patients.
    let alike = collection(&paths(60, |i| format!("{}/img_{i}.png", ["a", "b"][i % 2])));
    assert_eq!(SplitRule::available(&alike.items), [SplitRule::Image]);
}

#[test]
fn folders_of_a_split_are_obeyed_and_a_missing_validation_set_is_cut_from_training() {
    let own = collection(&paths(200, |i| {
        format!("{}/{}/{i}.png", ["train", "train", "train", "test"][i % 4], ["a", "b"][i / 4 % 2])
    }));
    assert_eq!(SplitRule::available(&own.items)[0], SplitRule::Given);
    let splits = SplitRule::Given.apply(&own.items);
    let [train, validation, test] = counts(&splits);
    assert_eq!((train + validation, test), (150, 50));
    assert!((20..=25).contains(&validation), "{validation}");
    for (item, split) in own.items.iter().zip(&splits) {
        assert_eq!(item.given == Some(Split::Test), *split == Split::Test, "{}", item.path);
    }
    let own = Collection { rule: SplitRule::Given, ..own };
    let Dataset::Images(two) = own.dataset(Partition::TwoWay) else { panic!("no images") };
    assert_eq!((two.train.len(), two.validation.len(), two.test.len()), (train, 0, test));
    // Without a folder for tests, the validation images are the test images.
    let own = collection(&paths(100, |i| {
        format!("{}/{}/{i}.png", ["train", "val"][i % 2], ["a", "b"][i / 2 % 2])
    }));
    let splits = SplitRule::Given.apply(&own.items);
    assert_eq!(counts(&splits)[2], 50);
    assert!(counts(&splits)[1] > 0);
}

#[test]
fn copies_across_the_split_are_counted_by_their_kind() {
    let mut own = collection(&paths(60, |i| {
        format!("{}/{}/{i:02}.png", ["train", "test"][i % 2], ["a", "b"][i / 2 % 2])
    }));
    own.rule = SplitRule::Given;
    let splits = own.rule.apply(&own.items);
    assert_eq!(Copies::find(&own, &splits), Copies::default());
    let of = |split: Split| -> Vec<usize> { (0..60).filter(|at| splits[*at] == split).collect() };
    let (train, test) = (of(Split::Train), of(Split::Test));
    let copy = |own: &mut Collection, from: usize, to: usize, change: u8| {
        for at in 0..IMAGE_LEN {
            let gray = own.pixels[from * IMAGE_LEN + at];
            own.pixels[to * IMAGE_LEN + at] = gray.saturating_add(change);
        }
    };
    own.items[test[0]].hash = own.items[train[0]].hash;
    copy(&mut own, train[1], test[1], 0);
    copy(&mut own, train[2], test[2], 1);
    copy(&mut own, train[3], test[3], 1);
    copy(&mut own, train[4], test[4], 9);
    let report = Report::of(&own);
    let Copies { equal_bytes, equal_pixels, near, ref examples } = report.copies;
    assert_eq!((equal_bytes, equal_pixels, near), (1, 1, 2));
    assert_eq!(examples[1], (own.items[test[1]].path.clone(), own.items[train[1]].path.clone()));
    let warnings = report.warnings();
    assert!(warnings[0].contains("4 validation and test images"), "{warnings:?}");
}

#[test]
fn another_rule_or_other_files_are_another_import() {
    let own = collection(&paths(20, |i| format!("{}/{i}.png", ["a", "b"][i % 2])));
    let rule = Collection { rule: SplitRule::Prefix, ..own.clone() };
    let mut other = own.clone();
    other.items[3].hash ^= 1;
    let mut numbers = [&own, &rule, &other].map(Collection::import_number).to_vec();
    assert_eq!(numbers[0], own.clone().import_number());
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 3);
}
