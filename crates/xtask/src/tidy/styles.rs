//! Checks of style sheets: each selector is defined in one place, belongs to its sheet and is used,
//! and each color has a name.

mod sheet;

use std::collections::{BTreeMap, BTreeSet};

use super::checkout::{Checkout, Finding};
use crate::files::{list, read_text};
use crate::shell::Failure;
use crate::styles::{BASE_SHEETS, Sheet, read};
use sheet::Rule;

pub(super) fn check(checkout: &Checkout) -> Result<Vec<Finding>, Failure> {
    let sheets = read(&checkout.root)?;
    let sources = read_users(checkout)?;
    let mut findings = repeated_selectors(&sheets);
    findings.extend(foreign_selectors(&sheets));
    findings.extend(unused_classes(&sheets, &sources));
    findings.extend(unnamed_colors(&sheets));
    Ok(findings)
}

/// Reads all files that may use a class: views, scripts and the template of the page.
fn read_users(checkout: &Checkout) -> Result<Vec<String>, Failure> {
    let is_view = |path: &&str| path.contains("/src/") && !path.starts_with("crates/xtask/");
    let sources = checkout.sources.iter().map(|file| file.path.as_str()).filter(is_view);
    let mut texts = sources.map(|path| checkout.text(path)).collect::<Result<Vec<_>, _>>()?;
    for folder in ["", "www"] {
        for path in list(&checkout.root.join(folder))? {
            if path.extension().is_some_and(|extension| extension == "js" || extension == "html") {
                texts.push(read_text(&path)?);
            }
        }
    }
    Ok(texts)
}

/// Finds selectors with more than one rule. Within one sheet, a selector may have its own rule
/// (`a {}`) and also share declarations with others (`a, b {}`).
fn repeated_selectors(sheets: &[Sheet]) -> Vec<Finding> {
    let mut places: BTreeMap<(String, String), Vec<Place>> = BTreeMap::new();
    for Sheet { path, text } in sheets {
        for Rule { context, selectors, line, .. } in sheet::rules(text) {
            let shared = selectors.len() > 1;
            for selector in selectors {
                let place = Place { path, line, shared };
                places.entry((context.clone(), selector)).or_default().push(place);
            }
        }
    }
    let repeated = places.iter().filter(|(_, places)| {
        places.iter().any(|place| place.path != places[0].path)
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

/// Finds selectors without a class that belongs to their sheet. Such a class begins with the first
/// word of the sheet's name, in singular or plural.
fn foreign_selectors(sheets: &[Sheet]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let own = sheets.iter().filter(|sheet| !BASE_SHEETS.contains(&sheet.path.as_str()));
    for Sheet { path, text } in own {
        let name = path.rsplit('/').next().unwrap_or_default();
        let word = name.split(['.', '-', '_']).next().unwrap_or_default();
        let is_own = |class: &&str| {
            let rest = class.strip_prefix(word).map(|rest| rest.strip_prefix('s').unwrap_or(rest));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        for Rule { selectors, line, .. } in sheet::rules(text) {
            for selector in selectors {
                if !sheet::names(&selector).iter().any(is_own) {
                    let message = format!(
                        "{selector} has no class that begins with “{word}”; prefix it, or move the \
                         rule to the sheet of its view"
                    );
                    findings.push(Finding::new(format!("{path}:{line}"), message));
                }
            }
        }
    }
    findings
}

/// Finds unused classes. A class is used if a source contains it as a word, or contains a prefix of
/// it that is completed at run time (`"chart-past-{index}"`).
fn unused_classes(sheets: &[Sheet], sources: &[String]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut seen = BTreeSet::new();
    for Sheet { path, text } in sheets {
        for Rule { selectors, line, .. } in sheet::rules(text) {
            let names = selectors.iter().flat_map(|selector| sheet::names(selector));
            for class in names.map(str::to_owned).collect::<BTreeSet<_>>() {
                if !sources.iter().any(|source| uses(source, &class)) && seen.insert(class.clone())
                {
                    let message = format!("no source uses {class}; remove its rules");
                    findings.push(Finding::new(format!("{path}:{line}"), message));
                }
            }
        }
    }
    findings
}

/// Finds colors that are used directly instead of through a custom property.
fn unnamed_colors(sheets: &[Sheet]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for Sheet { path, text } in sheets {
        for (declaration, line) in sheet::rules(text).into_iter().flat_map(|rule| rule.declarations)
        {
            let is_color = |(place, _): (usize, &str)| {
                declaration[place + 1..].starts_with(|sign: char| sign.is_ascii_hexdigit())
            };
            if !declaration.starts_with("--") && declaration.match_indices('#').any(is_color) {
                let message = format!(
                    "“{declaration}” names no color; use a custom property, or add one to tokens.css"
                );
                findings.push(Finding::new(format!("{path}:{line}"), message));
            }
        }
    }
    findings
}

fn uses(source: &str, class: &str) -> bool {
    let is_part = |sign: char| sign.is_alphanumeric() || sign == '-' || sign == '_';
    let is_word = |(start, found): (usize, &str)| {
        !source[..start].ends_with(is_part) && !source[start + found.len()..].starts_with(is_part)
    };
    let beginnings = class.match_indices('-').map(|(place, _)| &class[..=place]);
    source.match_indices(class).any(is_word)
        || beginnings.into_iter().any(|beginning| {
            let completed = |(start, found): (usize, &str)| {
                !source[..start].ends_with(is_part)
                    && source[start + found.len()..].starts_with('{')
            };
            source.match_indices(beginning).any(completed)
        })
}

/// Location of a rule.
struct Place<'a> {
    path: &'a str,
    line: usize,
    /// Whether the rule has several selectors.
    shared: bool,
}

impl Place<'_> {
    fn text(&self) -> String {
        format!("{}:{}", self.path, self.line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheets(sheets: &[(&str, &str)]) -> Vec<Sheet> {
        let sheet = |(path, text): &(&str, &str)| Sheet {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
        };
        sheets.iter().map(sheet).collect()
    }

    fn texts(findings: &[Finding]) -> Vec<String> {
        findings.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_selector_in_two_sheets_is_named_with_both_places() {
        let found = repeated_selectors(&sheets(&[
            ("a.css", ".rows {\n  gap: 0;\n}\n\n.row {}\n"),
            ("b.css", "/* .row {} */\n.other,\n.row {}\n"),
        ]));
        let expected = "a.css:5: .row is defined again in b.css:2; merge the rules, or rename one";
        assert_eq!(texts(&found), [expected]);
    }

    #[test]
    fn a_selector_twice_in_a_sheet_is_named_unless_one_rule_is_shared() {
        let shared = sheets(&[("a.css", ".a, .b {}\n.a {}\n.b {}\n")]);
        assert_eq!(repeated_selectors(&shared), []);
        let found = texts(&repeated_selectors(&sheets(&[("a.css", ".a {}\n.a {}\n")])));
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("a.css:1: .a is defined again in a.css:2;"), "{found:?}");
    }

    #[test]
    fn a_selector_is_another_one_in_a_narrow_window() {
        let sheet = ".a {}\n@media (max-width: 9rem) {\n  .a {}\n  .a {}\n}\n";
        let found = texts(&repeated_selectors(&sheets(&[("a.css", sheet)])));
        assert_eq!(found.len(), 1);
        assert!(found[0].contains(".a in @media (max-width: 9rem) is defined"), "{found:?}");
    }

    #[test]
    fn a_selector_has_a_class_of_its_sheet() {
        let good = [
            ("x/case-table.css", ".case {}\n.cases td, .case-name:hover > a {}\n"),
            (BASE_SHEETS[1], "h1 {}\n"),
            ("x/version.css", "#version p {}\n"),
        ];
        assert_eq!(foreign_selectors(&sheets(&good)), []);
        let bad = sheets(&[("x/case-table.css", ".case {}\n.cased, th {}\n")]);
        let found = texts(&foreign_selectors(&bad));
        assert_eq!(found.len(), 2);
        let expected = "x/case-table.css:2: .cased has no class that begins with “case”;";
        assert!(found[0].starts_with(expected), "{found:?}");
    }

    #[test]
    fn a_class_that_nothing_uses_is_named_once() {
        let sheets = sheets(&[("a.css", ".a-1 .b {}\n.c-2 {}\n.d {}\n.d:hover {}\n.e-f {}\n")]);
        let sources = ["class=\"b\" class:c-2=x format!(\"a-{n}\") d-e e-f-g".to_owned()];
        let found = texts(&unused_classes(&sheets, &sources));
        let expected = [
            "a.css:3: no source uses d; remove its rules",
            "a.css:5: no source uses e-f; remove its rules",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_color_has_a_name() {
        let sheet = ".a {\n  --a-b: #fff;\n  color: var(--a-b);\n}\n.c {\n  color: #000;\n}\n";
        let found = texts(&unnamed_colors(&sheets(&[("a.css", sheet)])));
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("a.css:6: “color: #000” names no color"), "{found:?}");
    }
}
