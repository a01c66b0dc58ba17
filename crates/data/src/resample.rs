//! Resampling of planes to another pixel size, around their center.

use crate::Plane;

/// Relative difference of pixel sizes below which a plane is left as it is.
const SAME_SIZE: f32 = 0.01;

/// Maximum number of rows and columns after resampling.
const MAX_SIDE: usize = 4096;

/// Returns whether pixels of these sizes (height and width in millimeters) count as equal.
pub fn is_same_pixel_size(a: [f32; 2], b: [f32; 2]) -> bool {
    a.iter().zip(b).all(|(a, b)| (a / b - 1.0).abs() <= SAME_SIZE)
}

/// Returns a plane with pixels of another size (height and width in millimeters), by linear
/// interpolation. The center stays where it is.
pub fn resample_gray(plane: Plane, pixel_mm: [f32; 2]) -> Plane {
    if is_same_pixel_size(plane.pixel_mm, pixel_mm) {
        return plane;
    }
    let [rows, columns] = axes(plane.size, plane.pixel_mm, pixel_mm);
    let width = plane.size[1];
    let values = rows.iter().flat_map(|row| {
        let values = &plane.values;
        columns.iter().map(move |column| {
            let at = |row: usize| {
                let (low, high) =
                    (values[row * width + column.low], values[row * width + column.high]);
                mix(low, high, column.part)
            };
            mix(at(row.low), at(row.high), row.part)
        })
    });
    Plane { size: [rows.len(), columns.len()], values: values.collect(), pixel_mm }
}

/// Returns the labels of a plane with pixels of another size, each that of the nearest pixel, and
/// its size.
pub fn resample_labels(
    labels: &[u8],
    size: [usize; 2],
    from_mm: [f32; 2],
    to_mm: [f32; 2],
) -> ([usize; 2], Vec<u8>) {
    if is_same_pixel_size(from_mm, to_mm) {
        return (size, labels.to_vec());
    }
    let [rows, columns] = axes(size, from_mm, to_mm);
    let found = rows.iter().flat_map(|row| {
        let start = row.nearest() * size[1];
        columns.iter().map(move |column| labels[start + column.nearest()])
    });
    ([rows.len(), columns.len()], found.collect())
}

/// Returns the number of rows and columns of a plane with pixels of another size.
pub fn resampled_size(size: [usize; 2], from_mm: [f32; 2], to_mm: [f32; 2]) -> [usize; 2] {
    if is_same_pixel_size(from_mm, to_mm) {
        return size;
    }
    std::array::from_fn(|axis| count(size[axis], f64::from(to_mm[axis] / from_mm[axis])))
}

/// Returns a plane with larger pixels, each the mean over its area. `value` gives the value at a row
/// and column of the original. The center stays where it is.
pub fn area_average(
    size: [usize; 2],
    from_mm: [f32; 2],
    to_mm: [f32; 2],
    value: impl Fn(usize, usize) -> f32,
) -> Plane {
    let new = resampled_size(size, from_mm, to_mm);
    let step = |axis: usize| f64::from(to_mm[axis] / from_mm[axis]);
    let rows = covers(size[0], new[0], step(0));
    let columns = covers(size[1], new[1], step(1));
    let mut values = Vec::with_capacity(new[0] * new[1]);
    let mut sums = vec![0.0; new[1]];
    for row in &rows {
        sums.fill(0.0);
        for (r, of_row) in row {
            for (sum, column) in sums.iter_mut().zip(&columns) {
                for (c, of_column) in column {
                    *sum += of_row * of_column * f64::from(value(*r, *c));
                }
            }
        }
        values.extend(sums.iter().map(|sum| *sum as f32));
    }
    Plane { size: new, values, pixel_mm: to_mm }
}

/// Returns the old pixels that each new one covers along an axis, with weights whose sum is 1.
fn covers(length: usize, count: usize, step: f64) -> Vec<Vec<(usize, f64)>> {
    let start = (length as f64 - count as f64 * step) / 2.0;
    let last = length.saturating_sub(1);
    let cover = |index: usize| {
        let from = (start + index as f64 * step).clamp(0.0, last as f64);
        let to = (start + (index + 1) as f64 * step).clamp(from, length as f64);
        let mut pixels = Vec::new();
        for pixel in from as usize..=(to as usize).min(last) {
            let overlap = to.min(pixel as f64 + 1.0) - from.max(pixel as f64);
            if overlap > 0.0 {
                pixels.push((pixel, overlap / (to - from)));
            }
        }
        if pixels.is_empty() {
            pixels.push((from as usize, 1.0));
        }
        pixels
    };
    (0..count).map(cover).collect()
}

/// Position of a new row or column between two old ones.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Position {
    low: usize,
    high: usize,
    /// 0 at `low`, 1 at `high`.
    part: f32,
}

impl Position {
    fn nearest(&self) -> usize {
        if self.part < 0.5 { self.low } else { self.high }
    }
}

/// Returns the positions of the new rows and columns.
fn axes(size: [usize; 2], from_mm: [f32; 2], to_mm: [f32; 2]) -> [Vec<Position>; 2] {
    std::array::from_fn(|axis| positions(size[axis], f64::from(to_mm[axis] / from_mm[axis])))
}

/// Returns the positions along an axis of `length` pixels, given the size of a new pixel in old
/// ones.
fn positions(length: usize, step: f64) -> Vec<Position> {
    let last = length.saturating_sub(1);
    let count = count(length, step);
    let position = |index: usize| {
        let from_center = (index as f64 - (count as f64 - 1.0) / 2.0) * step;
        let at = (from_center + last as f64 / 2.0).clamp(0.0, last as f64);
        let low = at as usize;
        Position { low, high: (low + 1).min(last), part: (at - low as f64) as f32 }
    };
    (0..count).map(position).collect()
}

/// Returns the number of new pixels along an axis of `length` old ones.
fn count(length: usize, step: f64) -> usize {
    (length as f64 / step).round().clamp(1.0, MAX_SIDE as f64) as usize
}

fn mix(low: f32, high: f32, part: f32) -> f32 {
    // So that an infinite neighbor without weight does not count.
    if part == 0.0 { low } else { low + part * (high - low) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane(size: [usize; 2], values: &[f32]) -> Plane {
        Plane { size, values: values.to_vec(), pixel_mm: [1.0; 2] }
    }

    #[test]
    fn pixels_of_nearly_the_same_size_stay() {
        let flat = plane([1, 2], &[1.0, 2.0]);
        assert_eq!(resample_gray(flat.clone(), [1.005, 0.995]), flat);
    }

    #[test]
    fn a_ramp_stays_a_ramp() {
        let ramp = plane([1, 6], &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        let coarse = resample_gray(ramp.clone(), [1.0, 2.0]);
        assert_eq!((coarse.size, coarse.values), ([1, 3], vec![0.5, 2.5, 4.5]));
        let fine = resample_gray(ramp, [1.0, 0.5]);
        assert_eq!(fine.size, [1, 12]);
        assert_eq!(fine.values[1..4], [0.25, 0.75, 1.25]);
        assert_eq!((fine.values[0], fine.values[11]), (0.0, 5.0), "the edge is repeated");
    }

    #[test]
    fn an_area_is_averaged() {
        let values = [0.0, 2.0, 4.0, 6.0, 8.0, 10.0];
        let at = |_: usize, column: usize| values[column];
        assert_eq!(area_average([1, 6], [1.0; 2], [1.0, 2.0], at).values, [1.0, 5.0, 9.0]);
        // Pixels of 1.5: the first one has all of 0 and half of 2.
        let thirds = area_average([1, 6], [1.0; 2], [1.0, 1.5], at);
        let wanted = [1.0 / 1.5, 5.0 / 1.5, 10.0 / 1.5, 14.0 / 1.5];
        let worst = thirds.values.iter().zip(wanted).map(|(a, b)| (a - b as f32).abs());
        assert!(thirds.size == [1, 4] && worst.fold(0.0, f32::max) < 1e-5, "{thirds:?}");
        let all = area_average([2, 6], [1.0; 2], [2.0, 6.0], at);
        assert_eq!((all.size, all.values), ([1, 1], vec![5.0]));
        let constant = area_average([7, 5], [1.0; 2], [2.3, 1.7], |_, _| 3.0);
        assert!(constant.values.iter().all(|value| (value - 3.0).abs() < 1e-5));
    }

    #[test]
    fn labels_are_never_mixed() {
        let (size, labels) = resample_labels(&[0, 0, 2, 2], [2, 2], [3.0, 1.0], [1.0, 1.0]);
        assert_eq!((size, labels), ([6, 2], vec![0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2]));
        let (size, labels) = resample_labels(&[7; 9], [3, 3], [1.0; 2], [100.0; 2]);
        assert_eq!((size, labels), ([1, 1], vec![7]));
    }
}
