//! Splitting off the parts of the page's module that are loaded lazily; `app` marks their entries.
//!
//! The linker leaves its relocations in the module, and so it can be seen which functions and data
//! only a lazy part needs. It calls the others through the page's table of functions, and shares
//! its memory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use wasm_split_cli_support::{Options, transform};

use crate::files::read;
use crate::shell::Failure;

/// Module from which the page's module imports the loaders of lazy parts.
pub const LOADER: &str = "./later.js";

/// A module that was split.
#[derive(Default)]
pub struct LazyParts {
    /// The part that is loaded first.
    pub main: PathBuf,
    /// The lazy parts, by the names that the site knows them by.
    pub parts: BTreeMap<String, PathBuf>,
    /// For each entry into lazy code the parts that it needs, in the order in which they link.
    pub needed: BTreeMap<String, Vec<String>>,
}

/// Splits a module as the linker wrote it: wasm-bindgen goes over the main part only.
pub fn split(wasm: &Path, folder: &Path) -> Result<LazyParts, Failure> {
    let input = read(wasm)?;
    let main = folder.join("main.wasm");
    let mut options = Options::new(&input);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.link_name = LOADER;
    let split = transform(options)
        .map_err(|error| Failure::new(format!("{} cannot be split: {error:#}", wasm.display())))?;
    let parts = split.split_modules.into_iter().map(|path| {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        (name_of(&stem), path)
    });
    let needed = split.prefetch_map.into_iter().map(|(entry, parts)| {
        let names = parts.iter().map(|stem| name_of(stem)).collect();
        (entry, names)
    });
    Ok(LazyParts { main, parts: parts.collect(), needed: needed.collect() })
}

/// File name of a part. A chunk is what several parts share.
fn name_of(stem: &str) -> String {
    let name = stem.strip_prefix("split_").map(str::to_owned);
    let name = name.unwrap_or_else(|| stem.replace("chunk_", "shared-"));
    format!("later-{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_by_what_they_are_for() {
        assert_eq!(name_of("split_learned"), "later-learned");
        assert_eq!(name_of("chunk_3"), "later-shared-3");
    }
}
