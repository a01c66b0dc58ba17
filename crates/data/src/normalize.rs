//! Intensity normalization, from the values of a volume to the gray values of a network's input.
//!
//! MRI intensities have no absolute scale: volumes differ in brightness by a factor of up to a
//! thousand. Each volume is therefore clipped to its own range without the lowest and highest half
//! percent. The packer and the page use the same functions, so that a visitor's volume is processed
//! like the training data.

use crate::{Plane, Volume, VolumeError};

/// Percentiles of the voxels that are mapped to black and white.
pub const WINDOW_PERCENTILES: (f64, f64) = (0.5, 99.5);

/// Share of the voxels from which a single value is the background.
const BACKGROUND_SHARE: f64 = 0.5;

/// Number of different values in the foreground below which the window includes the background, so
/// that the regions of a mask differ from it.
const FEW_VALUES: usize = 16;

/// Returns the values that are mapped to black and white: the percentiles [`WINDOW_PERCENTILES`] of
/// the finite voxels, with linear interpolation between ranks. Returns (0, 1) if no voxel is
/// finite.
///
/// If more than half of the voxels are 0 or the smallest value, as in a volume that is nearly all
/// background, the percentiles are those of the other voxels.
pub fn intensity_window(volume: &Volume) -> (f32, f32) {
    match volume.voxels.histogram() {
        Some(mut counts) => {
            let all: usize = counts.iter().map(|(_, count)| count).sum();
            let count_of = |value: f32| {
                let found = counts.iter().find(|(known, _)| *known == value);
                found.map_or(0, |(_, count)| *count)
            };
            let lowest = counts.first().map_or(0.0, |(value, _)| *value);
            let background = background([lowest, 0.0], all, count_of);
            counts.retain(|(value, _)| counts_in_window(*value, background));
            with_background(window_of_counts(&counts), background, counts.len())
        }
        None => {
            let mut values: Vec<f32> =
                volume.voxels.iter().filter(|value| value.is_finite()).collect();
            let count_of = |value: f32| values.iter().filter(|other| **other == value).count();
            let lowest = values.iter().copied().fold(f32::INFINITY, f32::min);
            let background = background([lowest, 0.0], values.len(), count_of);
            values.retain(|value| counts_in_window(*value, background));
            // Voxels that have no table have more than 256 different values.
            with_background(window_of_values(&mut values), background, usize::MAX)
        }
    }
}

/// Returns the value of the background, if there is one besides other values.
fn background(candidates: [f32; 2], all: usize, count_of: impl Fn(f32) -> usize) -> Option<f32> {
    candidates.into_iter().find(|value| {
        let count = count_of(*value);
        count < all && count as f64 > BACKGROUND_SHARE * all as f64
    })
}

fn counts_in_window(value: f32, background: Option<f32>) -> bool {
    background != Some(value)
}

/// Returns the window of the foreground, with the background if that has few different values.
fn with_background(
    (low, high): (f32, f32),
    background: Option<f32>,
    foreground_values: usize,
) -> (f32, f32) {
    match background {
        Some(value) if foreground_values < FEW_VALUES => (low.min(value), high.max(value)),
        _ => (low, high),
    }
}

fn window_of_values(values: &mut [f32]) -> (f32, f32) {
    if values.is_empty() {
        return (0.0, 1.0);
    }
    let mut at = |percent| percentile(values, percent);
    (at(WINDOW_PERCENTILES.0), at(WINDOW_PERCENTILES.1))
}

/// Returns the window of values in ascending order, each of which occurs some times.
fn window_of_counts(counts: &[(f32, usize)]) -> (f32, f32) {
    let all: usize = counts.iter().map(|(_, count)| count).sum();
    let Some(last) = all.checked_sub(1) else { return (0.0, 1.0) };
    let value_at = |rank: usize| {
        let mut before = 0;
        let found = counts.iter().find(|(_, count)| {
            before += count;
            before > rank
        });
        found.map_or(0.0, |(value, _)| *value)
    };
    let at = |percent: f64| {
        let (below, part) = rank(last, percent);
        between(value_at(below), (below < last).then(|| value_at(below + 1)), part)
    };
    (at(WINDOW_PERCENTILES.0), at(WINDOW_PERCENTILES.1))
}

/// Returns the rank below a percentile, and the part of the way to the next one.
fn rank(last: usize, percent: f64) -> (usize, f64) {
    let rank = last as f64 * percent / 100.0;
    (rank as usize, rank.fract())
}

fn between(low: f32, next: Option<f32>, part: f64) -> f32 {
    match next {
        // In double precision, where the difference of two finite `f32` values is finite.
        Some(next) => (f64::from(low) + part * (f64::from(next) - f64::from(low))) as f32,
        None => low,
    }
}

/// Returns a percentile of `values`, which must be finite and not empty. Changes their order.
fn percentile(values: &mut [f32], percent: f64) -> f32 {
    let (below, part) = rank(values.len() - 1, percent);
    let (_, low, above) = values.select_nth_unstable_by(below, f32::total_cmp);
    between(*low, above.iter().copied().min_by(f32::total_cmp), part)
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
