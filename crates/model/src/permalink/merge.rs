//! Changes of a link by a message, and which of them are locked.

use super::frame_options::{FrameOptions, SettingsGroup};
use super::link::{PAGE, PAGE_TEXTS, Permalink};
use super::{is_tracking, shortened};
use crate::params::{self, FLAG_RULE, ParseNumber, parse_flag};
use crate::{RunConfig, Task};

/// Keys that only the address can set: what they decide must be settled before the page opens, or
/// must not be decided by whoever sends messages.
const ONLY_IN_ADDRESS: [&str; 3] = ["allow", "debug", "embed"];

/// Returns the link with some of its values replaced. Values that are not given stay as they are,
/// except that another `lab` or `model` brings its own defaults.
///
/// # Errors
///
/// Returns a sentence about the first key or value that is not valid.
pub fn merge(
    link: &Permalink,
    pairs: &[(String, String)],
    number: ParseNumber,
) -> Result<Permalink, String> {
    let mut next = link.clone();
    let mut problem = None;
    // If a key occurs more than once, the last one counts, as in a link.
    let get = |key: &str| pairs.iter().rev().find(|(k, _)| k == key).map(|(_, v)| v.as_str());
    let mut refuse = |key: &str, value: &str, rule: &str| {
        problem.get_or_insert_with(|| format!("“{key}={}” is not valid: {rule}", shortened(value)));
    };
    let lab = link.config.lab().slug();
    let of_run = |key: &str| get(key).filter(|value| !(key == "lab" && *value == lab));
    params::set_all(&mut next.config, of_run, number, |key, value, rule| refuse(key, value, &rule));
    let lab = next.config.lab();
    next.views = next.views.iter().map(|view| view.in_lab(lab)).collect();
    next.views.dedup();
    for flag in PAGE {
        match get(flag.key).map(|value| (value, parse_flag(value))) {
            Some((_, Some(on))) => (flag.set)(&mut next, on),
            Some((value, None)) => refuse(flag.key, value, FLAG_RULE),
            None => {}
        }
    }
    for part in PAGE_TEXTS {
        if let Some(value) = get(part.key)
            && let Err(rule) = (part.set)(&mut next, value)
        {
            refuse(part.key, value, &rule);
        }
    }
    for (key, _) in pairs {
        if ONLY_IN_ADDRESS.contains(&key.as_str()) {
            problem = Some(format!(
                "“{key}” cannot be changed by a message; put it into the frame's address."
            ));
        } else if !is_applicable(key, &next) && !is_tracking(key) {
            problem.get_or_insert_with(|| {
                format!("“{}” is not a parameter of this page.", shortened(key))
            });
        }
    }
    problem.map_or(Ok(next), Err)
}

fn is_applicable(key: &str, link: &Permalink) -> bool {
    params::all().any(|param| param.key == key && (param.applies.holds)(&link.config))
        || PAGE.iter().any(|flag| flag.key == key)
        || PAGE_TEXTS.iter().any(|part| part.key == key)
}

/// Returns a locked group of settings in which two configurations differ. If the lab may change, so may
/// everything in it.
pub fn locked_change(
    options: &FrameOptions,
    from: &RunConfig,
    to: &RunConfig,
) -> Option<SettingsGroup> {
    let changed = if from.lab() != to.lab() {
        [true, false, false, false, false]
    } else {
        [
            false,
            from.data != to.data || from.sampling != to.sampling,
            differ_in_network(&from.task, &to.task),
            differ_in_training(from, to),
            from.device != to.device,
        ]
    };
    let groups = [
        SettingsGroup::Lab,
        SettingsGroup::Data,
        SettingsGroup::Network,
        SettingsGroup::Training,
        SettingsGroup::Device,
    ];
    let pairs = groups.into_iter().zip(changed);
    pairs
        .filter(|(_, changed)| *changed)
        .map(|(group, _)| group)
        .find(|group| options.is_locked(*group))
}

fn differ_in_network(from: &Task, to: &Task) -> bool {
    match (from, to) {
        (Task::Classify(from), Task::Classify(to)) => from != to,
        (Task::Segment(from), Task::Segment(to)) => from.unet != to.unet,
        _ => true,
    }
}

fn differ_in_training(from: &RunConfig, to: &RunConfig) -> bool {
    let loss = |config: &RunConfig| {
        config.segmentation().map(|segmentation| (segmentation.loss, segmentation.balanced))
    };
    loss(from) != loss(to)
        || from.batch != to.batch
        || from.epochs != to.epochs
        || from.learning_rate != to.learning_rate
        || from.optimizer != to.optimizer
        || from.seed != to.seed
}

#[cfg(test)]
mod tests {
    use super::super::view::View;
    use super::super::{pairs, parse};
    use super::*;
    use crate::{Architecture, Lab};

    fn merged(link: &str, message: &str) -> Result<Permalink, String> {
        merge(&parse(link).0, &pairs(message), |text| text.parse().ok())
    }

    #[test]
    fn what_is_not_named_stays() {
        let link = merged("?model=mlp&epochs=3&embed=1&lock=data", "batch=8&scale=1.5").unwrap();
        assert_eq!((link.config.epochs, link.config.batch), (3, 8));
        assert_eq!(link.config.network().unwrap().architecture, Architecture::Mlp);
        assert!(link.embed);
        assert_eq!(
            (link.frame.scale_percent, &link.frame.locked[..]),
            (150, &[SettingsGroup::Data][..])
        );
        assert_eq!(merged("lab=segment&depth=3", "lab=segment").unwrap().config, {
            parse("lab=segment&depth=3").0.config
        });
        assert_eq!(merged("seed=4", "").unwrap(), parse("seed=4").0);
    }

    #[test]
    fn another_lab_brings_its_defaults() {
        let link = merged("epochs=3&model=mlp", "lab=segment&depth=3").unwrap();
        assert_eq!(link.config.lab(), Lab::Segment);
        assert_eq!(link.config.segmentation().unwrap().unet.depth, 3);
        let link = merged("view=step,curves", "lab=segment").unwrap();
        assert_eq!(link.views, [View::Live, View::Curves]);
        assert_eq!(merged("view=step", "lab=segment&view=why").unwrap().views, [View::Why]);
    }

    #[test]
    fn one_wrong_value_refuses_the_whole_message() {
        for (message, words) in [
            ("epochs=5&batch=0", "“batch=0” is not valid: "),
            ("epochs=5&epoch=6", "“epoch” is not a parameter of this page."),
            ("autostart=yes", "“autostart=yes” is not valid: it must be 1 or 0."),
            ("controls=stop", "“controls=stop” is not valid: the buttons are "),
            ("depth=3", "“depth” is not a parameter of this page."),
            ("allow=https://evil.example", "“allow” cannot be changed by a message"),
            ("embed=0", "“embed” cannot be changed by a message"),
        ] {
            let sentence = merged("model=cnn", message).unwrap_err();
            assert!(sentence.starts_with(words), "{message}: {sentence}");
        }
    }

    #[test]
    fn a_change_is_locked_with_its_group_only() {
        for (message, group) in [
            ("data=phantom", SettingsGroup::Data),
            ("seed=5", SettingsGroup::Training),
            ("layers=none", SettingsGroup::Network),
            ("model=mlp", SettingsGroup::Network),
            ("lr=0.01", SettingsGroup::Training),
            ("optimizer=sgd", SettingsGroup::Training),
            ("device=cpu", SettingsGroup::Device),
            ("lab=segment", SettingsGroup::Lab),
        ] {
            let from = Permalink::default();
            let to = merged("", message).unwrap();
            for (name, locked) in super::super::SETTINGS_GROUPS {
                let options = parse(&format!("lock={name}")).0.frame;
                let expected = (*locked == group).then_some(group);
                assert_eq!(
                    locked_change(&options, &from.config, &to.config),
                    expected,
                    "{message}"
                );
            }
        }
        let options = parse("lock=training").0.frame;
        let from = RunConfig::default_for(Lab::Segment);
        let to = merged("lab=segment", "loss=ce").unwrap().config;
        assert_eq!(locked_change(&options, &from, &to), Some(SettingsGroup::Training));
        assert_eq!(locked_change(&options, &from, &from), None);
    }
}
