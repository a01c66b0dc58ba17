//! Description of a data set as its publishers lay it out.

/// A data set as its publishers lay it out.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// Its name for people.
    pub title: &'static str,
    /// The folder that everything lies in; archives begin with that name.
    pub folder: &'static str,
    /// Folders in it that hold files to be packed.
    pub parts: &'static [&'static str],
    /// How the names of these files end.
    pub suffix: &'static str,
    /// How the names of its archives end.
    pub archive: &'static str,
    /// The flag of `cargo xtask data` that names a place.
    pub flag: &'static str,
    /// The environment variable that names a place.
    pub variable: &'static str,
    /// Where the full archive can be downloaded.
    pub url: &'static str,
    /// MD5 of that archive in lower-case hex, as its publisher gives it.
    pub md5: &'static str,
    /// Its size in millions of bytes.
    pub megabytes: u32,
}
