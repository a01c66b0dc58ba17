//! Check for files that are too long, and for crates with too large a part of the code.

use std::collections::BTreeMap;

use super::checkout::{Checkout, Finding};
use crate::shell::Failure;

/// Maximum lines of code in a file, without comments and tests. A longer file should be split.
const MAX_LINES: usize = 300;

/// Maximum percentage of the workspace's code in one crate. A larger crate should be split.
const MAX_CRATE_PERCENT: usize = 30;

/// Files that may be longer, each with the reason.
const EXCEPTIONS: &[(&str, &str)] = &[];

pub(super) fn check(checkout: &Checkout) -> Result<Vec<Finding>, Failure> {
    let lengths = checkout.sources.iter().map(|file| (file.path.as_str(), file.code_lines()));
    Ok(too_long(lengths, EXCEPTIONS))
}

fn too_long<'a>(
    lengths: impl Iterator<Item = (&'a str, usize)>,
    exceptions: &[(&str, &str)],
) -> Vec<Finding> {
    let lengths: BTreeMap<&str, usize> = lengths.collect();
    let is_exception = |path: &str| exceptions.iter().any(|(known, _)| *known == path);
    let long = lengths.iter().filter(|(path, lines)| **lines > MAX_LINES && !is_exception(path));
    let long = long.map(|(path, lines)| {
        Finding::new(*path, format!("{lines} lines of code; split it (at most {MAX_LINES})"))
    });
    let outdated = exceptions
        .iter()
        .filter(|(path, _)| lengths.get(path).is_none_or(|lines| *lines <= MAX_LINES));
    let outdated = outdated.map(|(path, _)| {
        Finding::new(*path, "is no longer too long; remove it from the exceptions")
    });
    long.chain(outdated).collect()
}

pub(super) fn check_crates(checkout: &Checkout) -> Result<Vec<Finding>, Failure> {
    let mut lines: BTreeMap<&str, usize> = BTreeMap::new();
    for file in checkout.sources.iter().filter(|file| file.path.contains("/src/")) {
        *lines.entry(file.package()).or_default() += file.code_lines();
    }
    Ok(too_large(&lines))
}

fn too_large(lines: &BTreeMap<&str, usize>) -> Vec<Finding> {
    let all: usize = lines.values().sum();
    let large = lines.iter().filter(|(_, lines)| **lines * 100 > all * MAX_CRATE_PERCENT);
    large
        .map(|(name, lines)| {
            let percent = lines * 100 / all.max(1);
            Finding::new(
                *name,
                format!(
                    "{lines} lines of code are {percent} % of the workspace's; split the crate \
                     (at most {MAX_CRATE_PERCENT} %)"
                ),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_files_are_named_unless_excepted_with_a_reason() {
        let lengths = [("a.rs", 300), ("b.rs", 301), ("c.rs", 400)];
        let exceptions = [("c.rs", "a table"), ("a.rs", "was long")];
        let found = too_long(lengths.into_iter(), &exceptions);
        let lines: Vec<String> = found.iter().map(Finding::to_string).collect();
        assert_eq!(
            lines,
            [
                "b.rs: 301 lines of code; split it (at most 300)",
                "a.rs: is no longer too long; remove it from the exceptions"
            ]
        );
    }

    #[test]
    fn a_crate_with_a_third_of_the_code_is_named() {
        let even = BTreeMap::from([("a", 30), ("b", 30), ("c", 40)]);
        let found = too_large(&even);
        assert_eq!(found.len(), 1);
        assert!(found[0].to_string().starts_with("c: 40 lines of code are 40 %"));
    }
}
