//! Description of a data set as distributed by its publisher.

use std::sync::Mutex;

/// A data set, in one or several forms.
#[derive(Debug)]
pub struct Source {
    /// Name to display.
    pub title: &'static str,
    /// Flag of `cargo xtask data` that specifies a location.
    pub flag: &'static str,
    /// Environment variable that specifies a location.
    pub variable: &'static str,
    /// Forms in which the data set is accepted. In each place the first one that exists is used.
    pub layouts: &'static [&'static Layout],
    /// The published archive.
    pub download: &'static Download,
}

/// Names of the files of a data set, and of the archives that contain them.
#[derive(Debug, PartialEq, Eq)]
pub struct Layout {
    /// Top-level folder of the data set. Archives begin with the same name.
    pub folder: &'static str,
    /// Subfolders that contain files to be packed; none if there are only single files.
    pub parts: &'static [&'static str],
    /// Suffix of the names of these files.
    pub suffix: &'static str,
    /// Names of single files in the top-level folder.
    pub files: &'static [&'static str],
    /// Suffix of the names of its archives: `.tar`, `.tar.gz`, `.zip` or `.npz`.
    pub archive: &'static str,
}

/// An archive at a public address.
#[derive(Debug)]
pub struct Download {
    /// Contents of the archive.
    pub layout: &'static Layout,
    /// URL of the archive.
    pub url: &'static str,
    /// MD5 of the archive in lower-case hex, as published.
    pub md5: &'static str,
    /// Size of the archive in megabytes.
    pub megabytes: u32,
    /// URL and reason of the last download that failed. Locked during a download, since several packs
    /// may be made from one archive.
    pub failed: Mutex<Option<(String, String)>>,
}

impl Source {
    /// Returns the names of all folders and archives, for error messages.
    pub fn names(&self) -> String {
        let names: Vec<_> = self.layouts.iter().map(|layout| layout.names()).collect();
        names.join(", or ")
    }

    /// Returns the names of the parts of all layouts, for error messages.
    pub fn parts(&self) -> String {
        let parts = self.layouts.iter().flat_map(|layout| layout.parts);
        parts.copied().collect::<Vec<_>>().join(", ")
    }
}

impl Layout {
    /// Returns whether the archives are zip files. A `.npz` file is one, too.
    pub fn is_zip(&self) -> bool {
        matches!(self.archive, ".zip" | ".npz")
    }

    /// Returns the file name of an archive with the usual name.
    pub fn archive_name(&self) -> String {
        format!("{}{}", self.folder, self.archive)
    }

    fn names(&self) -> String {
        match self.parts.is_empty() {
            true => format!("the file {}", self.archive_name()),
            false => format!("the folder {} or its {}", self.folder, self.archive),
        }
    }
}
