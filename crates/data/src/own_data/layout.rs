//! What the files of a folder or a zip are, by their paths alone.

use std::collections::{BTreeMap, BTreeSet};

use model::Split;
use serde::{Deserialize, Serialize};

use super::error::OwnDataError;
use super::limits::{CLASS_RANGE, MAX_FILES, MAX_PATHS};
use super::readable::{quoted, readable};

/// Names of folders that tell the split of the images in them.
const SPLIT_FOLDERS: [(Split, &[&str]); 3] = [
    (Split::Train, &["train", "training", "trainset"]),
    (Split::Validation, &["val", "valid", "validation", "dev"]),
    (Split::Test, &["test", "testing", "testset"]),
];

/// Names of folders with images that have masks.
const IMAGE_FOLDERS: [&str; 4] = ["images", "image", "imgs", "img"];

/// Names of folders with masks.
const MASK_FOLDERS: [&str; 7] =
    ["masks", "mask", "labels", "label", "segmentations", "segmentation", "annotations"];

/// Ends of names of masks, before the ending of the file.
const MASK_SUFFIXES: [&str; 9] =
    ["_mask", "-mask", ".mask", "_seg", "-seg", "_label", "_labels", "_gt", "_segmentation"];

/// Maximum length of the name of a class, in characters.
const MAX_CLASS_CHARS: usize = 60;

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Planned {
    /// An image of a class, by the index of the class.
    Image(usize),
    /// An image that has a mask, by the index of the mask among the files.
    WithMask(usize),
    /// The mask of an image.
    Mask,
}

/// A file that is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Index among the paths.
    pub index: usize,
    /// Path without the folders that all files share.
    pub path: String,
    /// What it is.
    pub what: Planned,
    /// The split that its folder tells.
    pub given: Option<Split>,
    /// Folder of the file within its class, such as that of a patient; empty if there is none.
    pub folder: String,
}

/// Classes and files of a data set, found by their paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Class names in label order; empty if there are masks.
    pub classes: Vec<String>,
    /// Files to be read, sorted by path; masks are among them.
    pub files: Vec<Plan>,
    /// Paths of files that are left out, with the reason as the end of a sentence.
    pub left_out: Vec<(String, String)>,
}

/// A path taken apart.
struct Parts {
    index: usize,
    folders: Vec<String>,
    name: String,
    given: Option<Split>,
}

impl Layout {
    /// Finds classes, splits, and pairs of image and mask. Files that operating systems add are
    /// ignored.
    ///
    /// # Errors
    ///
    /// Returns an error if there are too many files, none, or not two to twenty classes.
    pub fn of(paths: &[String]) -> Result<Self, OwnDataError> {
        if paths.len() > MAX_PATHS {
            return Err(OwnDataError::TooManyFiles);
        }
        let mut left_out = Vec::new();
        let mut files = Vec::new();
        for (index, path) in paths.iter().enumerate() {
            let path = readable(&path.replace('\\', "/"));
            if is_ignored(&path) {
                continue;
            }
            match safe(&path) {
                Some(parts) if is_no_image(&path) => {
                    left_out.push((parts.join("/"), "it is no image".to_owned()));
                }
                Some(parts) => files.push((index, parts)),
                None => left_out.push((path, "its path leads out of the folder".to_owned())),
            }
        }
        if files.len() > MAX_FILES {
            return Err(OwnDataError::TooManyFiles);
        }
        if files.is_empty() {
            return Err(OwnDataError::NoFiles);
        }
        strip_common_folders(&mut files);
        let files: Vec<Parts> =
            files.into_iter().map(|(index, parts)| split(index, parts)).collect();
        let mut layout = match masks(&files) {
            Some(mask_of) => Self::of_pairs(&files, &mask_of),
            None => Self::of_classes(&files)?,
        };
        layout.left_out.append(&mut left_out);
        layout.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(layout)
    }

    /// Returns whether the data set has masks.
    pub fn has_masks(&self) -> bool {
        self.classes.is_empty()
    }

    fn of_classes(files: &[Parts]) -> Result<Self, OwnDataError> {
        let class = |parts: &Parts| -> Option<String> {
            parts.folders.first().map(|name| name.chars().take(MAX_CLASS_CHARS).collect())
        };
        let names: BTreeSet<String> = files.iter().filter_map(class).collect();
        let mut classes: Vec<String> = names.into_iter().collect();
        classes.sort_by_key(|name| natural(name));
        match classes.as_slice() {
            [] => return Err(OwnDataError::NoClasses),
            [one] => return Err(OwnDataError::OneClass(quoted(one))),
            _ => {}
        }
        if classes.len() > *CLASS_RANGE.end() {
            return Err(OwnDataError::TooManyClasses { found: classes.len() });
        }
        let mut layout = Self { classes, ..Self::default() };
        for parts in files {
            match class(parts).and_then(|name| layout.classes.iter().position(|c| *c == name)) {
                Some(label) => layout.files.push(parts.plan(Planned::Image(label), 1)),
                None => layout.left_out.push((parts.path(), "it is in no class folder".to_owned())),
            }
        }
        Ok(layout)
    }

    fn of_pairs(files: &[Parts], mask_of: &BTreeMap<usize, usize>) -> Self {
        let masks: BTreeSet<usize> = mask_of.values().copied().collect();
        let mut layout = Self::default();
        for (at, parts) in files.iter().enumerate() {
            if let Some(mask) = mask_of.get(&at) {
                layout.files.push(parts.plan(Planned::WithMask(files[*mask].index), 0));
            } else if masks.contains(&at) {
                layout.files.push(parts.plan(Planned::Mask, 0));
            } else {
                let reason = match is_mask(parts) {
                    true => "it is a mask without an image of the same name",
                    false => "it has no mask of the same name",
                };
                layout.left_out.push((parts.path(), reason.to_owned()));
            }
        }
        layout
    }
}

impl Parts {
    fn path(&self) -> String {
        let folders = self.folders.iter().map(String::as_str);
        folders.chain([self.name.as_str()]).collect::<Vec<_>>().join("/")
    }

    fn stem(&self) -> &str {
        let name = self.name.strip_suffix(".gz").unwrap_or(&self.name);
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    /// Returns the plan of the file. Folders from `depth` on are those within its class; those of
    /// images and masks do not count.
    fn plan(&self, what: Planned, depth: usize) -> Plan {
        let inner = self.folders.iter().skip(depth).map(String::as_str);
        let inner = inner.filter(|name| depth > 0 || !is_pair_folder(name));
        let folder = inner.collect::<Vec<_>>().join("/");
        let given = self.given.map(|split| format!("{}/", split.folder())).unwrap_or_default();
        let path = format!("{given}{}", self.path());
        Plan { index: self.index, path, what, given: self.given, folder }
    }
}

/// Returns whether a path is a folder or a file that operating systems add.
fn is_ignored(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_hidden = |part: &str| part.starts_with('.') && part != "." && part != "..";
    name.is_empty()
        || path.split('/').any(|part| part == "__MACOSX" || is_hidden(part))
        || ["thumbs.db", "desktop.ini"].contains(&name.to_ascii_lowercase().as_str())
}

/// Returns whether a file is a text or a table about the data. Such files often lie beside the class
/// folders, and must not count as images without a class.
fn is_no_image(path: &str) -> bool {
    const ENDS: [&str; 12] = [
        ".txt", ".csv", ".tsv", ".json", ".xml", ".md", ".pdf", ".xlsx", ".html", ".py", ".ipynb",
        ".yaml",
    ];
    let lower = path.to_ascii_lowercase();
    ENDS.iter().any(|end| lower.ends_with(end))
}

/// Returns the parts of a path, or `None` if it leads out of the folder.
fn safe(path: &str) -> Option<Vec<String>> {
    if path.starts_with('/') || path.contains('\0') || path.get(1..2) == Some(":") {
        return None;
    }
    let parts: Vec<String> = path
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .map(|part| part.trim().to_owned())
        .collect();
    (!parts.is_empty() && parts.iter().all(|part| part != ".." && !part.is_empty()))
        .then_some(parts)
}

/// Removes the folders that all files share. The folder that a file is in stays if it is the only
/// one, so that a single class keeps its name.
fn strip_common_folders(files: &mut [(usize, Vec<String>)]) {
    loop {
        let Some((_, first)) = files.first() else { return };
        let Some(shared) = first.first().cloned() else { return };
        // A folder of files alone is a class, not the folder around the classes.
        let is_shared = files.iter().all(|(_, parts)| parts.len() > 1 && parts[0] == shared);
        let has_folders = files.iter().any(|(_, parts)| parts.len() > 2);
        if !is_shared || !has_folders {
            return;
        }
        for (_, parts) in files.iter_mut() {
            parts.remove(0);
        }
    }
}

/// Takes a path apart; a folder of a split, first or last, is not among the folders.
fn split(index: usize, mut folders: Vec<String>) -> Parts {
    let name = folders.pop().unwrap_or_default();
    let split_of = |folder: &String| {
        let lower = folder.to_ascii_lowercase();
        let found = SPLIT_FOLDERS.iter().find(|(_, names)| names.contains(&lower.as_str()));
        found.map(|(split, _)| *split)
    };
    let given = [0, 1].into_iter().find_map(|at| Some((at, split_of(folders.get(at)?)?)));
    let given = given.map(|(at, split)| {
        folders.remove(at);
        split
    });
    Parts { index, folders, name, given }
}

fn is_pair_folder(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    IMAGE_FOLDERS.contains(&lower.as_str()) || MASK_FOLDERS.contains(&lower.as_str())
}

/// Returns the name of a mask without its suffix, if it has one.
fn without_suffix(stem: &str) -> Option<&str> {
    let lower = stem.to_ascii_lowercase();
    let suffix = MASK_SUFFIXES.iter().find(|suffix| lower.ends_with(**suffix))?;
    stem.get(..stem.len() - suffix.len()).filter(|stem| !stem.is_empty())
}

fn is_in(parts: &Parts, names: &[&str]) -> bool {
    parts.folders.iter().any(|name| names.contains(&name.to_ascii_lowercase().as_str()))
}

fn is_mask(parts: &Parts) -> bool {
    is_in(parts, &MASK_FOLDERS) || without_suffix(parts.stem()).is_some()
}

/// Returns the mask of each image, if the files are images and masks: those in folders `images` and
/// `masks` with the same name, or those in one folder of which one has a suffix such as `_mask`. At
/// least half of the files must belong to a pair.
fn masks(files: &[Parts]) -> Option<BTreeMap<usize, usize>> {
    let has_folders = files.iter().any(|file| is_in(file, &IMAGE_FOLDERS))
        && files.iter().any(|file| is_in(file, &MASK_FOLDERS));
    let is_mask_file = |parts: &Parts| match has_folders {
        true => is_in(parts, &MASK_FOLDERS),
        false => without_suffix(parts.stem()).is_some(),
    };
    // What a pair shares: split, folders besides those of images and masks, and the stem.
    let key = |parts: &Parts| {
        let folders: Vec<String> =
            parts.folders.iter().filter(|name| !is_pair_folder(name)).cloned().collect();
        let stem = match is_mask_file(parts) {
            true => without_suffix(parts.stem()).unwrap_or(parts.stem()),
            false => parts.stem(),
        };
        (parts.given.map(|split| split as u8), folders, stem.to_owned())
    };
    let mut images = BTreeMap::new();
    for (at, parts) in files.iter().enumerate().filter(|(_, parts)| !is_mask_file(parts)) {
        images.entry(key(parts)).or_insert(at);
    }
    let mut pairs = BTreeMap::new();
    for (at, parts) in files.iter().enumerate().filter(|(_, parts)| is_mask_file(parts)) {
        if let Some(image) = images.get(&key(parts)) {
            pairs.entry(*image).or_insert(at);
        }
    }
    (!pairs.is_empty() && 4 * pairs.len() >= files.len()).then_some(pairs)
}

/// Sort key in which numbers have their order: `class 9` comes before `class 10`.
fn natural(name: &str) -> Vec<(u64, String)> {
    let mut key = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (number, after) = rest.split_at(digits);
        let text = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
        key.push((number.parse().unwrap_or(u64::MAX), after[..text].to_lowercase()));
        rest = &after[text..];
    }
    key
}
