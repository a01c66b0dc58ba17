//! Locations in which data sets are searched.

use std::path::PathBuf;

use super::source::Source;

/// Number of data sets that can be packed.
pub const RECIPE_COUNT: usize = 5;

/// Locations of one data set, in addition to those shared by all data sets.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// A folder or archive specified by the user, which is then the only location.
    pub named: Option<PathBuf>,
    /// URL for downloading the archive; `None` disables downloads.
    pub url: Option<String>,
    /// MD5 of that archive, in lower-case hex.
    pub md5: String,
}

/// Locations in which data is searched, and the location of the packs.
#[derive(Clone, Debug)]
pub struct DataOptions {
    /// Locations of each recipe's data set.
    pub origins: [Origin; RECIPE_COUNT],
    /// Root of the checkout. Packs are written to its `www/packs` folder.
    pub root: PathBuf,
    /// Folder with data shared by several checkouts.
    pub shared: PathBuf,
    /// The user's cache folder for downloads.
    pub cache: Option<PathBuf>,
}

impl DataOptions {
    /// Returns the locations for a checkout, including those from environment variables.
    pub fn new(root: PathBuf, sources: [&Source; RECIPE_COUNT]) -> Self {
        let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let folder = |name| variable(name).map(PathBuf::from);
        let cache = folder("XDG_CACHE_HOME")
            .or_else(|| folder("LOCALAPPDATA"))
            .or_else(|| folder("HOME").map(|home| home.join(".cache")));
        let origin = |source: &Source| Origin {
            named: folder(source.variable),
            url: Some(source.download.url.to_owned()),
            md5: source.download.md5.to_owned(),
        };
        Self {
            origins: sources.map(origin),
            shared: root.join("../shared/data"),
            root,
            cache: cache.map(|cache| cache.join("imaging-playground")),
        }
    }
}
