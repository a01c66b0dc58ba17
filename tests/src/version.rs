//! A later version of the built site, as if page and engine had changed.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// A custom section, which may be appended to any wasm module.
const SECTION: &[u8] = &[0, 5, 4, b'n', b'e', b'w', b'!'];

/// Copies a site with changes to the page and the engine, and therefore to their file names. The
/// `build` of the copy ends in “next”. Unchanged files keep their names, as in a real build.
pub fn another_version(site: &Path) -> TempDir {
    let folder = tempfile::tempdir().expect("the temporary folder takes files");
    let to = folder.path();
    copy(site, to);
    let page = read(&to.join("index.html"));
    let build = between(&page, "name=\"playground-build\" content=\"", "\"");
    replace(to, build, &format!("{build} next"));
    for (stem, extension) in [("app", "wasm"), ("engine", "wasm"), ("boot", "js")] {
        rename(to, stem, extension);
    }
    let bytes = between(&page, "data-bytes=\"", "\"");
    let longer = bytes.parse::<usize>().expect("a size") + SECTION.len();
    replace(to, &format!("data-bytes=\"{bytes}"), &format!("data-bytes=\"{longer}"));
    // The same replacement within a text of the service worker.
    replace(to, &format!("data-bytes=\\\"{bytes}"), &format!("data-bytes=\\\"{longer}"));
    let version = between(&page, "name=\"playground-version\" content=\"", "\"");
    replace(to, version, &hash(read(&to.join("index.html")).as_bytes()));
    folder
}

/// Renames a file according to the hash of its contents, and updates all references. Wasm files are
/// changed first.
fn rename(folder: &Path, stem: &str, extension: &str) {
    let start = format!("{stem}-");
    let files = fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
    let old = files.filter(|path| path.extension().is_some_and(|found| found == extension));
    let old = old.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()));
    let old = old.filter_map(|name| Some(name.strip_prefix(&start)?.to_owned()));
    let old = old.into_iter().next().expect("the site has that file");
    let path = |hash: &str| folder.join(format!("{stem}-{hash}.{extension}"));
    let mut bytes = fs::read(path(&old)).expect("a file");
    if extension == "wasm" {
        bytes.extend_from_slice(SECTION);
    }
    let new = hash(&bytes);
    fs::remove_file(path(&old)).expect("the copy is ours");
    fs::write(path(&new), bytes).expect("the copy is ours");
    replace(folder, &old, &new);
}

/// Replaces text in all files that refer to others.
fn replace(folder: &Path, old: &str, new: &str) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("boot-") || ["index.html", "service-worker.js"].contains(&&*name) {
            let text = read(&entry.path()).replace(old, new);
            fs::write(entry.path(), text).expect("the copy is ours");
        }
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        let compressed = from.extension().is_some_and(|end| end == "br" || end == "gz");
        if from.is_dir() {
            fs::create_dir_all(&to).expect("the temporary folder takes files");
            copy(&from, &to);
        } else if !compressed {
            fs::copy(&from, &to).expect("the temporary folder takes files");
        }
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("a text of the site")
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let rest = text.split_once(start).expect("the page names it").1;
    rest.split(end).next().unwrap_or_default()
}

/// Returns the hash used in file names, the first 16 digits of the SHA-256.
fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
