//! Arrangement of a layer's units as tiles of one image.

use protocol::QuantizedMaps;
use ui::raster::tile_grid::TileGrid;

/// Number of feature maps per row, in a wide and in a narrow window.
const MAPS_PER_ROW: [usize; 2] = [12, 6];
/// Width of a full row of units, in rem.
const ROW_WIDTH_REM: f64 = 42.0;
/// Number of dense units (single values) per row, in a wide and in a narrow window.
const NEURONS_PER_ROW: [usize; 2] = [64, 32];
/// Side of the square for a single value, in image pixels.
const CELL_SIDE_PX: usize = 5;
/// Maximum number of dense units that are drawn as wide cells with names.
const MAX_NAMED_NEURONS: usize = 8;

/// Arranges units in as few rows as are readable in a wide or narrow window.
pub fn unit_grid([units, height, width]: [usize; 3], narrow: bool) -> TileGrid {
    let neurons = height * width == 1;
    let most = if neurons { NEURONS_PER_ROW } else { MAPS_PER_ROW }[usize::from(narrow)];
    let rows = units.div_ceil(most).max(1);
    let columns = if neurons { units.min(most) } else { units.div_ceil(rows) };
    let tile = match units {
        _ if !neurons => [height, width],
        0..=MAX_NAMED_NEURONS => [CELL_SIDE_PX, 3 * CELL_SIDE_PX],
        _ => [CELL_SIDE_PX; 2],
    };
    TileGrid { tiles: units, columns: columns.max(1), tile }
}

/// Returns the width at which the units of a layer can be distinguished, in rem.
pub fn comfortable_width(shape: [usize; 3], narrow: bool) -> f64 {
    let [units, height, width] = shape;
    let columns = unit_grid(shape, narrow).columns as f64;
    let each = match height.max(width) {
        1 if units <= MAX_NAMED_NEURONS => 5.5,
        1 => (ROW_WIDTH_REM / columns).min(1.25),
        side if side < 12 => 2.25,
        // A few maps are drawn larger to fill the width.
        _ => (ROW_WIDTH_REM / columns).min(5.25),
    };
    each * columns
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

    #[test]
    fn rows_are_few_and_full() {
        let placed = |shape, narrow| {
            let grid = unit_grid(shape, narrow);
            (grid.columns, grid.rows())
        };
        let columns = |shape| placed(shape, false);
        assert_eq!(columns([10, 30, 30]), (10, 1));
        assert_eq!(columns([20, 13, 13]), (10, 2));
        assert_eq!(columns([128, 4, 4]), (12, 11));
        assert_eq!(columns([320, 1, 1]), (64, 5));
        assert_eq!(columns([6, 1, 1]), (6, 1));
        assert_eq!(placed([10, 30, 30], true), (5, 2));
        assert_eq!(placed([320, 1, 1], true), (32, 10));
    }

    #[test]
    fn a_single_value_becomes_a_cell() {
        let grid = unit_grid([2, 1, 1], false);
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
        let grid = unit_grid([20, 13, 13], false);
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
