//! File system operations with error messages that contain the path.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::shell::Failure;

/// Reads a file.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| Failure::io("read", path, error))
}

/// Reads a text file.
pub fn read_text(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::io("read", path, error))
}

/// Writes a file. Creates missing parent folders.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, bytes))
        .map_err(|error| Failure::io("write", path, error))
}

/// Returns the entries of a folder, sorted by name.
pub fn list(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(folder).map_err(|error| Failure::io("read", folder, error))?;
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

/// Removes a folder, if it exists.
pub fn clear(folder: &Path) -> Result<(), Failure> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(Failure::io("clear", folder, error))
        }
        _ => Ok(()),
    }
}

/// Copies a file, or a folder with all its contents.
pub fn copy_tree(from: &Path, to: &Path) -> Result<(), Failure> {
    if from.is_dir() {
        fs::create_dir_all(to).map_err(|error| Failure::io("create", to, error))?;
        for path in list(from)? {
            copy_tree(&path, &to.join(path.file_name().unwrap_or_default()))?;
        }
        Ok(())
    } else {
        fs::copy(from, to).map(drop).map_err(|error| Failure::io("copy", from, error))
    }
}

/// Returns the first 16 hexadecimal digits of the SHA-256 of some bytes, which suffice to
/// distinguish files.
pub fn content_hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
