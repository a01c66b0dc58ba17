//! Matching of the image and mask files in a zip.

use std::collections::{BTreeMap, BTreeSet};

use model::{Split, Splits};

use super::error::{MAX_SLICES, SlicePackError};
use crate::archive::{Archive, entry_name};

/// One slice of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SliceFile {
    /// File name of the image, without folders.
    pub name: String,
    /// Name of the case that contains the slice: the file name up to the last `_`.
    pub case: String,
    /// File name of the mask, without folders.
    mask_name: String,
    pub(super) pair: Pair,
}

impl SliceFile {
    /// Returns the file name of the mask, without folders.
    pub fn mask_name(&self) -> &str {
        &self.mask_name
    }
}

/// Name of the images folder within the folder of a split.
pub const IMAGES: &str = "images";

/// Name of the masks folder within the folder of a split.
pub const MASKS: &str = "masks";

/// Indices of an image and its mask in the directory of the zip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    pub image: usize,
    pub mask: usize,
}

/// Returns the top-level folder that contains all files, with a trailing slash; usually empty.
pub fn root_folder(archive: &Archive) -> String {
    let marks =
        Split::ALL.map(|split| [IMAGES, MASKS].map(|kind| format!("{}/{kind}/", split.folder())));
    let before = |name: &str| -> Option<String> {
        let at = marks.iter().flatten().filter_map(|mark| name.find(mark)).min()?;
        (at == 0 || name[..at].ends_with('/')).then(|| name[..at].to_owned())
    };
    // The files that macOS adds to a zip have the same folder structure.
    (0..archive.len())
        .map(|at| entry_name(archive, at))
        .filter(|name| !name.starts_with("__MACOSX/"))
        .find_map(|name| before(&name))
        .unwrap_or_default()
}

/// Returns the sorted slices of each split.
pub fn files(archive: &Archive, top: &str) -> Result<Splits<Vec<SliceFile>>, SlicePackError> {
    let of = |split: Split| collect(archive, &format!("{top}{}/", split.folder()));
    Ok(Splits {
        train: of(Split::Train)?,
        validation: of(Split::Validation)?,
        test: of(Split::Test)?,
    })
}

fn collect(archive: &Archive, folder: &str) -> Result<Vec<SliceFile>, SlicePackError> {
    let (mut images, mut masks) = (BTreeMap::new(), BTreeMap::new());
    for at in 0..archive.len() {
        let path = entry_name(archive, at);
        let Some(rest) = path.strip_prefix(folder) else { continue };
        let name = rest.rsplit('/').next().unwrap_or_default();
        // Folders, and files that operating systems add.
        if name.is_empty() || name.starts_with('.') || name == "Thumbs.db" {
            continue;
        }
        let files = match rest.split_once('/') {
            Some((IMAGES, rest)) if rest == name => &mut images,
            Some((MASKS, rest)) if rest == name => &mut masks,
            _ => return Err(SlicePackError::UnknownFolder(path.to_string())),
        };
        files.insert(name.to_owned(), at);
        if files.len() > MAX_SLICES {
            return Err(SlicePackError::TooMany(files.len()));
        }
    }
    let mut slices = Vec::with_capacity(images.len());
    let mut unused: BTreeSet<String> = masks.keys().cloned().collect();
    for (name, image) in images {
        let Some((mask_name, mask)) = find_mask(&masks, &name) else {
            return Err(SlicePackError::ImageWithoutMask(format!("{folder}{IMAGES}/{name}")));
        };
        unused.remove(&mask_name);
        let case = split_case(&name).0.to_owned();
        slices.push(SliceFile { name, case, mask_name, pair: Pair { image, mask } });
    }
    if let Some(name) = unused.first() {
        return Err(SlicePackError::MaskWithoutImage(format!("{folder}{MASKS}/{name}")));
    }
    slices.sort_by(|a, b| order(&a.name).cmp(&order(&b.name)));
    Ok(slices)
}

/// Returns name and index of the mask of an image: the one with the same name, or with the same name
/// up to its ending.
fn find_mask(masks: &BTreeMap<String, usize>, image: &str) -> Option<(String, usize)> {
    let same = masks.get_key_value(image).or_else(|| {
        let start = format!("{}.", stem(image));
        let mut later =
            masks.range(start.clone()..).take_while(|(name, _)| name.starts_with(&start));
        later.find(|(name, _)| stem(name) == stem(image))
    });
    same.map(|(name, at)| (name.clone(), *at))
}

/// Returns a file name up to its ending.
fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Splits a file name into the case and the part after it.
fn split_case(name: &str) -> (&str, &str) {
    let stem = stem(name);
    stem.rsplit_once('_').filter(|(case, _)| !case.is_empty()).unwrap_or((stem, ""))
}

/// Sort key by case, then by number if there is one, so that 9 comes before 10.
pub fn order(name: &str) -> (&str, u64, &str) {
    let (case, place) = split_case(name);
    (case, place.parse().unwrap_or(u64::MAX), name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_has_the_name_of_its_image_up_to_the_ending() {
        let names = ["a.b.png", "a.png", "b.gif", "b.png"];
        let masks = names.map(str::to_owned).into_iter().zip(0..).collect();
        let mask = |image| find_mask(&masks, image).map(|(name, at)| (names[at] == name, at));
        assert_eq!(mask("a.jpg"), Some((true, 1)));
        assert_eq!(mask("a.b.jpg"), Some((true, 0)));
        assert_eq!(mask("b.png"), Some((true, 3)), "the same name first");
        assert_eq!(mask("b.jpg"), Some((true, 2)));
        assert_eq!(mask("c.jpg"), None);
    }

    #[test]
    fn names_tell_case_and_place() {
        assert_eq!(split_case("hippocampus_001_012.png"), ("hippocampus_001", "012"));
        assert_eq!(split_case("anna.png"), ("anna", ""));
        assert_eq!(split_case("_7.png"), ("_7", ""));
        let mut names = ["b_1.png", "a_10.png", "a_9.png", "a_x.png", "a.png"];
        names.sort_by(|a, b| order(a).cmp(&order(b)));
        assert_eq!(names, ["a_9.png", "a_10.png", "a.png", "a_x.png", "b_1.png"]);
    }
}
