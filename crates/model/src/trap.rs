//! Changes of a data set that mislead whoever evaluates a network, as exercises.

use serde::{Deserialize, Serialize};

/// A change of the data set that makes its evaluation misleading. Images are held out in groups of
/// equal size, which the change concerns differently, so that one evaluation compares them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Trap {
    /// None.
    #[default]
    None,
    /// Data leakage: a neighbor of every second held-out image is a training image.
    Leakage,
    /// Shortcut learning (Geirhos et al. 2020): in training, all images of the first class have a
    /// marker in a corner, and no others have one.
    Shortcut,
    /// Domain shift: held-out images look as if they came from another scanner.
    Shift(Shift),
}

/// What another scanner changes in an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Shift {
    /// Narrower window of gray values.
    Window,
    /// Noise.
    Noise,
    /// Blur.
    Blur,
    /// Smooth change of brightness across the image.
    Bias,
    /// Rotation.
    Rotation,
    /// Black and white exchanged.
    Inversion,
}

impl Shift {
    /// All shifts, in the order of menus.
    pub const ALL: [Shift; 6] =
        [Shift::Window, Shift::Noise, Shift::Blur, Shift::Bias, Shift::Rotation, Shift::Inversion];

    /// Returns the strengths of the groups, 0 to 1, in ascending order. An image is inverted or not.
    pub const fn strengths(self) -> &'static [f64] {
        match self {
            Shift::Inversion => &[0.0, 1.0],
            _ => &[0.0, 0.25, 0.5, 0.75, 1.0],
        }
    }

    /// Returns a setting at a strength from 0 to 1: the width of the window in percent of full
    /// scale, the standard deviation of the noise in percent of full scale, the standard deviation of
    /// the blur in tenths of a pixel, the largest change of brightness in percent, the rotation in
    /// degrees, or 1 for an inversion.
    pub fn setting(self, strength: f64) -> f64 {
        match self {
            Shift::Window => 100.0 - 60.0 * strength,
            Shift::Noise => 24.0 * strength,
            Shift::Blur => 30.0 * strength,
            Shift::Bias => 80.0 * strength,
            Shift::Rotation => 60.0 * strength,
            Shift::Inversion => strength,
        }
    }

    /// Describes a shift of this strength.
    fn describe(self, strength: f64) -> String {
        let setting = self.setting(strength);
        match self {
            _ if strength == 0.0 => "unchanged".to_owned(),
            Shift::Window => format!("window {setting:.0} % wide"),
            Shift::Noise => format!("noise {setting:.0} %"),
            Shift::Blur => format!("blur {:.1} px", setting / 10.0),
            Shift::Bias => format!("bias field {setting:.0} %"),
            Shift::Rotation => format!("rotated {setting:.0}°"),
            Shift::Inversion => "inverted".to_owned(),
        }
    }
}

impl Trap {
    /// All traps, in the order of menus.
    pub const ALL: [Trap; 9] = [
        Trap::None,
        Trap::Leakage,
        Trap::Shortcut,
        Trap::Shift(Shift::Window),
        Trap::Shift(Shift::Noise),
        Trap::Shift(Shift::Blur),
        Trap::Shift(Shift::Bias),
        Trap::Shift(Shift::Rotation),
        Trap::Shift(Shift::Inversion),
    ];

    /// Returns the words used in links, in the order of [`Trap::ALL`].
    pub const fn slugs() -> [&'static str; 9] {
        ["none", "leakage", "shortcut", "window", "noise", "blur", "bias", "rotation", "inversion"]
    }

    /// Returns the place in [`Trap::ALL`].
    pub fn place_in_menu(self) -> usize {
        Self::ALL.iter().position(|other| *other == self).unwrap_or(0)
    }

    /// Returns the name in menus.
    pub const fn name(self) -> &'static str {
        match self {
            Trap::None => "none",
            Trap::Leakage => "data leakage",
            Trap::Shortcut => "shortcut: a marker in one class",
            Trap::Shift(Shift::Window) => "scanner shift: window",
            Trap::Shift(Shift::Noise) => "scanner shift: noise",
            Trap::Shift(Shift::Blur) => "scanner shift: blur",
            Trap::Shift(Shift::Bias) => "scanner shift: bias field",
            Trap::Shift(Shift::Rotation) => "scanner shift: rotation",
            Trap::Shift(Shift::Inversion) => "scanner shift: inversion",
        }
    }

    /// Returns the number of groups of held-out images.
    pub const fn groups(self) -> usize {
        match self {
            Trap::None => 1,
            Trap::Leakage | Trap::Shortcut => 2,
            Trap::Shift(shift) => shift.strengths().len(),
        }
    }

    /// Returns the group of a held-out image, given its place in its split. Neighbors in a split,
    /// which are of one class, are in different groups.
    pub const fn group_of(self, place: usize) -> usize {
        place % self.groups()
    }

    /// Describes a group of held-out images. Group 0 is what the training images suggest.
    pub fn describe_group(self, group: usize) -> String {
        match (self, group) {
            (Trap::None, _) => "all images".to_owned(),
            (Trap::Leakage, 0) => "neighbor in training".to_owned(),
            (Trap::Leakage, _) => "no neighbor in training".to_owned(),
            (Trap::Shortcut, 0) => "marker as in training".to_owned(),
            (Trap::Shortcut, _) => "marker on the other classes".to_owned(),
            (Trap::Shift(shift), group) => {
                shift.describe(shift.strengths().get(group).copied().unwrap_or(0.0))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trap_has_a_word_and_groups_that_differ() {
        assert_eq!(Trap::ALL.len(), Trap::slugs().len());
        for (place, trap) in Trap::ALL.into_iter().enumerate() {
            assert_eq!(trap.place_in_menu(), place);
            let mut names: Vec<_> =
                (0..trap.groups()).map(|group| trap.describe_group(group)).collect();
            names.dedup();
            assert_eq!(names.len(), trap.groups(), "{names:?}");
            let counts = (0..trap.groups())
                .map(|group| (0..30).filter(|place| trap.group_of(*place) == group).count());
            assert!(counts.into_iter().all(|count| count == 30 / trap.groups()));
        }
        assert_eq!(Trap::Shift(Shift::Blur).describe_group(2), "blur 1.5 px");
    }
}
