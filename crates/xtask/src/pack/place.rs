//! Reading of a data set from a folder or an archive.
//!
//! A full archive and its subset have the same structure, `<Folder>/<part>/<file>`, and a few other
//! files that are ignored.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use flate2::read::GzDecoder;

use super::error::DataError;
use super::source::Source;

/// Maximum size of a file to be packed, in bytes. In practice they have a few dozen kilobytes.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// Location of a data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A folder with one subfolder per part.
    Folder(PathBuf),
    /// A `.tar` or `.tar.gz` archive of such a folder.
    Archive(PathBuf),
}

impl Place {
    /// Opens a path specified by the user: the folder of the parts, its parent folder, or an
    /// archive.
    pub fn at(path: &Path, source: &'static Source) -> Result<Self, DataError> {
        if path.is_dir() {
            let has_parts = |dir: &Path| source.parts.iter().any(|part| dir.join(part).is_dir());
            let inner = path.join(source.folder);
            return match (has_parts(path), has_parts(&inner)) {
                (true, _) => Ok(Self::Folder(path.to_owned())),
                (false, true) => Ok(Self::Folder(inner)),
                _ => Err(DataError::NoParts { path: path.to_owned(), data: source }),
            };
        }
        match path.is_file() {
            true => Ok(Self::Archive(path.to_owned())),
            false => Err(DataError::NotThere { path: path.to_owned(), data: source }),
        }
    }

    /// Returns the path.
    pub fn path(&self) -> &Path {
        match self {
            Place::Folder(path) | Place::Archive(path) => path,
        }
    }

    /// Returns a text that changes when the files do: path, sizes and modification times.
    pub fn identity(&self, source: &Source) -> Result<String, DataError> {
        let path = self.path();
        let at = |path: &Path| -> io::Result<(u64, u128)> {
            let meta = fs::metadata(path)?;
            let time = meta.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
            Ok((meta.len(), time.as_nanos()))
        };
        let fail = |error| DataError::io("read", path, error);
        let (mut files, mut bytes, mut newest) = (0_u64, 0, 0);
        let mut count = |path: &Path| -> Result<(), DataError> {
            let (size, time) = at(path).map_err(fail)?;
            (files, bytes, newest) = (files + 1, bytes + size, newest.max(time));
            Ok(())
        };
        match self {
            Place::Archive(path) => count(path)?,
            Place::Folder(root) => {
                for part in source.parts {
                    for (_, file) in list(&root.join(part), source)? {
                        count(&file)?;
                    }
                }
            }
        }
        Ok(format!("{} {files} {bytes} {newest}", path.display()))
    }

    /// Returns every file to be packed, by part and name. For a folder only the names are read.
    pub fn catalog(&self, source: &Source) -> Result<Catalog, DataError> {
        let mut parts = vec![BTreeMap::new(); source.parts.len()];
        match self {
            Place::Folder(root) => {
                for (files, part) in parts.iter_mut().zip(source.parts) {
                    let found = list(&root.join(part), source)?;
                    files.extend(found.into_iter().map(|(name, path)| (name, Content::At(path))));
                }
            }
            Place::Archive(path) => read_archive(path, source, &mut parts)
                .map_err(|error| DataError::Archive { path: path.clone(), error })?,
        }
        Ok(parts)
    }
}

/// Map from file name to content, for each of [`Source::parts`].
pub type Catalog = Vec<BTreeMap<String, Content>>;

/// A file to be packed, either in memory or on disk.
#[derive(Clone, Debug)]
pub enum Content {
    /// Path of a file on disk.
    At(PathBuf),
    /// Contents in memory.
    Bytes(Vec<u8>),
}

impl Content {
    /// Reads the contents.
    pub fn read(&self) -> Result<Vec<u8>, DataError> {
        match self {
            Content::Bytes(bytes) => Ok(bytes.clone()),
            Content::At(path) => {
                let file = File::open(path).map_err(|e| DataError::io("open", path, e))?;
                let mut bytes = Vec::new();
                let taken = file.take(MAX_FILE_BYTES).read_to_end(&mut bytes);
                taken.map_err(|e| DataError::io("read", path, e))?;
                Ok(bytes)
            }
        }
    }
}

fn is_wanted(name: &str, source: &Source) -> bool {
    // Files with a leading dot are added by operating systems.
    name.ends_with(source.suffix) && !name.starts_with('.')
}

/// Returns the names and paths of the files in a part's folder, or nothing if there is no such
/// folder.
fn list(folder: &Path, source: &Source) -> Result<Vec<(String, PathBuf)>, DataError> {
    let fail = |error| DataError::io("read", folder, error);
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(fail)?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(fail)?;
        if let Some(name) = entry.file_name().to_str().filter(|name| is_wanted(name, source)) {
            files.push((name.to_owned(), entry.path()));
        }
    }
    Ok(files)
}

fn read_archive(path: &Path, source: &Source, parts: &mut Catalog) -> io::Result<()> {
    let mut file = BufReader::new(File::open(path)?);
    // Detected by content, since the name of a compressed archive may end in `.tar`.
    let tar: Box<dyn Read> = match file.fill_buf()? {
        [0x1f, 0x8b, ..] => Box::new(GzDecoder::new(file)),
        _ => Box::new(file),
    };
    for entry in tar::Archive::new(tar).entries()? {
        let entry = entry?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let path = entry.path()?.into_owned();
        let mut names = path.iter().rev().filter_map(|name| name.to_str());
        let (Some(name), Some(folder)) = (names.next(), names.next()) else { continue };
        let part = source.parts.iter().position(|part| *part == folder);
        if let Some(part) = part.filter(|_| is_wanted(name, source)) {
            let name = name.to_owned();
            let mut bytes = Vec::new();
            entry.take(MAX_FILE_BYTES).read_to_end(&mut bytes)?;
            parts[part].insert(name, Content::Bytes(bytes));
        }
    }
    Ok(())
}
