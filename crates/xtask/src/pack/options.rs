//! Where data sets are looked for.

use std::path::PathBuf;

use super::source::Source;

/// Number of data sets that can be packed.
pub const RECIPE_COUNT: usize = 2;

/// Where to look for one data set, beside the places that are the same for all.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// A folder or archive that somebody named; nothing else is looked at then.
    pub named: Option<PathBuf>,
    /// Where the archive can be downloaded; `None` stays off the network.
    pub url: Option<String>,
    /// MD5 of that archive in lower-case hex.
    pub md5: String,
}

/// Where to look for data, and where the packs go.
#[derive(Clone, Debug)]
pub struct DataOptions {
    /// One for each recipe.
    pub origins: [Origin; RECIPE_COUNT],
    /// The checkout. Packs go to `www/packs` in it.
    pub root: PathBuf,
    /// A folder with data for several checkouts.
    pub shared: PathBuf,
    /// The user's folder for downloads.
    pub cache: Option<PathBuf>,
}

impl DataOptions {
    /// The places that count for a checkout, those in environment variables among them.
    pub fn new(root: PathBuf, sources: [&Source; RECIPE_COUNT]) -> Self {
        let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let folder = |name| variable(name).map(PathBuf::from);
        let cache = folder("XDG_CACHE_HOME")
            .or_else(|| folder("LOCALAPPDATA"))
            .or_else(|| folder("HOME").map(|home| home.join(".cache")));
        let origin = |source: &Source| Origin {
            named: folder(source.variable),
            url: Some(source.url.to_owned()),
            md5: source.md5.to_owned(),
        };
        Self {
            origins: sources.map(origin),
            shared: root.join("../shared/data"),
            root,
            cache: cache.map(|cache| cache.join("imaging-playground")),
        }
    }
}
