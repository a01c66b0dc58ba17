//! Intensity normalization: from a volume's values to the gray values that a network sees.
//!
//! MRI has no scale of its own: volumes differ a thousandfold in brightness. So each is clipped to
//! its own range without the outermost half percent on either side. The packer and the page do it
//! by the same functions, so that a dropped volume looks to a network as its training data did.

use crate::{Plane, Volume, VolumeError};

/// Percentiles of the voxels that become black and white.
pub const WINDOW_PERCENTILES: (f64, f64) = (0.5, 99.5);

/// Returns the values that become black and white: the percentiles [`WINDOW_PERCENTILES`] of the volume's finite
/// voxels, linear between ranks. (0, 1) where no voxel is finite.
pub fn intensity_window(volume: &Volume) -> (f32, f32) {
    let mut values: Vec<f32> =
        volume.voxels.iter().copied().filter(|value| value.is_finite()).collect();
    if values.is_empty() {
        return (0.0, 1.0);
    }
    let mut at = |percent| percentile(&mut values, percent);
    (at(WINDOW_PERCENTILES.0), at(WINDOW_PERCENTILES.1))
}

/// Returns a percentile of finite values, at least one; changes their order.
fn percentile(values: &mut [f32], percent: f64) -> f32 {
    let rank = (values.len() - 1) as f64 * percent / 100.0;
    let (below, part) = (rank as usize, rank.fract());
    let (_, low, above) = values.select_nth_unstable_by(below, f32::total_cmp);
    let low = *low;
    match above.iter().copied().min_by(f32::total_cmp) {
        // In double precision, where the difference of two finite numbers is finite.
        Some(next) => (f64::from(low) + part * (f64::from(next) - f64::from(low))) as f32,
        None => low,
    }
}

/// Returns the gray values of a plane, centered on `size`, row by row: `low` and what lies below is 0,
/// `high` and what lies above 255, as are the infinities; NaN counts as `low`. The plane is cropped
/// or padded with 0 around its center.
pub fn center_gray(plane: &Plane, size: [usize; 2], (low, high): (f32, f32)) -> Vec<u8> {
    let (low, high) = (f64::from(low), f64::from(high));
    let gray = |value: f32| {
        let share = (f64::from(value) - low) / (high - low);
        // A window without width makes 0/0, which no clamp catches; as an integer it is 0.
        (255.0 * share.clamp(0.0, 1.0) + 0.5) as u8
    };
    center(plane.size, size, plane.values.iter().map(|value| gray(*value)))
}

/// Returns the classes of a mask's plane, centered on `size` as [`center_gray`] does with the image.
/// Fails on a value that is no class.
pub fn center_labels(plane: &Plane, size: [usize; 2]) -> Result<Vec<u8>, VolumeError> {
    Ok(center(plane.size, size, plane.labels()?.into_iter()))
}

/// Crops or pads a grid around its center; of an odd rest the larger half is behind.
fn center(from: [usize; 2], to: [usize; 2], values: impl Iterator<Item = u8>) -> Vec<u8> {
    let mut out = vec![0; to[0] * to[1]];
    let shift = |axis: usize, at: usize| {
        let moved = (at + to[axis].saturating_sub(from[axis]) / 2)
            .checked_sub(from[axis].saturating_sub(to[axis]) / 2)?;
        (moved < to[axis]).then_some(moved)
    };
    for (at, value) in values.enumerate() {
        if let (Some(row), Some(column)) = (shift(0, at / from[1]), shift(1, at % from[1])) {
            out[row * to[1] + column] = value;
        }
    }
    out
}
