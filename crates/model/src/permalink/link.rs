//! Contents of a permalink, and the switches of the page.

use super::frame_options::{
    FrameOptions, HIDEABLE, SETTINGS_GROUPS, controls_text, names_text, parse_controls,
    parse_names, parse_origins, parse_scale, scale_text,
};
use super::view::View;
use crate::params::listed;
use crate::{RunConfig, StudyKind};

/// A run and the page's switches, as described by a permalink.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Permalink {
    /// Configuration of the run.
    pub config: RunConfig,
    /// Whether to start training as soon as the engine is ready.
    pub autostart: bool,
    /// Whether to show only the chosen views, for use in an iframe.
    pub embed: bool,
    /// Whether to enlarge the type and to show only controls and views, for a projector.
    pub present: bool,
    /// The views to show, from left to right: at most [`MAX_VIEWS`](super::MAX_VIEWS). If empty, the
    /// page chooses.
    pub views: Vec<View>,
    /// The question that the view of studies shows.
    pub study: StudyKind,
    /// Whether to log commands, events and queries to the console.
    pub debug: bool,
    /// How the page is reduced and controlled, mostly in an iframe.
    pub frame: FrameOptions,
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
        help: "Show only the chosen views, for an iframe of 480×360 and up.",
        get: |link| link.embed,
        set: |link, on| link.embed = on,
    },
    PageFlag {
        key: "present",
        help: "Larger type and only controls and views, for a projector.",
        get: |link| link.present,
        set: |link, on| link.present = on,
    },
    PageFlag {
        key: "debug",
        help: "Log commands, events and queries in the browser's console.",
        get: |link| link.debug,
        set: |link, on| link.debug = on,
    },
];

/// A setting of the page that does not affect the run, with a value in words.
pub struct PageText {
    /// Key in links.
    pub key: &'static str,
    /// Possible values, for README.
    pub values: &'static str,
    /// Sentences that explain the setting, for README.
    pub help: &'static str,
    /// Returns the value's text, or `None` if links leave it out.
    pub text: fn(&Permalink) -> Option<String>,
    /// Sets the value, or returns the rule that the text breaks. The run is set before.
    pub set: fn(&mut Permalink, &str) -> Result<(), String>,
}

/// All settings of the page with a value in words, in the order of links.
pub static PAGE_TEXTS: &[PageText] = &[
    PageText {
        key: "view",
        values: "one view or two, such as `curves,layers`",
        help: "The views to show, of `step`, `curves`, `layers`, `why`, `mistakes`, `evaluation`, \
               `studies`, `try` and `code`, or, with `lab=segment`, `live`, `curves`, `layers`, `why`, `cases`, \
               `try` and `code`. `experiment` shows data, network and training.",
        text: |link| (!link.views.is_empty()).then(|| View::list_text(&link.views)),
        set: |link, text| {
            link.views = View::parse_list(text, link.config.lab())?;
            Ok(())
        },
    },
    PageText {
        key: "study",
        values: "`layers`, `kept`, `shortcut`, `breaks`, `classical`, `images` or `seeds`",
        help: "The question that the view `studies` shows: “Search or structure?”, “What is kept?”, “A \
               shortcut?”, “What breaks it?”, “Without deep learning?”, “More data?”, “How much is \
               chance?”.",
        text: |link| (link.study != StudyKind::default()).then(|| link.study.slug().to_owned()),
        set: |link, text| {
            let names = || listed(&StudyKind::ALL.map(StudyKind::slug));
            let rule = || format!("the studies are {}.", names());
            link.study = StudyKind::from_slug(text).ok_or_else(rule)?;
            Ok(())
        },
    },
    PageText {
        key: "controls",
        values: "`all`, `none`, or a list of `play`, `step`, `epoch`, `reset`, `test`",
        help: "The buttons for training that are shown, separated by commas; `play` includes pause. \
               The default is `all`.",
        text: |link| controls_text(&link.frame.controls),
        set: |link, text| parse_controls(text).map(|found| link.frame.controls = found),
    },
    PageText {
        key: "scale",
        values: "0.5 to 2, or 50% to 200%",
        help: "Size of type and spacing.",
        text: |link| scale_text(link.frame.scale_percent),
        set: |link, text| parse_scale(text).map(|found| link.frame.scale_percent = found),
    },
    PageText {
        key: "lock",
        values: "`none`, or a list of `lab`, `data`, `network`, `training`, `device`",
        help: "Settings that are shown but cannot be changed, separated by commas.",
        text: |link| names_text(&link.frame.locked, SETTINGS_GROUPS),
        set: |link, text| {
            parse_names(text, SETTINGS_GROUPS, "settings").map(|found| link.frame.locked = found)
        },
    },
    PageText {
        key: "hide",
        values: "`none`, or a list of settings as in `lock`, views as in `view`, and `accuracy`, \
                 `loss`, `probes`",
        help: "Controls, views and results that are not shown, separated by commas: `accuracy` \
               stands for all scores on the test set, `probes` for the linear probe accuracies.",
        text: |link| names_text(&link.frame.hidden, HIDEABLE),
        set: |link, text| {
            parse_names(text, HIDEABLE, "parts that can be hidden")
                .map(|found| link.frame.hidden = found)
        },
    },
    PageText {
        key: "allow",
        values: "`none`, or origins such as `https://course.example.org`",
        help: "Origins of the pages that may send commands, separated by commas; `null` is a page \
               opened from a file, and any other page without an origin.",
        text: |link| {
            let origins = &link.frame.allowed_origins;
            (!origins.is_empty()).then(|| origins.join(","))
        },
        set: |link, text| parse_origins(text).map(|found| link.frame.allowed_origins = found),
    },
];
