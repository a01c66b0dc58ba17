//! Contents of a permalink, and the switches of the page.

use crate::RunConfig;

/// A run and the page's switches, as described by a permalink.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Permalink {
    /// Configuration of the run.
    pub config: RunConfig,
    /// Whether to start training as soon as the engine is ready.
    pub autostart: bool,
    /// Whether to leave out the header, for use in an iframe.
    pub embed: bool,
    /// Whether to log commands, events and queries to the console.
    pub debug: bool,
}

/// A switch of the page that does not affect the run.
pub struct PageFlag {
    /// Key in links.
    pub key: &'static str,
    /// Sentences that explain the switch, for README.
    pub help: &'static str,
    /// Returns the value.
    pub get: fn(&Permalink) -> bool,
    /// Sets the value.
    pub set: fn(&mut Permalink, bool),
}

/// All switches of the page, in the order of links.
pub static PAGE: &[PageFlag] = &[
    PageFlag {
        key: "autostart",
        help: "Train as soon as the engine is ready.",
        get: |link| link.autostart,
        set: |link, on| link.autostart = on,
    },
    PageFlag {
        key: "embed",
        help: "Leave out the header, for an iframe of 480×360 and up.",
        get: |link| link.embed,
        set: |link, on| link.embed = on,
    },
    PageFlag {
        key: "debug",
        help: "Log commands, events and queries in the browser's console.",
        get: |link| link.debug,
        set: |link, on| link.debug = on,
    },
];
