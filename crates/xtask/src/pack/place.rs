//! Reading of a data set from a folder or an archive.
//!
//! An archive has the structure `<Folder>/<part>/<file>`, and `<Folder>/<file>` for single files. All
//! other files are ignored.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Component, Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::archives;
use super::error::DataError;
use super::source::{Layout, Source};

/// Maximum size of a file in a part, in bytes. In practice they have a few dozen kilobytes.
const MAX_PART_FILE_BYTES: u64 = 1 << 20;

/// Maximum size of a single file, in bytes. The largest one, an array of images, has 20 million.
const MAX_FILE_BYTES: u64 = 64 << 20;

/// Location of a data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The form of the data set there.
    pub layout: &'static Layout,
    path: PathBuf,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A folder with one subfolder per part.
    Folder,
    /// A `.tar` or `.tar.gz` archive of such a folder.
    Tar,
    /// A zip archive of such a folder.
    Zip,
}

impl Place {
    /// Opens a path specified by the user: the folder of the parts, its parent folder, or an
    /// archive.
    pub fn at(path: &Path, source: &'static Source) -> Result<Self, DataError> {
        if path.is_dir() {
            for layout in source.layouts {
                let has_parts =
                    |dir: &Path| layout.parts.iter().any(|part| dir.join(part).is_dir());
                for path in [path.to_owned(), path.join(layout.folder)] {
                    if has_parts(&path) {
                        return Ok(Self { layout, path, kind: Kind::Folder });
                    }
                }
            }
            return Err(DataError::NoParts { path: path.to_owned(), data: source });
        }
        if !path.is_file() {
            return Err(DataError::NotThere { path: path.to_owned(), data: source });
        }
        // Detected by content, since the name of a compressed archive may end in `.tar`.
        let is_zip = archives::is_zip(path).map_err(|e| DataError::io("read", path, e))?;
        let same = source.layouts.iter().find(|layout| layout.is_zip() == is_zip);
        let kind = if is_zip { Kind::Zip } else { Kind::Tar };
        Ok(Self { layout: same.unwrap_or(&source.layouts[0]), path: path.to_owned(), kind })
    }

    /// Returns the path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns a text that changes when the files do: path, sizes and modification times.
    pub fn identity(&self) -> Result<String, DataError> {
        let at = |path: &Path| -> io::Result<(u64, u128)> {
            let meta = fs::metadata(path)?;
            let time = meta.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
            Ok((meta.len(), time.as_nanos()))
        };
        let fail = |error| DataError::io("read", &self.path, error);
        let (mut files, mut bytes, mut newest) = (0_u64, 0, 0);
        let mut count = |path: &Path| -> Result<(), DataError> {
            let (size, time) = at(path).map_err(fail)?;
            (files, bytes, newest) = (files + 1, bytes + size, newest.max(time));
            Ok(())
        };
        match self.kind {
            Kind::Tar | Kind::Zip => count(&self.path)?,
            Kind::Folder => {
                for part in self.layout.parts {
                    for (_, file) in list(&self.path.join(part), self.layout)? {
                        count(&file)?;
                    }
                }
                for file in self.single_files() {
                    count(&file)?;
                }
            }
        }
        Ok(format!("{} {files} {bytes} {newest}", self.path.display()))
    }

    /// Returns every file to be packed, by part and name. For a folder only the names are read.
    pub fn catalog(&self) -> Result<Catalog, DataError> {
        let layout = self.layout;
        let mut catalog = Catalog {
            path: self.path.clone(),
            parts: vec![BTreeMap::new(); layout.parts.len()],
            files: BTreeMap::new(),
        };
        if self.kind == Kind::Folder {
            for (files, part) in catalog.parts.iter_mut().zip(layout.parts) {
                let found = list(&self.path.join(part), layout)?;
                files.extend(found.into_iter().map(|(name, path)| (name, Content::At(path))));
            }
            for path in self.single_files() {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                catalog.files.insert(name, Content::At(path));
            }
            return Ok(catalog);
        }
        let take = |path: &Path, contents: &mut dyn Read| catalog.take(layout, path, contents);
        let result = match self.kind {
            Kind::Zip => archives::read_zip(&self.path, take),
            _ => archives::read_tar(&self.path, take),
        };
        result.map_err(|error| DataError::Archive { path: self.path.clone(), error })?;
        Ok(catalog)
    }

    /// Returns the paths of the single files that exist in the folder.
    fn single_files(&self) -> impl Iterator<Item = PathBuf> {
        let files = self.layout.files.iter().map(|name| self.path.join(name));
        files.filter(|path| path.is_file())
    }
}

/// The files of a data set.
#[derive(Clone, Debug)]
pub struct Catalog {
    path: PathBuf,
    /// Map from file name to content, for each of [`Layout::parts`].
    pub parts: Vec<BTreeMap<String, Content>>,
    /// Those of [`Layout::files`] that exist.
    files: BTreeMap<String, Content>,
}

impl Catalog {
    /// Reads a single file.
    pub fn file(&self, name: &str) -> Result<Vec<u8>, DataError> {
        let missing = || DataError::NoFile { path: self.path.clone(), file: name.to_owned() };
        self.files.get(name).ok_or_else(missing)?.read()
    }

    /// Reads a file of a part.
    pub fn part_file(&self, part: usize, name: &str) -> Result<Vec<u8>, DataError> {
        let missing = || DataError::NoFile { path: self.path.clone(), file: name.to_owned() };
        self.parts[part].get(name).ok_or_else(missing)?.read()
    }

    /// Adds a file of an archive, if it belongs to the layout.
    fn take(&mut self, layout: &Layout, path: &Path, contents: &mut dyn Read) -> io::Result<()> {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return Ok(()) };
        let folder = path.parent().unwrap_or(Path::new(""));
        let mut bytes = Vec::new();
        let part = layout.parts.iter().position(|part| folder.ends_with(part));
        if let Some(part) = part.filter(|_| is_wanted(name, layout)) {
            contents.take(MAX_PART_FILE_BYTES).read_to_end(&mut bytes)?;
            self.parts[part].insert(name.to_owned(), Content::Bytes(bytes));
        } else if depth(folder) <= 1 && layout.files.contains(&name) {
            contents.take(MAX_FILE_BYTES).read_to_end(&mut bytes)?;
            self.files.insert(name.to_owned(), Content::Bytes(bytes));
        }
        Ok(())
    }
}

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
                let taken = BufReader::new(file).take(MAX_FILE_BYTES).read_to_end(&mut bytes);
                taken.map_err(|e| DataError::io("read", path, e))?;
                Ok(bytes)
            }
        }
    }
}

/// Returns the number of folders of a path, which may begin with `./`.
fn depth(folder: &Path) -> usize {
    folder.components().filter(|component| matches!(component, Component::Normal(_))).count()
}

fn is_wanted(name: &str, layout: &Layout) -> bool {
    // Files with a leading dot are added by operating systems.
    name.ends_with(layout.suffix) && !name.starts_with('.')
}

/// Returns the names and paths of the files in a part's folder, or nothing if there is no such
/// folder.
fn list(folder: &Path, layout: &Layout) -> Result<Vec<(String, PathBuf)>, DataError> {
    let fail = |error| DataError::io("read", folder, error);
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(fail)?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(fail)?;
        if let Some(name) = entry.file_name().to_str().filter(|name| is_wanted(name, layout)) {
            files.push((name.to_owned(), entry.path()));
        }
    }
    Ok(files)
}
