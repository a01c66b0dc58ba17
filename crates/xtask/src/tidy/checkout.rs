//! Input and output of the checks.

use std::fmt;
use std::path::{Path, PathBuf};

use super::source::SourceFile;
use crate::files::{list, read_text};
use crate::shell::Failure;

/// A violation of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    /// File or crate, relative to the root.
    pub place: String,
    /// Description of the violation and how to fix it.
    pub message: String,
}

impl Finding {
    /// Creates a finding at a place.
    pub fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: place.into(), message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// Files that the checks read.
pub(super) struct Checkout {
    /// Root of the checkout.
    pub root: PathBuf,
    /// All Rust files in `crates/` and `tests/`.
    pub sources: Vec<SourceFile>,
}

impl Checkout {
    /// Reads all sources.
    pub fn read(root: &Path) -> Result<Self, Failure> {
        let mut sources = Vec::new();
        for folder in ["crates", "tests"] {
            read_sources(root, &root.join(folder), &mut sources)?;
        }
        Ok(Self { root: root.to_owned(), sources })
    }

    /// Returns the text of a file, given its path relative to the root.
    pub fn text(&self, path: &str) -> Result<String, Failure> {
        read_text(&self.root.join(path))
    }
}

fn read_sources(root: &Path, folder: &Path, into: &mut Vec<SourceFile>) -> Result<(), Failure> {
    for path in list(folder)? {
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "target" && name != "node_modules") {
                read_sources(root, &path, into)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = read_text(&path)?;
            let name =
                path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            into.push(SourceFile::parse(&name, &text).map_err(Failure::new)?);
        }
    }
    Ok(())
}
