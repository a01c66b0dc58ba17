//! The type of a row.

use std::ops::RangeInclusive;

use crate::{Lab, RunConfig};

/// One parameter of a run.
pub struct Param {
    /// Key in links; on the command line with two dashes in front.
    pub key: &'static str,
    /// Label in panels, and the term under which the glossary explains it.
    pub label: &'static str,
    /// Unit of its values.
    pub unit: Unit,
    /// Sentences that explain it, for the glossary, README and the command line.
    pub help: &'static str,
    /// Configurations that have it.
    pub applies: Condition,
    /// Type, range and access.
    pub kind: Kind,
    /// Description in the difference between two runs.
    pub(crate) diff: Diff,
}

/// Unit of a parameter's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A pure number, or no number at all.
    None,
    /// Percent.
    Percent,
    /// Degrees to either side.
    Degrees,
    /// Channels.
    Channels,
}

impl Unit {
    /// Returns the text behind a number, with the space that belongs there.
    pub fn suffix(self) -> &'static str {
        match self {
            Unit::None => "",
            Unit::Percent => " %",
            Unit::Degrees => "°",
            Unit::Channels => " channels",
        }
    }

    /// Returns the words behind a label for screen readers, with the space that belongs there.
    pub fn spoken(self) -> &'static str {
        match self {
            Unit::None => "",
            Unit::Percent => " in percent",
            Unit::Degrees => " in degrees",
            Unit::Channels => " in channels",
        }
    }

    /// Formats a value with its unit.
    pub fn format(self, value: usize) -> String {
        let sign = if self == Unit::Degrees { "± " } else { "" };
        format!("{sign}{value}{}", self.suffix())
    }
}

/// The configurations that have a parameter.
#[derive(Clone, Copy)]
pub struct Condition {
    /// Link parameters that it needs; empty where all have it.
    pub text: &'static str,
    /// Returns true for a configuration that has the parameter.
    pub holds: fn(&RunConfig) -> bool,
}

/// Type, range and access of a parameter. The access functions are for configurations that have it: on
/// others `set` does nothing and `get` returns a value without meaning.
pub enum Kind {
    /// A whole number.
    Int {
        /// Allowed values.
        range: RangeInclusive<usize>,
        /// Subject of the sentence on a wrong value.
        subject: &'static str,
        /// Returns the value.
        get: fn(&RunConfig) -> usize,
        /// Sets the value.
        set: fn(&mut RunConfig, usize),
    },
    /// A decimal number.
    Float {
        /// Allowed values.
        range: RangeInclusive<f64>,
        /// True if the lower end itself is not allowed.
        above: bool,
        /// Subject of the sentence on a wrong value.
        subject: &'static str,
        /// Returns the value.
        get: fn(&RunConfig) -> f64,
        /// Sets the value.
        set: fn(&mut RunConfig, f64),
    },
    /// One of several words.
    Choice {
        /// The words.
        options: &'static [&'static str],
        /// Plural noun for the options.
        noun: &'static str,
        /// Returns the index of the chosen word.
        get: fn(&RunConfig) -> usize,
        /// Chooses the word of that index.
        set: fn(&mut RunConfig, usize),
    },
    /// On or off.
    Flag {
        /// Returns the value.
        get: fn(&RunConfig) -> bool,
        /// Sets the value.
        set: fn(&mut RunConfig, bool),
    },
    /// Text with a syntax of its own.
    Text {
        /// Allowed values, for README and the command line.
        values: &'static str,
        /// Returns the text; none for the default.
        get: fn(&RunConfig) -> Option<String>,
        /// Sets the value, or returns the rule that the text breaks.
        set: fn(&mut RunConfig, &str) -> Result<(), String>,
    },
    /// A word that links may hold, but that is never written.
    Fixed {
        /// The word.
        value: &'static str,
        /// Noun for it.
        noun: &'static str,
    },
}

/// Description of a parameter in the difference between two runs.
pub(crate) enum Diff {
    /// Label and value.
    Labeled(&'static str),
    /// A prefix and a phrase for a run, given the run it is compared with.
    Phrase(&'static str, fn(&RunConfig, &RunConfig) -> String),
    /// Part of another row's phrase.
    InOtherRow,
}

pub(super) const ALWAYS: Condition = Condition { text: "", holds: |_| true };

pub(super) const CLASSIFY: Condition =
    Condition { text: "`lab=classify`", holds: |config| config.lab() == Lab::Classify };

pub(super) const SEGMENT: Condition =
    Condition { text: "`lab=segment`", holds: |config| config.lab() == Lab::Segment };

/// Defines parameters as statics, and the list of them.
macro_rules! rows {
    ($($(#[$doc:meta])* $name:ident = $row:expr;)*) => {
        $($(#[$doc])* pub static $name: Param = $row;)*

        pub(in crate::params) static ROWS: &[&Param] = &[$(&$name),*];
    };
}
pub(super) use rows;
