//! Splitting of the page's module into parts that are loaded lazily. The crate `app` marks their
//! entry points.
//!
//! The linker keeps relocations in the module, which show the functions and data that only a lazy
//! part needs. A lazy part calls all other functions through the function table of the page's
//! module, and shares its memory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use wasm_split_cli_support::{Options, transform};

use crate::files::read;
use crate::shell::Failure;

/// Module from which the page's module imports the loaders of lazy parts.
pub const LOADER: &str = "./later.js";

/// Result of splitting a module.
#[derive(Default)]
pub struct LazyParts {
    /// The part that is loaded first.
    pub main: PathBuf,
    /// The lazy parts, by their names in the site.
    pub parts: BTreeMap<String, PathBuf>,
    /// The parts needed by each entry point of lazy code, in the order in which they are linked.
    pub needed: BTreeMap<String, Vec<String>>,
}

/// Splits a module as written by the linker. wasm-bindgen then processes only the main part.
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

/// Returns the file name of a part. A chunk contains what several parts share.
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
