//! `cargo xtask tidy`: house rules that neither the compiler nor clippy checks.
//!
//! Each check reads files of the checkout and returns findings, which fail the gate at
//! [`Level::Failure`]. A long file is only named: whether it holds two ideas, people judge.

mod checkout;
mod file_length;
mod glossary;
mod import_cycles;
mod layers;
mod module_tree;
mod source;
mod styles;

use crate::shell::{Failure, root, say};
use checkout::{Checkout, Finding};

/// Effect of a finding on the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Warning,
    Failure,
}

type Check = fn(&Checkout) -> Result<Vec<Finding>, Failure>;

/// All checks: name, level and function.
const CHECKS: [(&str, Level, Check); 6] = [
    ("dependencies between crates", Level::Failure, layers::check),
    ("import cycles", Level::Failure, import_cycles::check),
    ("retired words", Level::Failure, glossary::check),
    ("file length", Level::Warning, file_length::check),
    ("crate size", Level::Failure, file_length::check_crates),
    ("style sheets", Level::Failure, styles::check),
];

/// Runs every check and prints its findings.
///
/// # Errors
///
/// Fails if a check of [`Level::Failure`] has findings.
pub fn run() -> Result<(), Failure> {
    let checkout = Checkout::read(&root())?;
    let mut failed = Vec::new();
    for (name, level, check) in CHECKS {
        let findings = check(&checkout)?;
        let label = match level {
            Level::Warning => "warning",
            Level::Failure => "error",
        };
        for finding in &findings {
            eprintln!("{label}: {name}: {finding}");
        }
        match (level, findings.len()) {
            (_, 0) => say(format_args!("{name}: tidy")),
            (Level::Warning, count) => say(format_args!("{name}: {count} to look at")),
            (Level::Failure, count) => failed.push(format!("{name} ({count})")),
        }
    }
    match failed.is_empty() {
        true => Ok(()),
        false => Err(Failure::new(format!(
            "not tidy: {}. Each line above names a place and what to do; the rules are in \
             CONTRIBUTING.md.",
            failed.join(", ")
        ))),
    }
}
