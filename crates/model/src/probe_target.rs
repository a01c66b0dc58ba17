//! What a linear probe is asked about an image: its class, or something planted in it.

use serde::{Deserialize, Serialize};

/// Target of a linear probe. All but the class are planted: each image is changed at random, and the
/// probe predicts by how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ProbeTarget {
    /// The class. The image is unchanged.
    Class,
    /// Angle by which the image is rotated, −45° to 45°.
    Rotation,
    /// Number of pixels by which the image is moved to the right, −8 to 8.
    Position,
    /// Brightness that is added, −20 to 20 % of full scale.
    Brightness,
    /// Standard deviation of noise that is added, 0 to 20 % of full scale.
    Noise,
    /// Which of two scanners: gray values as they are, or to the power of 0.6.
    Scanner,
    /// Whether a marker is somewhere in the image.
    Marker,
}

/// Kind of value that a target has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TargetKind {
    /// One of some classes. A probe is scored by its accuracy.
    Class,
    /// A number in this range, uniformly distributed. A probe is scored by R², the coefficient of
    /// determination.
    Number([f64; 2]),
}

impl ProbeTarget {
    /// All targets.
    pub const ALL: [Self; 7] = [
        Self::Class,
        Self::Rotation,
        Self::Position,
        Self::Brightness,
        Self::Noise,
        Self::Scanner,
        Self::Marker,
    ];

    /// Returns the name on the page.
    pub fn name(self) -> &'static str {
        match self {
            ProbeTarget::Class => "class",
            ProbeTarget::Rotation => "rotation",
            ProbeTarget::Position => "position",
            ProbeTarget::Brightness => "brightness",
            ProbeTarget::Noise => "noise",
            ProbeTarget::Scanner => "scanner",
            ProbeTarget::Marker => "marker",
        }
    }

    /// Describes what is planted.
    pub fn planted(self) -> &'static str {
        match self {
            ProbeTarget::Class => "nothing",
            ProbeTarget::Rotation => "rotation by −45° to 45°",
            ProbeTarget::Position => "shift by −8 to 8 px",
            ProbeTarget::Brightness => "−20 to 20 % of full scale added",
            ProbeTarget::Noise => "noise of 0 to 20 % of full scale",
            ProbeTarget::Scanner => "gray values to the power of 0.6 in every other image",
            ProbeTarget::Marker => "a marker at a random place in every other image",
        }
    }

    /// Returns the kind of its values.
    pub fn kind(self) -> TargetKind {
        match self {
            ProbeTarget::Class | ProbeTarget::Scanner | ProbeTarget::Marker => TargetKind::Class,
            ProbeTarget::Rotation => TargetKind::Number([-45.0, 45.0]),
            ProbeTarget::Position => TargetKind::Number([-8.0, 8.0]),
            ProbeTarget::Brightness => TargetKind::Number([-20.0, 20.0]),
            ProbeTarget::Noise => TargetKind::Number([0.0, 20.0]),
        }
    }
}

/// In which training images of a study a marker is planted, at a random place in each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MarkedImages {
    /// In none.
    #[default]
    None,
    /// In all images of the first class, and in no others: a shortcut (Geirhos et al. 2020).
    OneClass,
    /// In every other image of each class.
    HalfOfEachClass,
}

impl MarkedImages {
    /// All choices.
    pub const ALL: [Self; 3] = [Self::None, Self::HalfOfEachClass, Self::OneClass];

    /// Returns the name on the page.
    pub fn name(self) -> &'static str {
        match self {
            MarkedImages::None => "no marker in training",
            MarkedImages::OneClass => "marker in one class",
            MarkedImages::HalfOfEachClass => "marker in half of each class",
        }
    }
}
