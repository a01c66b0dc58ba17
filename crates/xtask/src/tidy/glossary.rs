//! Check for words that `docs/glossary.md` has replaced.
//!
//! A row of the glossary's table is `| old word | term | where | check |`. If the last column is
//! `identifier`, no identifier in any crate may be the old word. If it also names crates, the rule
//! applies to those crates only.

use std::collections::BTreeMap;

use super::checkout::{Checkout, Finding};
use super::source::SourceFile;
use crate::shell::Failure;

const PATH: &str = "docs/glossary.md";

pub(super) fn check(checkout: &Checkout) -> Result<Vec<Finding>, Failure> {
    let words = retired(&checkout.text(PATH)?);
    if words.is_empty() {
        return Ok(vec![Finding::new(PATH, "has no row with a check; is its table whole?")]);
    }
    Ok(checkout.sources.iter().flat_map(|file| uses(file, &words)).collect())
}

/// A word that must not be used as an identifier.
#[derive(Debug, PartialEq, Eq)]
struct Retired {
    old: String,
    term: String,
    /// Crates to which the rule applies; empty for all crates.
    crates: Vec<String>,
}

fn retired(glossary: &str) -> Vec<Retired> {
    let mut words = Vec::new();
    for line in glossary.lines().filter(|line| line.starts_with('|')) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [old, term, _, check] = cells[..] else { continue };
        let Some(scope) = check.strip_prefix("identifier") else { continue };
        let crates = scope.trim().trim_start_matches("in ").split(',').map(str::trim);
        words.push(Retired {
            old: old.trim_matches('`').to_owned(),
            term: term.replace('`', ""),
            crates: crates.filter(|name| !name.is_empty()).map(str::to_owned).collect(),
        });
    }
    words
}

/// Returns one finding for each retired word in a file, at the first line where it occurs.
fn uses(file: &SourceFile, words: &[Retired]) -> Vec<Finding> {
    let mut first_lines: BTreeMap<&str, (usize, &Retired)> = BTreeMap::new();
    for (name, line) in file.identifiers() {
        let is_retired = |word: &&Retired| {
            let in_scope =
                word.crates.is_empty() || word.crates.iter().any(|c| c == file.package());
            word.old == name && in_scope
        };
        if let Some(word) = words.iter().find(is_retired) {
            first_lines.entry(name).or_insert((line, word));
        }
    }
    let findings = first_lines.into_values().map(|(line, Retired { old, term, .. })| {
        let place = format!("{}:{line}", file.path);
        Finding::new(place, format!("`{old}` is retired; say {term} ({PATH})"))
    });
    findings.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
| old word | term | where | check |
|---|---|---|---|
| `Told` | `Answer` | protocol | identifier |
| `Look` | `DisplaySettings` | ui | identifier in ui, features |
| the ladder | layer probes | page |  |
";

    #[test]
    fn only_rows_with_a_check_count() {
        let words = retired(TABLE);
        assert_eq!(words.len(), 2);
        assert_eq!((words[0].old.as_str(), words[0].term.as_str()), ("Told", "Answer"));
        assert_eq!(words[1].crates, ["ui", "features"]);
    }

    #[test]
    fn a_retired_identifier_is_named_where_it_is_checked() {
        let words = retired(TABLE);
        let lines = |path: &str| -> Vec<String> {
            let text = "// Told in a comment.\nfn f(told: Told) -> Look {\n}\n";
            let file = SourceFile::parse(path, text).unwrap();
            uses(&file, &words).iter().map(Finding::to_string).collect()
        };
        assert_eq!(
            lines("crates/engine/src/a.rs"),
            ["crates/engine/src/a.rs:2: `Told` is retired; say Answer (docs/glossary.md)"]
        );
        assert_eq!(lines("crates/ui/src/a.rs").len(), 2);
    }
}
