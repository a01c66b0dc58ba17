//! Packs of slices as people zip them: each kind gives the same data set as the plain pack. The
//! files are in the folder that `PLAYGROUND_CASES_DIR` names; without it there is nothing to test.

use std::path::PathBuf;

use data::{Dataset, DatasetInfo, SliceSet};
use model::{DataSource, DatasetKey, Sampling};
use reader::{Reader, Request, Response};

/// Returns the data set of a pack, or `None` without a folder.
fn pack(name: &str) -> Option<(DatasetInfo, SliceSet)> {
    let Some(folder) = std::env::var_os("PLAYGROUND_CASES_DIR") else {
        println!("note: PLAYGROUND_CASES_DIR is not set");
        return None;
    };
    let path = PathBuf::from(folder).join("packs").join(name);
    let file = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    match Reader::default().handle(
        Request::Data(DatasetKey::new(DataSource::Hippocampus, Sampling::DEFAULT, 1)),
        &file,
    ) {
        Ok(Response::Data(info, Dataset::Slices(set))) => Some((info, (*set).clone())),
        other => panic!("{name}: {other:?}"),
    }
}

// Compared with `assert!`, since a failing `assert_eq!` would print all pixels.

#[test]
fn a_pack_without_manifest_is_a_data_set() {
    let Some((info, set)) = pack("membrane_128_ok.zip") else { return };
    assert_eq!((set.size(), set.train.len(), set.test.len()), ([128, 128], 2, 1));
    assert_eq!(set.classes, ["background", "1"]);
    assert!(set.train.masks.contains(&0) && set.train.masks.contains(&1));
    assert_eq!((info.train, info.test, info.description.as_str()), (2, 1, ""));
}

#[test]
fn backslashes_in_names_separate_folders() {
    let Some(plain) = pack("membrane_128_ok.zip") else { return };
    assert!(pack("membrane_windows_backslash.zip").unwrap() == plain);
}

#[test]
fn white_is_class_1_in_black_and_white_masks() {
    let Some((plain, set)) = pack("membrane_128_ok.zip") else { return };
    let (info, white) = pack("membrane_128_labels255.zip").unwrap();
    assert!(white == set);
    let description = "In the masks, gray 0 is the background, 255 is class 1.".to_owned();
    assert_eq!(info, DatasetInfo { description, ..plain });
}
