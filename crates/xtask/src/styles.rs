//! Style sheets of the site: those of the first paint as one file, those of lazy views as another.

use std::path::Path;

use crate::files::{list, read_text};
use crate::shell::Failure;

/// The style sheets that are loaded with the lazy views that they are for. They come after all
/// others, also where everything is there.
const LAZY: [&str; 3] = ["7-close-up.css", "8-ladder.css", "9-why.css"];

/// All style sheets in the order of their names: those of the first paint, and the lazy ones.
pub fn bundle(www: &Path) -> Result<(String, String), Failure> {
    let (mut first, mut lazy) = (String::new(), String::new());
    for path in list(www)?.into_iter().filter(|path| path.extension().is_some_and(|e| e == "css")) {
        let is_lazy = LAZY.iter().any(|name| path.ends_with(name));
        let bundle = if is_lazy { &mut lazy } else { &mut first };
        bundle.push_str(&minify_css(&read_text(&path)?));
    }
    Ok((first, lazy))
}

/// A style sheet without comments and indentation. Strings in ours hold neither.
fn minify_css(css: &str) -> String {
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

    #[test]
    fn comments_and_indentation_are_removed() {
        let css = "/* Why. */\n.a {\n    color: red; /* Or\n    blue. */\n}\n\n.b > .c {}\n";
        assert_eq!(minify_css(css), ".a {\ncolor: red;\n}\n.b > .c {}\n");
    }
}
