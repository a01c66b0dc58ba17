//! Corruptions of an image that remove one kind of information and leave another.

use serde::{Deserialize, Serialize};

/// What a corruption removes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CorruptionKind {
    /// The arrangement: square patches are exchanged at random, and stay whole.
    Shuffle,
    /// Fine detail, by Gaussian blur: low spatial frequencies stay.
    Blur,
    /// Coarse structure, which a Gaussian blur would keep: high spatial frequencies stay.
    Details,
    /// A square about the center.
    HideCenter,
    /// All but a square about the center.
    HideRim,
}

impl CorruptionKind {
    /// All kinds, in the order of the menu.
    pub const ALL: [Self; 5] =
        [Self::Shuffle, Self::Blur, Self::Details, Self::HideCenter, Self::HideRim];

    /// Returns the name on the page.
    pub fn name(self) -> &'static str {
        match self {
            CorruptionKind::Shuffle => "shuffle patches",
            CorruptionKind::Blur => "blur",
            CorruptionKind::Details => "keep fine detail only",
            CorruptionKind::HideCenter => "hide the center",
            CorruptionKind::HideRim => "hide the rim",
        }
    }

    /// Returns the sizes in pixels, from the mildest to the strongest corruption: the side of a patch,
    /// the standard deviation of the blur, or the side of the square.
    pub const fn sizes(self) -> &'static [u8] {
        match self {
            CorruptionKind::Shuffle => &[32, 16, 8, 4],
            CorruptionKind::Blur => &[1, 2, 4, 8],
            CorruptionKind::Details => &[8, 4, 2, 1],
            CorruptionKind::HideCenter => &[16, 32, 48],
            CorruptionKind::HideRim => &[48, 32, 16],
        }
    }
}

/// A corruption of a certain strength.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Corruption {
    /// What it removes.
    pub kind: CorruptionKind,
    /// Size in pixels, one of [`CorruptionKind::sizes`].
    pub size: u8,
}

impl Corruption {
    /// Returns all corruptions of a kind, from the mildest.
    pub fn of(kind: CorruptionKind) -> impl Iterator<Item = Self> {
        kind.sizes().iter().map(move |size| Self { kind, size: *size })
    }

    /// Describes it, “patches of 8 px”.
    pub fn describe(self) -> String {
        let size = self.size;
        match self.kind {
            CorruptionKind::Shuffle => format!("patches of {size} px"),
            CorruptionKind::Blur => format!("blur {size} px"),
            CorruptionKind::Details => format!("detail finer than {size} px"),
            CorruptionKind::HideCenter => format!("center of {size} px hidden"),
            CorruptionKind::HideRim => format!("center of {size} px alone"),
        }
    }
}
