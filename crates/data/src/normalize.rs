//! Intensity normalization, from the values of a volume to the gray values of a network's input.
//!
//! MRI intensities have no absolute scale: volumes differ in brightness by a factor of up to a
//! thousand. Each volume is therefore clipped to its own range without the lowest and highest half
//! percent. The packer and the page use the same functions, so that a visitor's volume is processed
//! like the training data.

use crate::{Plane, Volume, VolumeError};

/// Percentiles of the voxels that are mapped to black and white.
pub const WINDOW_PERCENTILES: (f64, f64) = (0.5, 99.5);

/// Returns the values that are mapped to black and white: the percentiles [`WINDOW_PERCENTILES`] of
/// the finite voxels, with linear interpolation between ranks. Returns (0, 1) if no voxel is
/// finite.
pub fn intensity_window(volume: &Volume) -> (f32, f32) {
    let mut values: Vec<f32> =
        volume.voxels.iter().copied().filter(|value| value.is_finite()).collect();
    if values.is_empty() {
        return (0.0, 1.0);
    }
    let mut at = |percent| percentile(&mut values, percent);
    (at(WINDOW_PERCENTILES.0), at(WINDOW_PERCENTILES.1))
}

/// Returns a percentile of `values`, which must be finite and not empty. Changes their order.
fn percentile(values: &mut [f32], percent: f64) -> f32 {
    let rank = (values.len() - 1) as f64 * percent / 100.0;
    let (below, part) = (rank as usize, rank.fract());
    let (_, low, above) = values.select_nth_unstable_by(below, f32::total_cmp);
    let low = *low;
    match above.iter().copied().min_by(f32::total_cmp) {
        // In double precision, where the difference of two finite `f32` values is finite.
        Some(next) => (f64::from(low) + part * (f64::from(next) - f64::from(low))) as f32,
        None => low,
    }
}

/// Returns the gray values of a plane, centered in an image of `size`, in row-major order. Values
/// up to `low` become 0 and values from `high` on 255, including infinities; NaN becomes 0. The
/// plane is cropped or padded with 0 around its center.
pub fn center_gray(plane: &Plane, size: [usize; 2], (low, high): (f32, f32)) -> Vec<u8> {
    let (low, high) = (f64::from(low), f64::from(high));
    let gray = |value: f32| {
        let share = (f64::from(value) - low) / (high - low);
        // A window of width 0 gives 0/0, which `clamp` does not change. The cast converts it to 0.
        (255.0 * share.clamp(0.0, 1.0) + 0.5) as u8
    };
    center(plane.size, size, plane.values.iter().map(|value| gray(*value)))
}

/// Returns the classes in a plane of a mask, centered in an image of `size` like the image in
/// [`center_gray`].
///
/// # Errors
///
/// Returns an error if a value is not a class.
pub fn center_labels(plane: &Plane, size: [usize; 2]) -> Result<Vec<u8>, VolumeError> {
    Ok(center(plane.size, size, plane.labels()?.into_iter()))
}

/// Crops or pads a grid around its center. If the difference is odd, the larger half is at the end.
pub(crate) fn center(
    from: [usize; 2],
    to: [usize; 2],
    values: impl Iterator<Item = u8>,
) -> Vec<u8> {
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
