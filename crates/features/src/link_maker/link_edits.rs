//! Changes of a link, and the names of what they are about.

use model::permalink::{BUTTONS, Permalink, SettingsGroup, TransportButton};

/// Adds an item to a list, or removes it.
pub(super) fn set<T: PartialEq>(items: &mut Vec<T>, item: T, on: bool) {
    items.retain(|known| *known != item);
    if on {
        items.push(item);
    }
}

/// Shows or hides a button. All buttons together are written as none at all.
pub(super) fn set_control(link: &mut Permalink, button: TransportButton, on: bool) {
    let all = BUTTONS.iter().map(|(_, button)| *button);
    let mut shown: Vec<_> = all.filter(|known| link.frame.shows_control(*known)).collect();
    set(&mut shown, button, on);
    link.frame.controls = (shown.len() < BUTTONS.len()).then_some(shown);
}

/// Returns the name of a button on the page.
pub(super) fn button_name(button: TransportButton) -> &'static str {
    match button {
        TransportButton::Play => "Play and Pause",
        TransportButton::Step => "Step",
        TransportButton::Epoch => "Epoch",
        TransportButton::Reset => "Reset",
        TransportButton::Test => "Test now",
    }
}

/// Returns the name of a group of settings on the page.
pub(super) fn group_name(group: SettingsGroup) -> &'static str {
    match group {
        SettingsGroup::Lab => "Lab",
        SettingsGroup::Data => "Data",
        SettingsGroup::Network => "Network",
        SettingsGroup::Training => "Training",
        SettingsGroup::Device => "Device",
    }
}

#[cfg(test)]
mod tests {
    use model::permalink::{parse, write};

    use super::*;

    #[test]
    fn buttons_are_named_once_one_of_them_is_hidden() {
        let mut link = Permalink::default();
        set_control(&mut link, TransportButton::Reset, false);
        set_control(&mut link, TransportButton::Epoch, false);
        assert_eq!(link, parse("controls=play,step,test").0);
        set_control(&mut link, TransportButton::Epoch, true);
        set_control(&mut link, TransportButton::Reset, true);
        assert_eq!(link, Permalink::default());
        for (_, button) in BUTTONS {
            set_control(&mut link, *button, false);
        }
        assert!(write(&link).contains("controls=none"));
    }
}
