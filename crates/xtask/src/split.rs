//! Taking out of the page's module what it loads later: `app::later` says what that is.
//!
//! The linker leaves its relocations in the module, and so it can be seen which functions and data
//! only a later part needs. It calls the others through the page's table of functions, and shares
//! its memory.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use wasm_split_cli_support::{Options, transform};

use crate::shell::Failure;

/// What the page's module imports the loaders of later parts from.
pub const LOADER: &str = "./later.js";

/// A module that was split.
pub struct Split {
    /// What is loaded first.
    pub main: PathBuf,
    /// What is loaded later, by the names that the site knows it by.
    pub later: BTreeMap<String, PathBuf>,
    /// For each part of the page those that it needs of them, in the order in which they link.
    pub needs: BTreeMap<String, Vec<String>>,
}

/// Splits a module as the linker wrote it: wasm-bindgen goes over what is loaded first only.
pub fn split(wasm: &Path, folder: &Path) -> Result<Split, Failure> {
    let input = fs::read(wasm).map_err(|error| Failure::io("read", wasm, error))?;
    let main = folder.join("main.wasm");
    let mut options = Options::new(&input);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.link_name = LOADER;
    let split = transform(options)
        .map_err(|error| Failure::new(format!("{} cannot be split: {error:#}", wasm.display())))?;
    let later = split.split_modules.into_iter().map(|path| {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        (name_of(&stem), path)
    });
    let needs = split.prefetch_map.into_iter();
    Ok(Split {
        main,
        later: later.collect(),
        needs: needs.map(|(part, all)| (part, all.iter().map(|s| name_of(s)).collect())).collect(),
    })
}

/// Names of a site's own: what several parts share, the tool calls a chunk.
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
