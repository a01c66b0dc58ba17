//! Intensity windows for computed tomography.

/// A usual window for values in Hounsfield units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WindowPreset {
    /// Name of what it shows.
    pub name: &'static str,
    /// Value in the middle of the window, in Hounsfield units.
    pub level: f32,
    /// Difference between white and black, in Hounsfield units.
    pub width: f32,
}

/// Usual windows of radiology, as in Radiopaedia, “Windowing (CT)”.
pub const WINDOW_PRESETS: [WindowPreset; 4] = [
    WindowPreset { name: "brain", level: 40.0, width: 80.0 },
    WindowPreset { name: "lung", level: -600.0, width: 1500.0 },
    WindowPreset { name: "bone", level: 400.0, width: 1800.0 },
    WindowPreset { name: "soft tissue", level: 50.0, width: 400.0 },
];

impl WindowPreset {
    /// Returns the values that are mapped to black and white.
    pub fn range(&self) -> (f32, f32) {
        (self.level - self.width / 2.0, self.level + self.width / 2.0)
    }
}

/// Lower ends of windows of volumes in Hounsfield units: air has −1000, and scanners fill what they
/// do not see with −1024 to −3024.
const AIR: std::ops::RangeInclusive<f32> = -3100.0..=-800.0;

/// Returns whether a volume seems to be in Hounsfield units, given its window.
pub(super) fn is_hounsfield((low, _): (f32, f32)) -> bool {
    AIR.contains(&low)
}
