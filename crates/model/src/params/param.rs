//! The type of a row in the table of parameters.

use std::ops::RangeInclusive;

use crate::{Lab, RunConfig};

/// One parameter of a run.
pub struct Param {
    /// Key in links. The command-line option is this key with two leading dashes.
    pub key: &'static str,
    /// Label in panels, and the term under which the glossary explains the parameter.
    pub label: &'static str,
    /// Unit of the values.
    pub unit: Unit,
    /// Sentences that explain the parameter, for the glossary, README and the command line.
    pub help: &'static str,
    /// Condition on configurations that have the parameter.
    pub applies: Condition,
    /// Type, range and access functions.
    pub kind: Kind,
    /// How the difference between two runs describes the parameter.
    pub(crate) diff: Diff,
}

/// Unit of a parameter's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A pure number, or no number at all.
    None,
    /// Percent.
    Percent,
    /// Degrees to each side.
    Degrees,
    /// Number of channels.
    Channels,
}

impl Unit {
    /// Returns the text to append to a number, including the space where one belongs.
    pub fn suffix(self) -> &'static str {
        match self {
            Unit::None => "",
            Unit::Percent => " %",
            Unit::Degrees => "°",
            Unit::Channels => " channels",
        }
    }

    /// Returns the words to append to a label for screen readers, including the leading space.
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

/// Condition that tells which configurations have a parameter.
#[derive(Clone, Copy)]
pub struct Condition {
    /// Link parameters that the condition requires; empty if all configurations meet it.
    pub text: &'static str,
    /// Returns true for a configuration that has the parameter.
    pub holds: fn(&RunConfig) -> bool,
}

/// Type, range and access functions of a parameter.
///
/// The access functions are meant for configurations that have the parameter. On others `set` does
/// nothing and `get` returns a meaningless value.
pub enum Kind {
    /// An integer.
    Int {
        /// Allowed values.
        range: RangeInclusive<usize>,
        /// Subject of the error sentence for a value that is not allowed.
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
        /// True if the lower end of the range itself is not allowed.
        above: bool,
        /// Subject of the error sentence for a value that is not allowed.
        subject: &'static str,
        /// Returns the value.
        get: fn(&RunConfig) -> f64,
        /// Sets the value.
        set: fn(&mut RunConfig, f64),
    },
    /// One of several options.
    Choice {
        /// The options, as written in links.
        options: &'static [&'static str],
        /// Plural noun for the options, for error sentences.
        noun: &'static str,
        /// Returns the index of the selected option.
        get: fn(&RunConfig) -> usize,
        /// Selects the option with this index.
        set: fn(&mut RunConfig, usize),
    },
    /// A boolean.
    Flag {
        /// Returns the value.
        get: fn(&RunConfig) -> bool,
        /// Sets the value.
        set: fn(&mut RunConfig, bool),
    },
    /// Text with its own syntax.
    Text {
        /// Description of the allowed values, for README and the command line.
        values: &'static str,
        /// Returns the text, or `None` if the parameter has its default.
        get: fn(&RunConfig) -> Option<String>,
        /// Sets the value from text, or returns the rule that the text breaks.
        set: fn(&mut RunConfig, &str) -> Result<(), String>,
    },
    /// A single allowed value. Links may contain it, but it is never written.
    Fixed {
        /// The allowed value.
        value: &'static str,
        /// Noun for the value, for error sentences.
        noun: &'static str,
    },
}

/// How the difference between two runs describes a parameter.
pub(crate) enum Diff {
    /// By this label and the value.
    Labeled(&'static str),
    /// By a prefix and a phrase. The function receives the run to describe and the run to compare
    /// it with.
    Phrase(&'static str, fn(&RunConfig, &RunConfig) -> String),
    /// Not at all, because the phrase of another row includes it.
    InOtherRow,
}

pub(super) const ALWAYS: Condition = Condition { text: "", holds: |_| true };

pub(super) const CLASSIFY: Condition =
    Condition { text: "`lab=classify`", holds: |config| config.lab() == Lab::Classify };

pub(super) const SEGMENT: Condition =
    Condition { text: "`lab=segment`", holds: |config| config.lab() == Lab::Segment };

/// Defines parameters as statics, and a list of them.
macro_rules! rows {
    ($($(#[$doc:meta])* $name:ident = $row:expr;)*) => {
        $($(#[$doc])* pub static $name: Param = $row;)*

        pub(in crate::params) static ROWS: &[&Param] = &[$(&$name),*];
    };
}
pub(super) use rows;
