//! Data augmentation: random changes of training images that keep their class.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A random change of a training image, drawn anew in each epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ImageTransform {
    /// Left and right exchanged, in half of the images.
    Flip,
    /// Rotation by up to [`MAX_ROTATION`] to either side.
    Rotate,
    /// Shift by up to [`MAX_SHIFT`] of the height and of the width.
    Shift,
    /// Change of size by up to [`MAX_SCALING`].
    Scale,
    /// Gray values times a factor that differs from 1 by up to [`MAX_BRIGHTENING`].
    Brightness,
}

/// Largest rotation to either side, in degrees.
pub const MAX_ROTATION: f64 = 12.0;

/// Largest shift, as a fraction of the height or the width.
pub const MAX_SHIFT: f64 = 0.05;

/// Largest change of the size, as a fraction.
pub const MAX_SCALING: f64 = 0.1;

/// Largest change of the gray values, as a fraction.
pub const MAX_BRIGHTENING: f64 = 0.15;

impl ImageTransform {
    /// All transforms, in the order of links and menus.
    pub const ALL: [Self; 5] =
        [Self::Flip, Self::Rotate, Self::Shift, Self::Scale, Self::Brightness];

    /// Returns the word used in links.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Flip => "flip",
            Self::Rotate => "rotate",
            Self::Shift => "shift",
            Self::Scale => "scale",
            Self::Brightness => "brightness",
        }
    }

    /// Returns the name on the page, with the largest change.
    pub fn name(self) -> String {
        let percent = |fraction: f64| format!("± {:.0} %", 100.0 * fraction);
        match self {
            Self::Flip => "flip left to right".to_owned(),
            Self::Rotate => format!("rotate ± {MAX_ROTATION}°"),
            Self::Shift => format!("shift {}", percent(MAX_SHIFT)),
            Self::Scale => format!("scale {}", percent(MAX_SCALING)),
            Self::Brightness => format!("brightness {}", percent(MAX_BRIGHTENING)),
        }
    }
}

/// The transforms that are applied to training images; none by default. Written as the words of
/// links: `flip,rotate`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Augmentation(u8);

impl Augmentation {
    /// No transform.
    pub const NONE: Self = Self(0);

    /// Returns the augmentation with these transforms.
    pub fn of(transforms: impl IntoIterator<Item = ImageTransform>) -> Self {
        Self(transforms.into_iter().fold(0, |bits, transform| bits | 1 << transform as u8))
    }

    /// Returns whether there is no transform.
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }

    /// Returns whether a transform is applied.
    pub fn contains(self, transform: ImageTransform) -> bool {
        self.0 >> transform as u8 & 1 == 1
    }

    /// Returns the transforms that are applied, in the order of [`ImageTransform::ALL`].
    pub fn transforms(self) -> impl Iterator<Item = ImageTransform> {
        ImageTransform::ALL.into_iter().filter(move |transform| self.contains(*transform))
    }

    /// Returns the augmentation with one transform added, or removed if it was there.
    pub fn toggled(self, transform: ImageTransform) -> Self {
        Self(self.0 ^ 1 << transform as u8)
    }
}

impl fmt::Display for Augmentation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, transform) in self.transforms().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            write!(f, "{comma}{}", transform.slug())?;
        }
        Ok(())
    }
}

impl FromStr for Augmentation {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let transform = |word: &str| {
            ImageTransform::ALL.into_iter().find(|transform| transform.slug() == word.trim())
        };
        let transforms: Option<Vec<_>> = text.split(',').map(transform).collect();
        transforms.map(Self::of).ok_or_else(|| {
            let words = ImageTransform::ALL.map(ImageTransform::slug);
            format!("the transforms are {}, separated by commas.", words.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_augmentation_comes_back_from_its_text() {
        for bits in 1..32 {
            let augmentation = Augmentation(bits);
            assert_eq!(augmentation.to_string().parse(), Ok(augmentation));
            assert_eq!(Augmentation::of(augmentation.transforms()), augmentation);
        }
        assert_eq!(
            "shift, flip".parse(),
            Ok(Augmentation::of([ImageTransform::Flip, ImageTransform::Shift]))
        );
        for text in ["", "flip,", "mirror", "flip;shift"] {
            let rule = text.parse::<Augmentation>().unwrap_err();
            assert!(rule.contains("flip, rotate, shift"), "{text}");
        }
    }

    #[test]
    fn a_transform_is_toggled() {
        let flip = Augmentation::NONE.toggled(ImageTransform::Flip);
        assert!(flip.contains(ImageTransform::Flip) && !flip.contains(ImageTransform::Scale));
        assert!(flip.toggled(ImageTransform::Flip).is_none());
    }

    #[test]
    fn names_have_units() {
        let names = ImageTransform::ALL.map(ImageTransform::name);
        assert_eq!(
            names,
            [
                "flip left to right",
                "rotate ± 12°",
                "shift ± 5 %",
                "scale ± 10 %",
                "brightness ± 15 %"
            ]
        );
    }
}
