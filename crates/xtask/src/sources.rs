//! Finding MedNIST, and reading it where it is: as a folder or as a `.tar.gz`.
//!
//! The full archive and the subset have the same layout, `MedNIST/<Class>/<number>.jpeg`, and a few
//! files beside it that are passed over.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::UNIX_EPOCH;

use flate2::read::GzDecoder;
use md5::{Digest, Md5};

use crate::pack::{CLASSES, DataError, DataOptions};

/// The full archive: 58,954 images.
pub const ARCHIVE_URL: &str =
    "https://github.com/Project-MONAI/MONAI-extra-test-data/releases/download/0.8.1/MedNIST.tar.gz";

/// MD5 of that archive, as its publisher gives it.
pub const ARCHIVE_MD5: &str = "0bc7306e7427e00ad1c5526a6677552d";

/// No image of MedNIST has more than a few kilobytes.
const MAX_IMAGE_BYTES: u64 = 1 << 20;

/// Where MedNIST is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A folder with one folder a class.
    Folder(PathBuf),
    /// A `.tar.gz` of such a folder.
    Archive(PathBuf),
}

impl Place {
    /// A path that a person gave: the folder of the classes, its parent, or an archive.
    pub fn at(path: &Path) -> Result<Self, DataError> {
        if path.is_dir() {
            let has_classes = |dir: &Path| CLASSES.iter().any(|class| dir.join(class).is_dir());
            let inner = path.join("MedNIST");
            return match (has_classes(path), has_classes(&inner)) {
                (true, _) => Ok(Self::Folder(path.to_owned())),
                (false, true) => Ok(Self::Folder(inner)),
                _ => Err(DataError::NoClasses(path.to_owned())),
            };
        }
        match path.is_file() {
            true => Ok(Self::Archive(path.to_owned())),
            false => Err(DataError::NotThere(path.to_owned())),
        }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        match self {
            Place::Folder(path) | Place::Archive(path) => path,
        }
    }

    /// A text that changes when the source does: path, sizes and times of change.
    pub fn identity(&self) -> Result<String, DataError> {
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
                for class in CLASSES {
                    for (_, file) in list(&root.join(class))? {
                        count(&file)?;
                    }
                }
            }
        }
        Ok(format!("{} {files} {bytes} {newest}", path.display()))
    }

    /// Every image file by class and name. Of a folder only the names are read.
    pub fn catalogue(&self) -> Result<Catalogue, DataError> {
        let mut classes: Catalogue = CLASSES.map(|_| BTreeMap::new());
        match self {
            Place::Folder(root) => {
                for (files, class) in classes.iter_mut().zip(CLASSES) {
                    let found = list(&root.join(class))?;
                    files.extend(found.into_iter().map(|(name, path)| (name, Content::At(path))));
                }
            }
            Place::Archive(path) => read_archive(path, &mut classes)
                .map_err(|error| DataError::Archive { path: path.clone(), error })?,
        }
        Ok(classes)
    }
}

/// File name to content, for each of [`CLASSES`].
pub type Catalogue = [BTreeMap<String, Content>; CLASSES.len()];

/// An image file: already read, or still on the disk.
#[derive(Clone, Debug)]
pub enum Content {
    /// Its path.
    At(PathBuf),
    /// Its bytes.
    Bytes(Vec<u8>),
}

impl Content {
    /// The bytes.
    pub fn read(&self) -> Result<Vec<u8>, DataError> {
        match self {
            Content::Bytes(bytes) => Ok(bytes.clone()),
            Content::At(path) => {
                let file = File::open(path).map_err(|e| DataError::io("open", path, e))?;
                let mut bytes = Vec::new();
                let taken = file.take(MAX_IMAGE_BYTES).read_to_end(&mut bytes);
                taken.map_err(|e| DataError::io("read", path, e))?;
                Ok(bytes)
            }
        }
    }
}

fn is_image(name: &str) -> bool {
    // Names with a leading dot are what operating systems leave behind.
    name.ends_with(".jpeg") && !name.starts_with('.')
}

/// Names and paths of the images in a folder; none where there is no such folder.
fn list(folder: &Path) -> Result<Vec<(String, PathBuf)>, DataError> {
    let fail = |error| DataError::io("read", folder, error);
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(fail)?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(fail)?;
        if let Some(name) = entry.file_name().to_str().filter(|name| is_image(name)) {
            files.push((name.to_owned(), entry.path()));
        }
    }
    Ok(files)
}

fn read_archive(path: &Path, classes: &mut Catalogue) -> io::Result<()> {
    let mut archive = tar::Archive::new(GzDecoder::new(BufReader::new(File::open(path)?)));
    for entry in archive.entries()? {
        let entry = entry?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let path = entry.path()?.into_owned();
        let mut parts = path.iter().rev().filter_map(|part| part.to_str());
        let (Some(name), Some(folder)) = (parts.next(), parts.next()) else { continue };
        let class = CLASSES.iter().position(|class| *class == folder);
        if let Some(class) = class.filter(|_| is_image(name)) {
            let name = name.to_owned();
            let mut bytes = Vec::new();
            entry.take(MAX_IMAGE_BYTES).read_to_end(&mut bytes)?;
            classes[class].insert(name, Content::Bytes(bytes));
        }
    }
    Ok(())
}

/// Looks where MedNIST may lie on this machine, in the order that the README gives. A path that
/// somebody named must be right; the other places may be empty.
pub fn find_here(options: &DataOptions) -> Result<Option<Place>, DataError> {
    if let Some(path) = &options.mednist {
        return Place::at(path).map(Some);
    }
    let own = options.root.join("data");
    let mut candidates = vec![own.join("MedNIST")];
    let mut archives: Vec<PathBuf> = fs::read_dir(&own)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            name.starts_with("MedNIST") && name.ends_with(".tar.gz")
        })
        .collect();
    archives.sort();
    candidates.extend(archives);
    candidates.push(options.shared.join("MedNIST-subset.tar.gz"));
    candidates.extend(options.cache.as_deref().map(downloaded));
    candidates.iter().find(|path| path.exists()).map(|path| Place::at(path)).transpose()
}

fn downloaded(cache: &Path) -> PathBuf {
    cache.join("MedNIST.tar.gz")
}

/// Fetches the full archive into the user's cache and checks it. `Err` is a sentence for people: a
/// machine without network is no failure of ours.
pub fn download(options: &DataOptions) -> Result<Place, String> {
    let (Some(url), Some(cache)) = (&options.url, &options.cache) else {
        return Err("There is no folder to download it to.".into());
    };
    let target = downloaded(cache);
    let part = target.with_extension("part");
    let told = |doing: &str, error: io::Error| format!("Could not {doing}: {error}.");
    fs::create_dir_all(cache).map_err(|e| told("make the download folder", e))?;
    println!("==> Fetching MedNIST, about 80 MB, from {url}");
    let mut curl = Command::new("curl");
    // The address redirects once, so twice the connection time has to stay below ten seconds.
    curl.args(["--fail", "--location", "--connect-timeout", "4", "--retry", "0"])
        .args(["--speed-limit", "1000", "--speed-time", "9"])
        .args(["--silent", "--show-error", "--output"])
        .arg(&part)
        .arg(url)
        .stdin(Stdio::null())
        .stderr(Stdio::piped());
    let output = curl.output().map_err(|e| told("start curl, which downloads it", e))?;
    let result = if output.status.success() {
        md5_of(&part).map_err(|e| told("read the download", e)).and_then(|found| {
            if found == options.md5 {
                fs::rename(&part, &target).map_err(|e| told("keep the download", e))
            } else {
                Err(format!("The download is damaged: its MD5 is {found}, not {}.", options.md5))
            }
        })
    } else {
        let words = String::from_utf8_lossy(&output.stderr);
        let last = words.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("no reason given");
        Err(format!("The download from {url} did not work ({}).", last.trim()))
    };
    // What is left after a failure is of no use to anyone.
    let _ = fs::remove_file(&part);
    result.map(|()| Place::Archive(target))
}

fn md5_of(path: &Path) -> io::Result<String> {
    let mut hash = Md5::new();
    io::copy(&mut File::open(path)?, &mut hash)?;
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
