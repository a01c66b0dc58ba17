//! Style sheets: a selector is defined in one place.

mod sheet;

use std::collections::BTreeMap;

use super::checkout::{Checkout, Finding};
use crate::files::list;
use crate::shell::Failure;
use sheet::Rule;

/// A style sheet: its path from the root, and its text.
type Sheet = (String, String);

pub(super) fn check(checkout: &Checkout) -> Result<Vec<Finding>, Failure> {
    Ok(repeated_selectors(&read_sheets(checkout)?))
}

fn read_sheets(checkout: &Checkout) -> Result<Vec<Sheet>, Failure> {
    let mut paths = list(&checkout.root.join("www"))?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "css"));
    let sheets = paths.iter().map(|path| {
        let path = path.strip_prefix(&checkout.root).unwrap_or(path);
        let path = path.to_string_lossy().replace('\\', "/");
        let text = checkout.text(&path)?;
        Ok((path, text))
    });
    sheets.collect()
}

/// Finds selectors with more than one rule. Within one sheet, a rule may share declarations with
/// others (`a, b {}`) beside its own (`a {}`).
fn repeated_selectors(sheets: &[Sheet]) -> Vec<Finding> {
    let mut places: BTreeMap<(String, String), Vec<Place>> = BTreeMap::new();
    for (file, text) in sheets {
        for Rule { context, selectors, line } in sheet::rules(text) {
            let shared = selectors.len() > 1;
            for selector in selectors {
                let place = Place { file, line, shared };
                places.entry((context.clone(), selector)).or_default().push(place);
            }
        }
    }
    let repeated = places.iter().filter(|(_, places)| {
        places.iter().any(|place| place.file != places[0].file)
            || places.iter().filter(|place| !place.shared).count() > 1
    });
    let findings = repeated.map(|((context, selector), places)| {
        let others: Vec<_> = places[1..].iter().map(Place::text).collect();
        let around = if context.is_empty() { String::new() } else { format!(" in {context}") };
        let message = format!(
            "{selector}{around} is defined again in {}; merge the rules, or rename one",
            others.join(", ")
        );
        Finding::new(places[0].text(), message)
    });
    findings.collect()
}

/// A rule's place.
struct Place<'a> {
    file: &'a str,
    line: usize,
    /// Whether other selectors share the rule.
    shared: bool,
}

impl Place<'_> {
    fn text(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(sheets: &[(&str, &str)]) -> Vec<String> {
        let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        let sheets: Vec<_> = sheets.iter().map(owned).collect();
        repeated_selectors(&sheets).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_selector_in_two_sheets_is_named_with_both_places() {
        let found = findings(&[
            ("a.css", ".rows {\n  gap: 0;\n}\n\n.row {}\n"),
            ("b.css", "/* .row {} */\n.other,\n.row {}\n"),
        ]);
        let expected = "a.css:5: .row is defined again in b.css:2; merge the rules, or rename one";
        assert_eq!(found, [expected]);
    }

    #[test]
    fn a_selector_twice_in_a_sheet_is_named_unless_one_rule_is_shared() {
        assert_eq!(findings(&[("a.css", ".a, .b {}\n.a {}\n.b {}\n")]), [""; 0]);
        let found = findings(&[("a.css", ".a {}\n.a {}\n")]);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("a.css:1: .a is defined again in a.css:2;"), "{found:?}");
    }

    #[test]
    fn a_selector_is_another_one_in_a_narrow_window() {
        let sheet = ".a {}\n@media (max-width: 9rem) {\n  .a {}\n  .a {}\n}\n";
        let found = findings(&[("a.css", sheet)]);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains(".a in @media (max-width: 9rem) is defined"), "{found:?}");
    }
}
