//! Packing of data sets for the site: one pack for each [`Recipe`], and an index of all packs.
//!
//! The rules by which images are selected are documented in the module of each data set. The same
//! source always gives the same pack, byte for byte.

mod archives;
mod breast_ultrasound;
mod chest_xrays;
mod csv;
mod error;
mod hippocampus;
mod locate;
mod mednist;
mod npy;
mod options;
mod patients;
mod place;
mod prepared;
mod recipe;
mod resize;
mod source;
#[cfg(test)]
mod tests;

use std::fmt;
use std::fs;
use std::io;
use std::panic;
use std::path::{Path, PathBuf};
use std::thread;

use data::{Index, Manifest, PackInfo, sha256_hex};

use crate::shell::{Failure, root, say};
use error::DataError;
use options::{DataOptions, Origin, RECIPE_COUNT};
use place::Place;
use recipe::Recipe;

const INDEX_NAME: &str = "index.json";

/// All recipes, in the order of the index.
static RECIPES: [&Recipe; RECIPE_COUNT] = [
    &mednist::RECIPE,
    &hippocampus::RECIPE,
    &breast_ultrasound::RECIPE,
    &chest_xrays::RECIPE,
    &breast_ultrasound::MASKS_RECIPE,
];

/// Writes the data packs to `www/packs/`, or prints that a data set has no source. Paths in
/// `named`, in the order of [`RECIPES`], take precedence over all other locations.
pub fn write_packs(named: [Option<PathBuf>; RECIPE_COUNT]) -> Result<(), Failure> {
    let mut options = DataOptions::new(root(), RECIPES.map(|recipe| recipe.source));
    for (origin, path) in options.origins.iter_mut().zip(named) {
        origin.named = path.or(origin.named.take());
    }
    let reports = run(&options).map_err(|error| Failure::new(error.to_string()))?;
    reports.iter().for_each(say);
    Ok(())
}

/// Result for one data set.
#[derive(Clone, Debug, PartialEq)]
struct DataReport {
    /// The pack, if one was written or kept.
    pack: Option<PackInfo>,
    /// Message for the user.
    sentence: String,
}

impl fmt::Display for DataReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

/// Locates each data set, selects its images and writes its pack to `www/packs`, then writes the
/// index. Does nothing for packs that are up to date. A data set without a source is omitted from
/// the index, which its report states.
///
/// # Errors
///
/// Returns an error if a source exists but cannot be used.
fn run(options: &DataOptions) -> Result<Vec<DataReport>, DataError> {
    // In parallel, since each may have to wait for a network that does not respond.
    let reports = thread::scope(|scope| {
        let started: Vec<_> = RECIPES
            .iter()
            .zip(&options.origins)
            .map(|(recipe, origin)| scope.spawn(|| recipe.run(options, origin)))
            .collect();
        let ended = started.into_iter().map(thread::ScopedJoinHandle::join);
        ended
            .map(|report| report.unwrap_or_else(|payload| panic::resume_unwind(payload)))
            .collect::<Result<Vec<DataReport>, DataError>>()
    })?;
    let packs = reports.iter().filter_map(|report| report.pack.clone()).collect();
    let text = serde_json::to_string_pretty(&Index { packs }).unwrap_or_default() + "\n";
    save(&folder(options).join(INDEX_NAME), text.as_bytes())?;
    Ok(reports)
}

fn folder(options: &DataOptions) -> PathBuf {
    options.root.join("www/packs")
}

impl Recipe {
    /// Returns the file name of the pack.
    fn file(&self) -> String {
        format!("{}.zip", self.name)
    }

    fn run(&self, options: &DataOptions, origin: &Origin) -> Result<DataReport, DataError> {
        let packs = folder(options);
        let title = self.source.title;
        let found = match locate::find_here(options, self.source, origin)? {
            Some(place) => Ok(place),
            None => {
                if let Some(info) = self.written_before(&packs) {
                    let what = format!("There is no {title} here now; kept the pack made before");
                    return Ok(kept(info, &what));
                }
                locate::download(options, self.source, origin)
            }
        };
        match found {
            Ok(place) => self.pack_from(options, &packs, &place),
            Err(reason) => {
                let stale = packs.join(self.file());
                if stale.exists() {
                    fs::remove_file(&stale).map_err(|e| DataError::io("remove", &stale, e))?;
                }
                let sentence = format!(
                    "{title} was not found on this machine. {reason} The site is built without \
                     it; generated images take the place of what is missing. Name a source \
                     with “cargo xtask data {} PATH”.",
                    self.source.flag
                );
                Ok(DataReport { pack: None, sentence })
            }
        }
    }

    fn pack_from(
        &self,
        options: &DataOptions,
        packs: &Path,
        place: &Place,
    ) -> Result<DataReport, DataError> {
        let facts = (self.facts)(place.layout);
        let stamp = options.root.join(format!("target/data-{}.stamp", self.name));
        let identity = format!("{}\n{}\n", facts.rule, place.identity()?);
        let (title, from) = (self.source.title, place.path().display());
        if fs::read_to_string(&stamp).is_ok_and(|text| text == identity)
            && let Some(info) = self.written_before(packs)
        {
            return Ok(kept(info, &format!("The {title} pack from {from} is up to date")));
        }
        let pack = packs.join(self.file());
        save(&pack, &(self.make)(place)?)?;
        let info = self.written_before(packs).ok_or_else(|| {
            DataError::io("read back", &pack, io::Error::other("it is not what was written"))
        })?;
        save(&stamp, identity.as_bytes())?;
        Ok(kept(info, &format!("Packed {title} from {from}")))
    }

    /// Returns the pack in that folder, if it can be read and was made by the current rule for one
    /// of the layouts.
    fn written_before(&self, packs: &Path) -> Option<PackInfo> {
        let file = self.file();
        let bytes = fs::read(packs.join(&file)).ok()?;
        let (size, sha256) = (bytes.len() as u64, sha256_hex(&bytes));
        let manifest = (self.read)(bytes)?;
        let facts = Manifest {
            sha256: String::new(),
            train: 0,
            validation: 0,
            test: 0,
            cases: Vec::new(),
            ..manifest.clone()
        };
        let same = self.source.layouts.iter().any(|layout| facts == (self.facts)(layout));
        same.then_some(PackInfo { file, bytes: size, sha256, manifest })
    }
}

/// Returns the report for an existing pack.
fn kept(info: PackInfo, what: &str) -> DataReport {
    let Manifest { train, validation, test, .. } = info.manifest;
    let size = info.bytes as f64 / 1e6;
    let sentence = format!(
        "{what}: {train} training, {validation} validation and {test} test images, {size:.2} MB."
    );
    DataReport { pack: Some(info), sentence }
}

/// Writes a file atomically. Does nothing if the file already has this content.
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
