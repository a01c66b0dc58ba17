//! Options of a page in a frame: which buttons it shows, what is locked or hidden, how large it is,
//! and which pages may send it commands.

use super::view::View;
use crate::params::listed;

/// Maximum number of origins in `allow=`.
const MAX_ORIGINS: usize = 8;
/// Maximum length of an origin in bytes.
const MAX_ORIGIN_BYTES: usize = 120;

/// A button of the transport bar, as named in `controls=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransportButton {
    /// Play, together with Pause.
    Play,
    /// One step.
    Step,
    /// To the end of the epoch.
    Epoch,
    /// Back to the untrained network.
    Reset,
    /// Test now.
    Test,
}

/// All buttons with their names in links.
pub const BUTTONS: &[(&str, TransportButton)] = &[
    ("play", TransportButton::Play),
    ("step", TransportButton::Step),
    ("epoch", TransportButton::Epoch),
    ("reset", TransportButton::Reset),
    ("test", TransportButton::Test),
];

/// A group of settings that are changed in one place of the page, as named in `lock=` and `hide=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsGroup {
    /// The choice between the two labs.
    Lab,
    /// Data set, and the settings of generated images.
    Data,
    /// Layers of the network.
    Network,
    /// Loss, optimizer, learning rate, batch size, number of epochs, and the seed.
    Training,
    /// The processor used for training.
    Device,
}

/// All groups of settings with their names in links.
pub const SETTINGS_GROUPS: &[(&str, SettingsGroup)] = &[
    ("lab", SettingsGroup::Lab),
    ("data", SettingsGroup::Data),
    ("network", SettingsGroup::Network),
    ("training", SettingsGroup::Training),
    ("device", SettingsGroup::Device),
];

/// A part of the page that `hide=` can leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hideable {
    /// The controls of a group of settings.
    Settings(SettingsGroup),
    /// A view, with its tab.
    View(View),
    /// Scores on the test set: accuracy, Dice, and what is computed from them.
    Accuracy,
    /// Losses of batches and of the test set.
    Loss,
    /// Linear probe accuracies of the layers.
    Probes,
}

/// Everything that can be hidden, with its name in links.
pub const HIDEABLE: &[(&str, Hideable)] = &[
    ("lab", Hideable::Settings(SettingsGroup::Lab)),
    ("data", Hideable::Settings(SettingsGroup::Data)),
    ("network", Hideable::Settings(SettingsGroup::Network)),
    ("training", Hideable::Settings(SettingsGroup::Training)),
    ("device", Hideable::Settings(SettingsGroup::Device)),
    ("step", Hideable::View(View::Step)),
    ("live", Hideable::View(View::Live)),
    ("curves", Hideable::View(View::Curves)),
    ("layers", Hideable::View(View::Layers)),
    ("why", Hideable::View(View::Why)),
    ("mistakes", Hideable::View(View::Mistakes)),
    ("cases", Hideable::View(View::Cases)),
    ("evaluation", Hideable::View(View::Evaluation)),
    ("studies", Hideable::View(View::Studies)),
    ("try", Hideable::View(View::Try)),
    ("code", Hideable::View(View::Code)),
    ("accuracy", Hideable::Accuracy),
    ("loss", Hideable::Loss),
    ("probes", Hideable::Probes),
];

/// How a page in a frame is reduced and controlled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameOptions {
    /// Buttons of the transport bar; `None` means all.
    pub controls: Option<Vec<TransportButton>>,
    /// Size of type and spacing in percent, 50 to 200.
    pub scale_percent: u16,
    /// Sections that students cannot change.
    pub locked: Vec<SettingsGroup>,
    /// Parts that are not shown.
    pub hidden: Vec<Hideable>,
    /// Origins of pages that may send commands, besides the page's own.
    pub allowed_origins: Vec<String>,
}

impl Default for FrameOptions {
    fn default() -> Self {
        Self {
            controls: None,
            scale_percent: 100,
            locked: Vec::new(),
            hidden: Vec::new(),
            allowed_origins: Vec::new(),
        }
    }
}

impl FrameOptions {
    /// Returns whether a button of the transport bar is shown.
    pub fn shows_control(&self, button: TransportButton) -> bool {
        self.controls.as_ref().is_none_or(|shown| shown.contains(&button))
    }

    /// Returns whether a group of settings cannot be changed, because it is locked or not shown.
    pub fn is_locked(&self, group: SettingsGroup) -> bool {
        self.locked.contains(&group) || self.is_hidden(Hideable::Settings(group))
    }

    /// Returns whether a part of the page is not shown.
    pub fn is_hidden(&self, part: Hideable) -> bool {
        self.hidden.contains(&part)
    }

    /// Returns whether a view is not shown: because it is hidden, or the scores of which it consists.
    pub fn hides_view(&self, view: View) -> bool {
        let has_scores = matches!(view, View::Evaluation | View::Mistakes | View::Cases);
        self.is_hidden(Hideable::View(view)) || (has_scores && self.is_hidden(Hideable::Accuracy))
    }

    /// Returns whether pages of an origin may send commands. `own` is the page's origin.
    pub fn allows(&self, origin: &str, own: &str) -> bool {
        origin == own || self.allowed_origins.iter().any(|allowed| allowed == origin)
    }
}

/// Parses the buttons in `controls=`.
pub(super) fn parse_controls(text: &str) -> Result<Option<Vec<TransportButton>>, String> {
    match text {
        "all" => Ok(None),
        _ => parse_names(text, BUTTONS, "buttons").map(Some),
    }
}

/// Writes the buttons, or returns `None` for all.
pub(super) fn controls_text(controls: &Option<Vec<TransportButton>>) -> Option<String> {
    Some(names_text(controls.as_ref()?, BUTTONS).unwrap_or_else(|| "none".into()))
}

/// Parses a list of names: `none`, or names separated by commas. The error is the second half of a
/// sentence.
pub(super) fn parse_names<T: Copy + PartialEq>(
    text: &str,
    known: &[(&str, T)],
    noun: &str,
) -> Result<Vec<T>, String> {
    let mut found = Vec::new();
    if text == "none" {
        return Ok(found);
    }
    for word in text.split(',') {
        let Some((_, item)) = known.iter().find(|(name, _)| *name == word.trim()) else {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            return Err(format!("the {noun} are {}, or none.", listed(&names)));
        };
        if !found.contains(item) {
            found.push(*item);
        }
    }
    Ok(found)
}

/// Writes a list of names, or returns `None` if it is empty.
pub(super) fn names_text<T: PartialEq>(items: &[T], known: &[(&str, T)]) -> Option<String> {
    let name = |item| known.iter().find(|(_, known)| known == item).map(|(name, _)| *name);
    let names: Vec<&str> = items.iter().filter_map(name).collect();
    (!names.is_empty()).then(|| names.join(","))
}

/// Parses `scale=`: a factor from 0.5 to 2, or a percentage from 50 to 200. Digits after the second
/// decimal place of a factor are ignored.
pub(super) fn parse_scale(text: &str) -> Result<u16, String> {
    let percent = match text.strip_suffix('%') {
        Some(percent) => hundredths(percent).map(|value| value / 100),
        None => hundredths(text).map(|value| if value > 200 { value / 100 } else { value }),
    };
    match percent {
        Some(percent @ 50..=200) => Ok(percent),
        _ => Err("it must be a factor from 0.5 to 2, or a percentage from 50% to 200%.".into()),
    }
}

/// Parses a decimal number below 600 and returns it in hundredths.
fn hundredths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !are_digits(whole) || !are_digits(decimals) || (whole.is_empty() && decimals.is_empty()) {
        return None;
    }
    let digit = |index| decimals.as_bytes().get(index).map_or(0, |byte| u16::from(byte - b'0'));
    let whole: u16 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    (whole < 600).then(|| whole * 100 + digit(0) * 10 + digit(1))
}

/// Writes the size as a factor, or returns `None` for 1.
pub(super) fn scale_text(percent: u16) -> Option<String> {
    let text = format!("{}.{:02}", percent / 100, percent % 100);
    (percent != 100).then(|| text.trim_end_matches('0').trim_end_matches('.').to_owned())
}

/// Parses the origins in `allow=`. A browser sends `null` as the origin of a page that was opened
/// from a file.
pub(super) fn parse_origins(text: &str) -> Result<Vec<String>, String> {
    let mut origins: Vec<String> = Vec::new();
    if text == "none" {
        return Ok(origins);
    }
    for part in text.split(',') {
        let origin = part.trim().trim_end_matches('/').to_ascii_lowercase();
        if !is_origin(&origin) || origins.len() == MAX_ORIGINS {
            return Err(format!(
                "it must be at most {MAX_ORIGINS} origins, separated by commas, each as in \
                 https://course.example.org, without a path."
            ));
        }
        if !origins.contains(&origin) {
            origins.push(origin);
        }
    }
    Ok(origins)
}

fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || "-.:[]_".contains(letter);
    text.len() <= MAX_ORIGIN_BYTES
        && (text == "null"
            || host.is_some_and(|host| !host.is_empty() && host.chars().all(is_part)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Lab;

    #[test]
    fn without_options_everything_is_shown_and_open_and_only_the_own_origin_commands() {
        let options = FrameOptions::default();
        for (_, button) in BUTTONS {
            assert!(options.shows_control(*button));
        }
        for (_, group) in SETTINGS_GROUPS {
            assert!(!options.is_locked(*group));
        }
        assert!(options.allows("https://lab.example", "https://lab.example"));
        assert!(!options.allows("https://evil.example", "https://lab.example"));
        assert!(!options.allows("null", "https://lab.example"));
    }

    #[test]
    fn what_is_hidden_cannot_be_changed() {
        let hidden = vec![Hideable::Settings(SettingsGroup::Network), Hideable::Accuracy];
        let options = FrameOptions { hidden, ..FrameOptions::default() };
        assert!(
            options.is_locked(SettingsGroup::Network) && !options.is_locked(SettingsGroup::Data)
        );
        assert!(options.is_hidden(Hideable::Accuracy) && !options.is_hidden(Hideable::Loss));
    }

    #[test]
    fn a_view_of_scores_is_hidden_with_them() {
        let hidden = vec![Hideable::View(View::Why), Hideable::Accuracy];
        let options = FrameOptions { hidden, ..FrameOptions::default() };
        for (view, hidden) in [
            (View::Why, true),
            (View::Evaluation, true),
            (View::Mistakes, true),
            (View::Cases, true),
            (View::Curves, false),
        ] {
            assert_eq!(options.hides_view(view), hidden, "{view:?}");
            assert!(!FrameOptions::default().hides_view(view));
        }
    }

    #[test]
    fn every_group_of_settings_and_every_view_can_be_hidden() {
        let is_hideable = |part: Hideable| HIDEABLE.iter().any(|(_, known)| *known == part);
        for (_, group) in SETTINGS_GROUPS {
            assert!(is_hideable(Hideable::Settings(*group)));
        }
        for view in [Lab::Classify, Lab::Segment].map(View::of).concat() {
            assert_eq!(parse_names(view.slug(), HIDEABLE, ""), Ok(vec![Hideable::View(view)]));
        }
    }

    #[test]
    fn a_list_without_a_name_is_not_a_list() {
        assert_eq!(parse_controls("none"), Ok(Some(vec![])));
        assert_eq!(parse_controls("all"), Ok(None));
        for wrong in ["", ",", "play,", "stop", "Play"] {
            let error = parse_controls(wrong).unwrap_err();
            assert!(
                error.starts_with("the buttons are play, step, epoch, reset and test"),
                "{error}"
            );
        }
        assert_eq!(
            parse_controls("step, play,step"),
            Ok(Some(vec![TransportButton::Step, TransportButton::Play]))
        );
    }

    #[test]
    fn a_scale_is_a_factor_or_a_percentage() {
        for (text, percent) in [
            ("0.5", 50),
            ("1", 100),
            ("2", 200),
            ("1.25", 125),
            ("125", 125),
            ("80%", 80),
            (".75", 75),
            ("62.5%", 62),
        ] {
            assert_eq!(parse_scale(text), Ok(percent), "{text}");
        }
        for wrong in [
            "", "0.4", "3", "49%", "201", "NaN", "inf", "-1", "large", "1%", ".", "%", "65536",
            "+1", "1.0.0", "1e0",
        ] {
            assert!(parse_scale(wrong).is_err(), "{wrong}");
        }
        for percent in 50..=200 {
            let text = scale_text(percent).unwrap_or_else(|| "1".into());
            assert_eq!(parse_scale(&text), Ok(percent), "{text}");
        }
        assert_eq!(scale_text(150).as_deref(), Some("1.5"));
    }

    #[test]
    fn an_origin_has_a_scheme_and_a_host_and_nothing_else() {
        let origins =
            parse_origins("https://Course.example.org/,http://127.0.0.1:8000,null").unwrap();
        assert_eq!(origins, ["https://course.example.org", "http://127.0.0.1:8000", "null"]);
        for wrong in ["*", "", "course.example.org", "https://", "https://a/b", "https://a?b"] {
            assert!(parse_origins(wrong).is_err(), "{wrong}");
        }
        assert!(parse_origins(&format!("https://{}", "a".repeat(200))).is_err());
        let many =
            |n| (0..n).map(|i| format!("https://c{i}.example")).collect::<Vec<_>>().join(",");
        assert_eq!(parse_origins(&many(MAX_ORIGINS)).map(|found| found.len()), Ok(MAX_ORIGINS));
        assert!(parse_origins(&many(MAX_ORIGINS + 1)).is_err());
    }
}
