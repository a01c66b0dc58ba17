//! Packing data sets for the site: one pack for each [`Recipe`], and a list of them.
//!
//! What is picked, and how, stands with each data set. The same source gives the same pack, byte
//! for byte.

mod error;
mod hippocampus;
mod mednist;
#[cfg(test)]
mod tests;

use std::fmt;
use std::fs;
use std::io;
use std::panic;
use std::path::{Path, PathBuf};
use std::thread;

use data::{Index, Manifest, PackInfo, sha256_hex};
pub use error::DataError;

use crate::sources::{self, Place, Source};

const INDEX_NAME: &str = "index.json";

/// How one pack is made.
pub struct Recipe {
    /// What it is made from.
    pub source: &'static Source,
    /// What is known before any file is read; the writer fills in counts, cases and hash.
    facts: fn() -> Manifest,
    /// The pack of a source.
    make: fn(&Place) -> Result<Vec<u8>, DataError>,
    /// The manifest of a pack that can be read.
    read: fn(Vec<u8>) -> Option<Manifest>,
}

/// All of them, in the order of the list.
pub static RECIPES: [&Recipe; 2] = [&mednist::RECIPE, &hippocampus::RECIPE];

/// Where to look for one data set, beside the places that are the same for all.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// A folder or archive that somebody named; nothing else is looked at then.
    pub named: Option<PathBuf>,
    /// Where the archive can be downloaded; `None` stays off the network.
    pub url: Option<String>,
    /// MD5 of that archive in lower-case hex.
    pub md5: String,
}

/// Where to look for data, and where the packs go.
#[derive(Clone, Debug)]
pub struct DataOptions {
    /// For each of [`RECIPES`].
    pub origins: [Origin; RECIPES.len()],
    /// The checkout. Packs go to `www/packs` in it.
    pub root: PathBuf,
    /// A folder with data for several checkouts.
    pub shared: PathBuf,
    /// The user's folder for downloads.
    pub cache: Option<PathBuf>,
}

impl DataOptions {
    /// The places that count for a checkout, those in environment variables among them.
    pub fn new(root: PathBuf) -> Self {
        let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let folder = |name| variable(name).map(PathBuf::from);
        let cache = folder("XDG_CACHE_HOME")
            .or_else(|| folder("LOCALAPPDATA"))
            .or_else(|| folder("HOME").map(|home| home.join(".cache")));
        let origin = |recipe: &Recipe| Origin {
            named: folder(recipe.source.variable),
            url: Some(recipe.source.url.to_owned()),
            md5: recipe.source.md5.to_owned(),
        };
        Self {
            origins: RECIPES.map(origin),
            shared: root.join("../shared/data"),
            root,
            cache: cache.map(|cache| cache.join("imaging-playground")),
        }
    }
}

/// What was done for one data set.
#[derive(Clone, Debug, PartialEq)]
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

/// Finds each data set, picks from it, and writes its pack to `www/packs` and all into the index
/// there; quick where they are up to date. A data set without a source is not in the index, and its
/// report says so. Fails on a source that is there but cannot be used.
pub fn run(options: &DataOptions) -> Result<Vec<DataReport>, DataError> {
    // Side by side, since each may wait for a network that does not answer.
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
    /// Name of the pack's file.
    fn file(&self) -> String {
        format!("{}.zip", (self.facts)().name)
    }

    fn run(&self, options: &DataOptions, origin: &Origin) -> Result<DataReport, DataError> {
        let packs = folder(options);
        let title = self.source.title;
        let found = match sources::find_here(options, self.source, origin)? {
            Some(place) => Ok(place),
            None => {
                if let Some(info) = self.written_before(&packs) {
                    let what = format!("There is no {title} here now; kept the pack made before");
                    return Ok(kept(info, &what));
                }
                sources::download(options, self.source, origin)
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
                     it, with generated phantoms in its place; name a source with \
                     “cargo xtask data {} PATH”.",
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
        let facts = (self.facts)();
        let stamp = options.root.join(format!("target/data-{}.stamp", facts.name));
        let identity = format!("{}\n{}\n", facts.rule, place.identity(self.source)?);
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

    /// The pack in that folder, if it can be read and was picked by the present rule.
    fn written_before(&self, packs: &Path) -> Option<PackInfo> {
        let file = self.file();
        let bytes = fs::read(packs.join(&file)).ok()?;
        let (size, sha256) = (bytes.len() as u64, sha256_hex(&bytes));
        let manifest = (self.read)(bytes)?;
        let same = Manifest {
            sha256: String::new(),
            train: 0,
            test: 0,
            cases: Vec::new(),
            ..manifest.clone()
        } == (self.facts)();
        same.then_some(PackInfo { file, bytes: size, sha256, manifest })
    }
}

/// The report on a pack that is there.
fn kept(info: PackInfo, what: &str) -> DataReport {
    let Manifest { train, test, .. } = info.manifest;
    let size = info.bytes as f64 / 1e6;
    let sentence = format!("{what}: {train} training and {test} test images, {size:.2} MB.");
    DataReport { pack: Some(info), sentence }
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
