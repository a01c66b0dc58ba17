//! Description of a data set as distributed by its publisher.

/// A data set as distributed by its publisher.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// Name to display.
    pub title: &'static str,
    /// Top-level folder of the data set. Archives begin with the same name.
    pub folder: &'static str,
    /// Subfolders that contain files to be packed.
    pub parts: &'static [&'static str],
    /// Suffix of the names of these files.
    pub suffix: &'static str,
    /// Suffix of the names of its archives.
    pub archive: &'static str,
    /// Flag of `cargo xtask data` that specifies a location.
    pub flag: &'static str,
    /// Environment variable that specifies a location.
    pub variable: &'static str,
    /// URL of the full archive.
    pub url: &'static str,
    /// MD5 of that archive in lower-case hex, as published.
    pub md5: &'static str,
    /// Size of that archive in megabytes.
    pub megabytes: u32,
}
