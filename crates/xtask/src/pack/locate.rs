//! Finding a data set on this machine, or downloading it.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::PoisonError;

use md5::{Digest, Md5};

use super::error::DataError;
use super::options::{DataOptions, Origin};
use super::place::Place;
use super::source::{Layout, Source};
use crate::shell::say;

/// Searches for a data set on this machine, in the order documented in README. A path specified by
/// the user must be valid; other locations may be empty.
pub fn find_here(
    options: &DataOptions,
    source: &'static Source,
    origin: &Origin,
) -> Result<Option<Place>, DataError> {
    if let Some(path) = &origin.named {
        return Place::at(path, source).map(Some);
    }
    let own = options.root.join("data");
    let mut candidates = Vec::new();
    for layout in source.layouts.iter().filter(|layout| !layout.parts.is_empty()) {
        candidates.push(own.join(layout.folder));
    }
    for folder in [&own, &options.shared] {
        candidates.extend(source.layouts.iter().flat_map(|layout| archives_in(folder, layout)));
    }
    candidates.extend(options.cache.as_deref().map(|cache| downloaded(cache, source)));
    candidates.iter().find(|path| path.exists()).map(|path| Place::at(path, source)).transpose()
}

/// Returns the archives of a layout in a folder, sorted by name.
fn archives_in(folder: &Path, layout: &Layout) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut archives: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            name.starts_with(layout.folder) && name.ends_with(layout.archive)
        })
        .collect();
    archives.sort();
    archives
}

fn downloaded(cache: &Path, source: &Source) -> PathBuf {
    cache.join(source.download.layout.archive_name())
}

/// Downloads the published archive into the user's cache and verifies it. Packs that are made from
/// the same archive download it once, also if that fails.
///
/// # Errors
///
/// Returns a sentence for the user, since a machine without network is not an error of this
/// program.
pub fn download(
    options: &DataOptions,
    source: &'static Source,
    origin: &Origin,
) -> Result<Place, String> {
    let (Some(url), Some(cache)) = (&origin.url, &options.cache) else {
        return Err("There is no folder to download it to.".into());
    };
    let mut failed = source.download.failed.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, reason)) = failed.as_ref().filter(|(failed, _)| failed == url) {
        return Err(reason.clone());
    }
    let target = downloaded(cache, source);
    if !target.exists() {
        say(format_args!(
            "fetching {}, about {} MB, from {url} (usually under a minute)",
            source.title, source.download.megabytes
        ));
        if let Err(reason) = fetch(url, &origin.md5, &target) {
            *failed = Some((url.clone(), reason.clone()));
            return Err(reason);
        }
    }
    Place::at(&target, source).map_err(|error| error.to_string())
}

/// Downloads a file and verifies it.
fn fetch(url: &str, md5: &str, target: &Path) -> Result<(), String> {
    let part = target.with_extension("part");
    let told = |doing: &str, error: io::Error| format!("Could not {doing}: {error}.");
    let folder = target.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder).map_err(|e| told("make the download folder", e))?;
    let mut curl = Command::new("curl");
    // A URL may redirect once, so twice the connection timeout has to be less than ten seconds.
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
            if found == md5 {
                fs::rename(&part, target).map_err(|e| told("keep the download", e))
            } else {
                Err(format!("The download is damaged: its MD5 is {found}, not {md5}."))
            }
        })
    } else {
        let words = String::from_utf8_lossy(&output.stderr);
        let last = words.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("no reason given");
        Err(format!("The download from {url} did not work ({}).", last.trim()))
    };
    // Remnants of a failed download are useless.
    let _ = fs::remove_file(&part);
    result
}

fn md5_of(path: &Path) -> io::Result<String> {
    let mut hash = Md5::new();
    io::copy(&mut File::open(path)?, &mut hash)?;
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
