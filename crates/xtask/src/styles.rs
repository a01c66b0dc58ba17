//! Style sheets. Each is in the folder of its views, which determines its cascade layer and when it
//! is loaded.

use std::collections::BTreeMap;
use std::path::Path;

use crate::files::{list, read_text};
use crate::shell::Failure;

/// Cascade layers, from the weakest to the strongest.
const LAYERS: [&str; 3] = ["base", "ui", "features"];

/// Sheets of the layer `base`, in order. Only they may style elements without a class.
pub const BASE_SHEETS: [&str; 2] = ["crates/ui/src/tokens.css", "crates/ui/src/base.css"];

/// Folder of the layer `ui`, which contains the styles of widgets.
const UI_FOLDER: &str = "crates/ui/";

/// Lazily loaded parts of the page, by their names in `www/later.js`, with the path prefixes of the
/// sheets that are loaded with them.
const LAZY_PATHS: [(&str, &str); 14] = [
    ("classify", "crates/features/src/evaluation/"),
    ("classify", "crates/features/src/predict/"),
    ("classify", "crates/features/src/step/"),
    ("code", "crates/features/src/code/"),
    ("help", "crates/app/src/shell/help.css"),
    ("learned", "crates/interpret-views/"),
    ("own", "crates/features/src/own_data/"),
    ("segment", "crates/features/src/cases/"),
    ("segment", "crates/features/src/dice_bars.css"),
    ("segment", "crates/features/src/live_predictions/"),
    ("segment", "crates/features/src/own_slices/"),
    ("segment", "crates/features/src/unet_diagram/"),
    ("share", "crates/features/src/link_maker/"),
    ("studies", "crates/features/src/studies/"),
];

/// A style sheet.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// Path relative to the root, with slashes.
    pub path: String,
    /// Contents of the sheet.
    pub text: String,
}

impl Sheet {
    fn layer(&self) -> &'static str {
        match BASE_SHEETS.contains(&self.path.as_str()) {
            true => LAYERS[0],
            false if self.path.starts_with(UI_FOLDER) => LAYERS[1],
            false => LAYERS[2],
        }
    }

    /// Returns the lazy part of the page that the sheet is loaded with, if any.
    fn part(&self) -> Option<&'static str> {
        let found = LAZY_PATHS.iter().find(|(_, start)| self.path.starts_with(start));
        found.map(|(part, _)| *part)
    }
}

/// The combined style sheets, as loaded by the page.
#[derive(Debug, PartialEq)]
pub struct Bundles {
    /// Sheets loaded with the page.
    pub first: String,
    /// Sheets loaded with each lazy part, by the name of the part.
    pub lazy: BTreeMap<&'static str, String>,
}

/// Reads every style sheet in `crates/`, sorted by path.
pub fn read(root: &Path) -> Result<Vec<Sheet>, Failure> {
    let mut sheets = Vec::new();
    for package in list(&root.join("crates"))? {
        let sources = package.join("src");
        if sources.is_dir() {
            read_folder(root, &sources, &mut sheets)?;
        }
    }
    Ok(sheets)
}

fn read_folder(root: &Path, folder: &Path, into: &mut Vec<Sheet>) -> Result<(), Failure> {
    for path in list(folder)? {
        if path.is_dir() {
            read_folder(root, &path, into)?;
        } else if path.extension().is_some_and(|extension| extension == "css") {
            let text = read_text(&path)?;
            let path = path.strip_prefix(root).unwrap_or(&path);
            into.push(Sheet { path: path.to_string_lossy().replace('\\', "/"), text });
        }
    }
    Ok(())
}

/// Combines the sheets, each in its cascade layer.
pub fn bundle(mut sheets: Vec<Sheet>) -> Bundles {
    // Base sheets in their order, then all others sorted by path.
    sheets.sort_by_key(|sheet| BASE_SHEETS.iter().position(|path| *path == sheet.path));
    let mut first = format!("@layer {};\n", LAYERS.join(", "));
    let mut lazy = BTreeMap::from(LAZY_PATHS.map(|(part, _)| (part, String::new())));
    for sheet in &sheets {
        let bundle = match sheet.part() {
            Some(part) => lazy.entry(part).or_default(),
            None => &mut first,
        };
        let (layer, text) = (sheet.layer(), minified(&sheet.text));
        bundle.push_str(&format!("@layer {layer} {{\n{text}}}\n"));
    }
    Bundles { first, lazy }
}

/// Returns a style sheet without comments and indentation. Assumes that strings contain neither.
fn minified(css: &str) -> String {
    let mut parts = css.split("/*");
    let first = parts.next().unwrap_or_default();
    let rest = parts.map(|part| part.split_once("*/").map_or("", |(_, behind)| behind));
    let bare: String = std::iter::once(first).chain(rest).collect();
    let lines = bare.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(path: &str, text: &str) -> Sheet {
        Sheet { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn a_sheets_folder_decides_its_layer_and_when_it_loads() {
        let bundles = bundle(vec![
            sheet("crates/app/src/shell/help.css", ".help {}\n"),
            sheet("crates/app/src/shell/page.css", ".page {}\n"),
            sheet("crates/features/src/data/data.css", ".data {}\n"),
            sheet("crates/features/src/cases/case_table.css", ".case {}\n"),
            sheet("crates/features/src/code/code.css", ".code {}\n"),
            sheet("crates/features/src/link_maker/link_maker.css", ".link-maker {}\n"),
            sheet("crates/features/src/own_data/own_data.css", ".own-data {}\n"),
            sheet("crates/features/src/step/step.css", ".step {}\n"),
            sheet("crates/features/src/studies/study.css", ".study {}\n"),
            sheet("crates/interpret-views/src/layers/layers.css", ".layers {}\n"),
            sheet("crates/ui/src/base.css", "a {}\n"),
            sheet("crates/ui/src/button.css", ".button {}\n"),
            sheet("crates/ui/src/tokens.css", ":root {}\n"),
        ]);
        let first = "@layer base, ui, features;\n\
                     @layer features {\n.page {}\n}\n\
                     @layer features {\n.data {}\n}\n\
                     @layer ui {\n.button {}\n}\n\
                     @layer base {\n:root {}\n}\n\
                     @layer base {\na {}\n}\n";
        assert_eq!(bundles.first, first);
        let lazy = [
            ("classify", "@layer features {\n.step {}\n}\n".to_owned()),
            ("code", "@layer features {\n.code {}\n}\n".to_owned()),
            ("help", "@layer features {\n.help {}\n}\n".to_owned()),
            ("learned", "@layer features {\n.layers {}\n}\n".to_owned()),
            ("own", "@layer features {\n.own-data {}\n}\n".to_owned()),
            ("segment", "@layer features {\n.case {}\n}\n".to_owned()),
            ("share", "@layer features {\n.link-maker {}\n}\n".to_owned()),
            ("studies", "@layer features {\n.study {}\n}\n".to_owned()),
        ];
        assert_eq!(bundles.lazy, BTreeMap::from(lazy));
    }

    #[test]
    fn style_sheets_lose_what_only_people_read() {
        let css = "/* Why. */\n.a {\n    color: red; /* Or\n    blue. */\n}\n\n.b > .c {}\n";
        assert_eq!(minified(css), ".a {\ncolor: red;\n}\n.b > .c {}\n");
    }
}
