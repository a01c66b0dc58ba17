//! Arrangement of a layer's units as tiles of one image.

use protocol::QuantizedMaps;
use ui::raster::tile_grid::TileGrid;

/// Width of the place for a layer's units below which they stand in one line that scrolls.
const NARROW_WIDTH_REM: f64 = 30.0;
/// Width that is assumed before the place has been measured.
const ASSUMED_WIDTH_REM: f64 = 42.0;
/// Side of the square for a single value, in image pixels.
const CELL_SIDE_PX: usize = 5;
/// Maximum number of dense units that are drawn as wide cells with names.
const MAX_NAMED_NEURONS: usize = 8;
/// Side of a feature map, in pixels, from which on it is drawn large.
const LARGE_MAP_SIDE_PX: usize = 12;

/// How large the tiles of a layer may be, in rem.
struct TileLimits {
    /// Width below which tiles are not drawn, even if they do not fit then.
    smallest_rem: f64,
    /// Largest width.
    largest_rem: f64,
    /// Height of all rows together.
    height_rem: f64,
}

impl TileLimits {
    fn new([units, height, width]: [usize; 3], is_narrow: bool) -> Self {
        let (smallest_rem, largest_rem, height_rem) = match height.max(width) {
            1 if units <= MAX_NAMED_NEURONS => (0.0, 5.5, 5.5),
            1 => (0.6, 1.25, 6.0),
            side if side < LARGE_MAP_SIDE_PX => (1.75, 2.25, 4.5),
            _ if is_narrow => (3.5, 3.5, 3.5),
            _ => (2.75, 5.25, 8.75),
        };
        Self { smallest_rem, largest_rem, height_rem }
    }
}

/// Returns the number of columns in which a layer's units are largest within a place of this width,
/// and the width of each, in rem. Units that would be too small there are wider than the place
/// together.
fn columns(shape: [usize; 3], width_rem: f64) -> (usize, f64) {
    let [units, height, width] = shape;
    let width_rem = if width_rem > 0.0 { width_rem } else { ASSUMED_WIDTH_REM };
    if has_room_for_names(shape) {
        return (units.max(1), (width_rem / units.max(1) as f64).min(5.5));
    }
    let limits = TileLimits::new(shape, width_rem < NARROW_WIDTH_REM);
    let height_to_width = height.max(1) as f64 / width.max(1) as f64;
    let rows_within = limits.height_rem / (limits.smallest_rem * height_to_width);
    let most_rows = rows_within.max(1.0) as usize;
    let mut best = (1, 0.0);
    for rows in 1..=units.min(most_rows) {
        let columns = units.div_ceil(rows);
        let by_height = limits.height_rem / rows as f64 / height_to_width;
        let tile = (width_rem / columns as f64).min(by_height).min(limits.largest_rem);
        if tile > best.1 {
            best = (columns, tile);
        }
    }
    if best.1 < limits.smallest_rem {
        best = (units.div_ceil(most_rows).max(1), limits.smallest_rem);
    }
    best
}

/// Arranges units as tiles that are as large as a place of this width allows.
pub fn unit_grid(shape: [usize; 3], width_rem: f64) -> TileGrid {
    let [units, height, width] = shape;
    let tile = match units {
        _ if height * width != 1 => [height, width],
        0..=MAX_NAMED_NEURONS => [CELL_SIDE_PX, 3 * CELL_SIDE_PX],
        _ => [CELL_SIDE_PX; 2],
    };
    TileGrid { tiles: units, columns: columns(shape, width_rem).0, tile }
}

/// Returns the width of all units together, in rem.
pub fn grid_width_rem(shape: [usize; 3], width_rem: f64) -> f64 {
    let (columns, tile) = columns(shape, width_rem);
    columns as f64 * tile
}

/// Returns whether there is room for the names of a layer's units.
pub fn has_room_for_names([units, height, width]: [usize; 3]) -> bool {
    height * width == 1 && units <= MAX_NAMED_NEURONS
}

/// Returns the value that a quantization step represents.
pub fn value(maps: &QuantizedMaps, step: u8) -> f32 {
    maps.low + (maps.high - maps.low) * f32::from(step) / 255.0
}

/// Returns the row and column of a unit's largest value, and the value, or `None` if there is no
/// such unit.
pub fn strongest(maps: &QuantizedMaps, unit: usize) -> Option<([usize; 2], f32)> {
    let [units, height, width] = maps.shape;
    let size = height * width;
    let values = maps.values.get(unit * size..(unit + 1) * size).filter(|_| unit < units)?;
    let first = (0, *values.first()?);
    let best = values.iter().copied().enumerate();
    let (place, step) = best.fold(first, |best, now| if now.1 > best.1 { now } else { best });
    Some(([place / width, place % width], value(maps, step)))
}

/// Returns the unit to which a key moves the focus.
pub fn next_unit(from: Option<usize>, key: &str, grid: TileGrid) -> Option<usize> {
    let last = grid.tiles.checked_sub(1)?;
    let known = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End"].contains(&key);
    let Some(unit) = from.filter(|unit| *unit <= last) else { return known.then_some(0) };
    Some(match key {
        "ArrowLeft" => unit.saturating_sub(1),
        "ArrowRight" => (unit + 1).min(last),
        "ArrowUp" => unit.checked_sub(grid.columns).unwrap_or(unit),
        "ArrowDown" => Some(unit + grid.columns).filter(|unit| *unit <= last).unwrap_or(unit),
        "Home" => 0,
        "End" => last,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn maps(shape: [usize; 3], values: Vec<u8>) -> QuantizedMaps {
        QuantizedMaps { shape, low: -1.0, high: 1.0, values }
    }

    fn placed(shape: [usize; 3], width_rem: f64) -> (usize, usize, f64) {
        let grid = unit_grid(shape, width_rem);
        (grid.columns, grid.rows(), (grid_width_rem(shape, width_rem) * 100.0).round() / 100.0)
    }

    #[test]
    fn units_are_as_large_as_their_place_allows() {
        assert_eq!(placed([1, 64, 64], 48.0), (1, 1, 5.25));
        assert_eq!(placed([8, 64, 64], 48.0), (8, 1, 42.0));
        assert_eq!(placed([10, 30, 30], 30.0), (5, 2, 21.88));
        assert_eq!(placed([20, 13, 13], 30.0), (10, 2, 30.0));
        assert_eq!(placed([20, 13, 13], 60.0), (10, 2, 43.75));
        assert_eq!(placed([32, 16, 16], 36.0), (11, 3, 32.08));
        assert_eq!(placed([10, 5, 5], 30.0), (10, 1, 22.5));
        assert_eq!(placed([6, 1, 1], 30.0), (6, 1, 30.0));
        assert_eq!(placed([6, 1, 1], 50.0), (6, 1, 33.0));
        let (columns, rows, width) = placed([320, 1, 1], 22.5);
        assert!(columns * rows >= 320 && width <= 22.5, "{columns} × {rows}, {width} rem");
    }

    #[test]
    fn units_that_would_be_too_small_are_wider_than_their_place() {
        assert_eq!(placed([10, 30, 30], 22.5), (10, 1, 35.0));
        assert_eq!(placed([3, 64, 64], 22.5), (3, 1, 10.5));
        assert_eq!(placed([64, 32, 32], 30.0), (22, 3, 60.5));
        assert_eq!(placed([128, 4, 4], 22.5), (64, 2, 112.0));
    }

    #[test]
    fn a_place_that_was_not_measured_is_taken_for_a_wide_one() {
        assert_eq!(placed([10, 30, 30], 0.0), placed([10, 30, 30], ASSUMED_WIDTH_REM));
        assert_eq!(placed([0, 30, 30], 30.0).0, 1);
    }

    #[test]
    fn a_single_value_becomes_a_cell() {
        let grid = unit_grid([2, 1, 1], 30.0);
        let scale = std::array::from_fn(|i| [i as u8; 3]);
        let rgba = grid.paint_scaled([2, 1, 1], &[7, 9], &scale).unwrap();
        let [rows, columns] = grid.size();
        assert_eq!([rows, columns], [CELL_SIDE_PX, 6 * CELL_SIDE_PX + 1]);
        let at = |row: usize, column: usize| rgba[4 * (row * columns + column)];
        assert_eq!([at(0, 0), at(4, 14), at(0, 16), at(4, 30)], [7, 7, 9, 9]);
        assert_eq!(rgba[4 * 15 + 3], 0, "the gap is transparent");
        assert_eq!(grid.paint_scaled([2, 2, 1], &[7, 9], &scale), None);
    }

    #[test]
    fn the_strongest_place_is_named_with_its_value() {
        let found = strongest(&maps([2, 2, 3], vec![0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 255, 5]), 1);
        assert_eq!(found, Some(([1, 1], 1.0)));
        assert_eq!(strongest(&maps([1, 1, 1], vec![9]), 1), None);
    }

    #[test]
    fn keys_lead_from_unit_to_unit() {
        let grid = unit_grid([20, 13, 13], 60.0);
        let from = |unit, key| next_unit(unit, key, grid);
        assert_eq!(from(None, "ArrowLeft"), Some(0));
        assert_eq!(from(Some(9), "ArrowRight"), Some(10));
        assert_eq!(from(Some(3), "ArrowDown"), Some(13));
        assert_eq!(from(Some(13), "ArrowDown"), Some(13));
        assert_eq!(from(Some(13), "ArrowUp"), Some(3));
        assert_eq!(from(Some(7), "End"), Some(19));
        // A unit of a larger layer, selected before an edit.
        assert_eq!(from(Some(25), "End"), Some(0));
        assert_eq!(from(Some(3), "a"), None);
    }
}
