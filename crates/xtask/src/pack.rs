//! Picking images from MedNIST and packing them for the site.
//!
//! The rule, for each class on its own, with files sorted by name:
//!
//! 1. Neighbouring numbers are often slices of one patient. Of n files every ⌊n / 600⌋th is looked
//!    at, at most 600 of them; so the full archive and the subset give the same pack.
//! 2. Five blocks of ten consecutive ones, each in the middle of a fifth of the class, are the test
//!    images.
//! 3. The two on either side of each block are left out, so that no test slice has its neighbour
//!    among the training images.
//! 4. Of the others 200, evenly spread, are the training images.
//!
//! The files' bytes are kept. The same source gives the same pack, byte for byte.

#[cfg(test)]
mod tests;

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use data::{Index, Manifest, Pack, PackError, PackInfo, Picture, Split, sha256_hex, write_pack};
use thiserror::Error;

use crate::sources::{self, Place};

/// Classes of MedNIST, which are its folders, in label order.
pub const CLASSES: [&str; 6] = ["AbdomenCT", "BreastMRI", "CXR", "ChestCT", "Hand", "HeadCT"];

const TRAIN: usize = 200;
const BLOCKS: usize = 5;
const BLOCK: usize = 10;
const GUARD: usize = 2;
const LOOKED_AT: usize = 600;
const NEEDED: usize = TRAIN + BLOCKS * (BLOCK + 2 * GUARD);

const PACK_NAME: &str = "mednist.zip";
const INDEX_NAME: &str = "index.json";

/// Where to look for MedNIST, and where the packs go.
#[derive(Clone, Debug)]
pub struct DataOptions {
    /// A folder or `.tar.gz` that somebody named; nothing else is looked at then.
    pub mednist: Option<PathBuf>,
    /// The checkout. Packs go to `www/packs` in it.
    pub root: PathBuf,
    /// A folder with data for several checkouts.
    pub shared: PathBuf,
    /// The user's folder for downloads.
    pub cache: Option<PathBuf>,
    /// Where the archive can be downloaded; `None` stays off the network.
    pub url: Option<String>,
    /// MD5 of that archive in lower-case hex.
    pub md5: String,
}

impl DataOptions {
    /// The places that count for a checkout, `PLAYGROUND_MEDNIST` among them.
    pub fn new(root: PathBuf) -> Self {
        let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let folder = |name| variable(name).map(PathBuf::from);
        let cache = folder("XDG_CACHE_HOME")
            .or_else(|| folder("LOCALAPPDATA"))
            .or_else(|| folder("HOME").map(|home| home.join(".cache")));
        Self {
            mednist: folder("PLAYGROUND_MEDNIST"),
            shared: root.join("../shared/data"),
            root,
            cache: cache.map(|cache| cache.join("imaging-playground")),
            url: Some(sources::ARCHIVE_URL.to_owned()),
            md5: sources::ARCHIVE_MD5.to_owned(),
        }
    }
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataReport {
    /// The pack, if there is one.
    pub pack: Option<PackInfo>,
    /// What happened, for people.
    pub sentence: String,
}

impl fmt::Display for DataReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

/// Why there is no pack although there should be one.
#[derive(Debug, Error)]
pub enum DataError {
    /// The named source does not exist.
    #[error("there is nothing at {}; name the MedNIST folder or its .tar.gz.", .0.display())]
    NotThere(PathBuf),
    /// A folder without MedNIST in it.
    #[error("{} holds none of the folders {}; name the MedNIST folder or its .tar.gz.", .0.display(), CLASSES.join(", "))]
    NoClasses(PathBuf),
    /// A file that is no whole `.tar.gz`.
    #[error("{} is no complete .tar.gz ({error}); fetch it again.", path.display())]
    Archive {
        /// The file.
        path: PathBuf,
        /// What its reader says.
        error: io::Error,
    },
    /// A class with fewer images than are needed.
    #[error("{} has {found} images of {class}, and {NEEDED} are needed; use the whole of MedNIST or of its subset.", path.display())]
    TooFew {
        /// The source.
        path: PathBuf,
        /// The class.
        class: &'static str,
        /// Images found.
        found: usize,
    },
    /// An image that cannot be packed.
    #[error("the images in {} cannot be packed: {error}", path.display())]
    Pack {
        /// The source.
        path: PathBuf,
        /// Why.
        error: PackError,
    },
    /// The file system.
    #[error("could not {doing} {}: {error}.", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// With what.
        path: PathBuf,
        /// The system's words.
        error: io::Error,
    },
}

impl DataError {
    /// A failure of the file system at that path.
    pub fn io(doing: &'static str, path: &Path, error: io::Error) -> Self {
        Self::Io { doing, path: path.to_owned(), error }
    }
}

/// Finds MedNIST, picks images, writes `www/packs/mednist.zip` and `www/packs/index.json`; quick
/// where they are up to date. Where no source can be had the index names no pack, and the report
/// says so. Fails on a source that is there but cannot be used.
pub fn run(options: DataOptions) -> Result<DataReport, DataError> {
    let packs = options.root.join("www/packs");
    let found = match sources::find_here(&options)? {
        Some(place) => Ok(place),
        None => {
            if let Some(info) = written_before(&packs) {
                return kept(
                    &packs,
                    info,
                    "There is no MedNIST here now; kept the pack made before",
                );
            }
            sources::download(&options)
        }
    };
    match found {
        Ok(place) => pack_from(&options, &packs, &place),
        Err(reason) => {
            let stale = packs.join(PACK_NAME);
            if stale.exists() {
                fs::remove_file(&stale).map_err(|e| DataError::io("remove", &stale, e))?;
            }
            save(&packs.join(INDEX_NAME), index_text(&Index::default()).as_bytes())?;
            Ok(DataReport {
                pack: None,
                sentence: format!(
                    "MedNIST was not found on this machine. {reason} The site is built with \
                     generated phantoms only; name a source with “cargo xtask data --mednist PATH”."
                ),
            })
        }
    }
}

fn pack_from(options: &DataOptions, packs: &Path, place: &Place) -> Result<DataReport, DataError> {
    let stamp = options.root.join("target/data.stamp");
    let identity = format!("{}\n{}\n", rule(), place.identity()?);
    let from = place.path().display();
    if fs::read_to_string(&stamp).is_ok_and(|text| text == identity)
        && let Some(info) = written_before(packs)
    {
        return kept(packs, info, &format!("The MedNIST pack from {from} is up to date"));
    }
    let bytes = pack_bytes(place)?;
    save(&packs.join(PACK_NAME), &bytes)?;
    let info = written_before(packs).ok_or_else(|| {
        let lost = io::Error::other("it is not what was written");
        DataError::io("read back", &packs.join(PACK_NAME), lost)
    })?;
    let report = kept(packs, info, &format!("Packed MedNIST from {from}"))?;
    save(&stamp, identity.as_bytes())?;
    Ok(report)
}

/// The index for a pack that is there, and the report.
fn kept(packs: &Path, info: PackInfo, what: &str) -> Result<DataReport, DataError> {
    let Manifest { train, test, .. } = info.manifest;
    let size = info.bytes as f64 / 1e6;
    let sentence = format!("{what}: {train} training and {test} test images, {size:.2} MB.");
    let index = Index { packs: vec![info.clone()] };
    save(&packs.join(INDEX_NAME), index_text(&index).as_bytes())?;
    Ok(DataReport { pack: Some(info), sentence })
}

/// The pack in that folder, if it can be read and was picked by the present rule.
fn written_before(packs: &Path) -> Option<PackInfo> {
    let bytes = fs::read(packs.join(PACK_NAME)).ok()?;
    let (size, sha256) = (bytes.len() as u64, sha256_hex(&bytes));
    let pack = Pack::open(bytes).ok()?;
    let manifest = pack.manifest().clone();
    let facts = manifest_of_mednist();
    let same = Manifest { sha256: String::new(), train: 0, test: 0, ..manifest.clone() } == facts;
    same.then(|| PackInfo { file: PACK_NAME.into(), bytes: size, sha256, manifest })
}

/// The pack of a source.
fn pack_bytes(place: &Place) -> Result<Vec<u8>, DataError> {
    let path = place.path().to_owned();
    let (mut train, mut test) = (Vec::new(), Vec::new());
    for (label, files) in place.catalogue()?.iter().enumerate() {
        let picks = pick(files.len()).ok_or_else(|| DataError::TooFew {
            path: path.clone(),
            class: CLASSES[label],
            found: files.len(),
        })?;
        let files: Vec<_> = files.iter().collect();
        for (index, split) in picks {
            let (name, content) = files[index];
            let picture =
                Picture { label: label as u8, name: name.clone(), bytes: content.read()? };
            match split {
                Split::Train => train.push(picture),
                Split::Test => test.push(picture),
            }
        }
    }
    write_pack(manifest_of_mednist(), train, test).map_err(|error| DataError::Pack { path, error })
}

/// Which of `count` sorted files go where, by the rule above; `None` where they are too few.
fn pick(count: usize) -> Option<Vec<(usize, Split)>> {
    let stride = (count / LOOKED_AT).max(1);
    let looked_at = count.min(LOOKED_AT);
    if looked_at < NEEDED {
        return None;
    }
    let blocks: Vec<_> = (0..BLOCKS)
        .map(|block| {
            let start = (2 * block + 1) * looked_at / (2 * BLOCKS) - BLOCK / 2;
            start..start + BLOCK
        })
        .collect();
    let near =
        |index: usize| blocks.iter().any(|b| (b.start - GUARD..b.end + GUARD).contains(&index));
    let rest: Vec<usize> = (0..looked_at).filter(|index| !near(*index)).collect();
    let train = (0..TRAIN).map(|i| (stride * rest[i * rest.len() / TRAIN], Split::Train));
    let test = blocks.iter().cloned().flatten().map(|index| (stride * index, Split::Test));
    Some(train.chain(test).collect())
}

/// The rule for people.
fn rule() -> String {
    format!(
        "Of each class {LOOKED_AT} files are looked at, evenly spaced in the order of their \
         numbers. {BLOCKS} blocks of {BLOCK} neighbouring ones are test images; the {GUARD} on \
         either side of each block are left out, so that neighbouring slices are never in both \
         halves; {TRAIN} of the others, evenly spread, are training images. Files are unchanged."
    )
}

/// What is known before any image is read; the writer fills in counts and hash.
fn manifest_of_mednist() -> Manifest {
    Manifest {
        format: data::FORMAT,
        name: "mednist".into(),
        title: "MedNIST (subset)".into(),
        description: "X-ray images and slices of CT and MRI, each 64×64 pixels, in six classes."
            .into(),
        classes: CLASSES.map(str::to_owned).to_vec(),
        train: 0,
        test: 0,
        rule: rule(),
        source: "MedNIST, compiled from collections of The Cancer Imaging Archive, the RSNA Bone \
                 Age Challenge and the NIH Chest X-ray data set"
            .into(),
        source_url: sources::ARCHIVE_URL.into(),
        licence: "CC BY-SA 4.0".into(),
        licence_url: "https://creativecommons.org/licenses/by-sa/4.0/".into(),
        attribution: "Made available by Dr. Bradley J. Erickson, Department of Radiology, Mayo \
                      Clinic"
            .into(),
        sha256: String::new(),
    }
}

fn index_text(index: &Index) -> String {
    serde_json::to_string_pretty(index).unwrap_or_default() + "\n"
}

/// Writes a file whole or not at all, and leaves one alone that is right already.
fn save(path: &Path, bytes: &[u8]) -> Result<(), DataError> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    let fail = |error| DataError::io("write", path, error);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(fail)?;
    }
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    fs::write(&part, bytes).map_err(fail)?;
    fs::rename(&part, path).map_err(fail)
}
