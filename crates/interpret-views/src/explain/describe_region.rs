//! The strongest region of an attribution map, for its text alternative.

use model::PixelRect;

use crate::map_statistics::finite;

/// Number of windows that fit along each side of the image.
const WINDOWS_PER_SIDE: usize = 8;
/// Minimum strength of a window in the region, relative to the strongest window.
const MIN_RELATIVE_STRENGTH: f64 = 0.75;

/// A region of a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// Rows and columns of the region.
    pub area: PixelRect,
    /// Whether the values are evidence for the class rather than against it.
    pub is_positive: bool,
}

/// Returns the strongest region of a map `[height, width]`, or `None` if all values are 0 or the
/// size does not match.
///
/// Single pixels of a noisy map are not meaningful, so the values are summed in windows of an
/// eighth of a side. The region consists of the strongest window and the windows connected to it
/// that have the same sign and at least three quarters of its strength.
pub fn strongest_region(values: &[f32], [height, width]: [usize; 2]) -> Option<Region> {
    if height * width == 0 || values.len() != height * width {
        return None;
    }
    let side = [height.div_ceil(WINDOWS_PER_SIDE), width.div_ceil(WINDOWS_PER_SIDE)];
    let (rows, columns) = (height - side[0] + 1, width - side[1] + 1);
    let windows = window_sums(values, width, side, [rows, columns]);
    let peak = (0..windows.len()).max_by(|a, b| windows[*a].abs().total_cmp(&windows[*b].abs()))?;
    let strongest = windows[peak];
    if strongest == 0.0 {
        return None;
    }
    let belongs = |place: usize| windows[place] / strongest >= MIN_RELATIVE_STRENGTH;
    let mut area = PixelRect { rows: rows..0, columns: columns..0 };
    let mut reached = vec![false; windows.len()];
    let mut open = vec![peak];
    reached[peak] = true;
    while let Some(place) = open.pop() {
        let (row, column) = (place / columns, place % columns);
        area.rows = area.rows.start.min(row)..area.rows.end.max(row + side[0]);
        area.columns = area.columns.start.min(column)..area.columns.end.max(column + side[1]);
        let around = [
            (row > 0).then(|| place - columns),
            (row + 1 < rows).then(|| place + columns),
            (column > 0).then(|| place - 1),
            (column + 1 < columns).then(|| place + 1),
        ];
        for next in around.into_iter().flatten() {
            if !reached[next] && belongs(next) {
                reached[next] = true;
                open.push(next);
            }
        }
    }
    Some(Region { area, is_positive: strongest > 0.0 })
}

/// Returns the sum of the values in each window, indexed by the window's first row and column.
fn window_sums(
    values: &[f32],
    width: usize,
    side: [usize; 2],
    [rows, columns]: [usize; 2],
) -> Vec<f64> {
    let sum = |row: usize, column: usize| -> f64 {
        let lines = values.chunks_exact(width).skip(row).take(side[0]);
        lines.flat_map(|line| &line[column..column + side[1]]).map(|v| f64::from(finite(*v))).sum()
    };
    (0..rows * columns).map(|place| sum(place / columns, place % columns)).collect()
}

/// Describes an area, for example “rows 12–20, columns 30–40”, counted from 1.
pub fn describe_area(area: &PixelRect) -> String {
    let span = |range: &std::ops::Range<usize>| format!("{}–{}", range.start + 1, range.end);
    format!("rows {}, columns {}", span(&area.rows), span(&area.columns))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a map of 16×24 pixels with the given values in rectangles.
    fn with(patches: &[(PixelRect, f32)]) -> Vec<f32> {
        let mut values = vec![0.0; 16 * 24];
        for (area, value) in patches {
            for row in area.rows.clone() {
                values[row * 24..][area.columns.clone()].fill(*value);
            }
        }
        values
    }

    #[test]
    fn the_strongest_patch_is_found_with_its_sign() {
        let weak = (PixelRect { rows: 0..4, columns: 0..4 }, 1.0);
        let strong = (PixelRect { rows: 8..12, columns: 12..18 }, -2.0);
        let found = strongest_region(&with(&[weak, strong.clone()]), [16, 24]).unwrap();
        assert!(!found.is_positive);
        // Windows are 2×3 pixels. Those that are mostly inside the rectangle belong to the region.
        assert!(found.area.rows.start.abs_diff(8) <= 1 && found.area.rows.end.abs_diff(12) <= 1);
        assert!(found.area.columns.start.abs_diff(12) <= 1, "{:?}", found.area);
        assert!(found.area.columns.end.abs_diff(18) <= 1, "{:?}", found.area);
    }

    #[test]
    fn a_patch_elsewhere_of_the_same_strength_stays_apart() {
        let one = (PixelRect { rows: 0..4, columns: 0..6 }, 1.0);
        let other = (PixelRect { rows: 10..14, columns: 15..21 }, 1.1);
        let found = strongest_region(&with(&[one, other]), [16, 24]).unwrap();
        assert!(found.is_positive && found.area.rows.start >= 9 && found.area.columns.start >= 13);
    }

    #[test]
    fn noise_that_cancels_is_weaker_than_what_agrees() {
        let mut values: Vec<f32> =
            (0..16 * 24).map(|i| if (i + i / 24) % 2 == 0 { 5.0 } else { -5.0 }).collect();
        for row in 4..8 {
            values[row * 24..][3..9].fill(3.0);
        }
        let found = strongest_region(&values, [16, 24]).unwrap();
        assert!(
            found.is_positive && found.area.rows.contains(&5) && found.area.columns.contains(&5)
        );
        assert!(found.area.columns.end <= 12, "{:?}", found.area);
    }

    #[test]
    fn a_map_of_zeros_has_no_region() {
        assert_eq!(strongest_region(&[0.0; 384], [16, 24]), None);
        assert_eq!(strongest_region(&[f32::NAN; 384], [16, 24]), None);
        assert_eq!(
            (strongest_region(&[1.0; 3], [2, 2]), strongest_region(&[], [0, 0])),
            (None, None)
        );
        let all = strongest_region(&[1.0], [1, 1]).unwrap();
        assert_eq!(describe_area(&all.area), "rows 1–1, columns 1–1");
    }
}
