//! A link's contents, and the switches of the page.

use crate::RunConfig;

/// A run and the page's switches, as a link describes them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Permalink {
    /// The run.
    pub config: RunConfig,
    /// Start training as soon as the engine is ready.
    pub autostart: bool,
    /// Leave out the header, for an iframe.
    pub embed: bool,
    /// Log commands, events and queries in the console.
    pub debug: bool,
}

/// A switch of the page that no run depends on.
pub struct PageFlag {
    /// Key in links.
    pub key: &'static str,
    /// Sentences that explain it, for README.
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
