//! A grid of feature maps in one image.

use std::fmt::Write;
use std::ops::Range;

use crate::raster::colors::{Rgb, sequential_scale};

/// Number of pixels between tiles.
const GAP: usize = 1;

/// Layout of feature maps of equal size in rows and columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TileGrid {
    /// Number of tiles, one for each of the first channels.
    pub tiles: usize,
    /// Number of tiles per row.
    pub columns: usize,
    /// Height and width of a tile in pixels.
    pub tile: [usize; 2],
}

impl TileGrid {
    /// Lays out the first `most` channels of maps of shape `[channels, height, width]` so that the
    /// image is two to four times as wide as high.
    pub fn new([channels, height, width]: [usize; 3], most: usize) -> Self {
        let tiles = channels.min(most);
        let columns = match tiles {
            0..=3 => tiles,
            // A power of two, since the number of channels is usually a power of two times a small
            // number.
            _ => {
                let wide = ((2 * tiles) as f64).sqrt();
                1 << (wide.log2().round() as u32)
            }
        };
        Self { tiles, columns: columns.max(1), tile: [height, width] }
    }

    /// Returns the number of rows.
    pub fn rows(&self) -> usize {
        self.tiles.div_ceil(self.columns)
    }

    /// Returns the height and width of the whole image in pixels.
    pub fn size(&self) -> [usize; 2] {
        let length = |tiles: usize, side: usize| (tiles * (side + GAP)).saturating_sub(GAP);
        [length(self.rows(), self.tile[0]), length(self.columns.min(self.tiles), self.tile[1])]
    }

    /// Returns the row and column of the first pixel of a tile.
    pub fn corner(&self, tile: usize) -> [usize; 2] {
        let [height, width] = self.tile;
        [tile / self.columns * (height + GAP), tile % self.columns * (width + GAP)]
    }

    /// Returns the channel and pixel `[row, column]` at a pixel of the image, or `None` between
    /// tiles and where there is no tile.
    pub fn find(&self, [row, column]: [usize; 2]) -> Option<(usize, [usize; 2])> {
        let [height, width] = self.tile;
        let (down, y) = (row / (height + GAP), row % (height + GAP));
        let (across, x) = (column / (width + GAP), column % (width + GAP));
        let tile = down * self.columns + across;
        let inside = y < height && x < width && across < self.columns && tile < self.tiles;
        inside.then_some((tile, [y, x]))
    }

    /// Paints maps in the sequential color scale as RGBA bytes, with transparent gaps. Returns
    /// `None` if the maps have a different shape.
    pub fn paint(&self, shape: [usize; 3], values: &[u8]) -> Option<Vec<u8>> {
        let [_, height, width] = shape;
        if [height, width] == self.tile {
            self.paint_scaled(shape, values, sequential_scale())
        } else {
            None
        }
    }

    /// Paints maps of any size, stretched to their tiles, in the given color scale. Returns `None`
    /// if there are too few maps or values.
    pub fn paint_scaled(
        &self,
        [channels, height, width]: [usize; 3],
        values: &[u8],
        scale: &[Rgb; 256],
    ) -> Option<Vec<u8>> {
        let [rows, row_length] = self.size();
        if channels < self.tiles || values.len() != channels * height * width {
            return None;
        }
        let mut rgba = vec![0; 4 * rows * row_length];
        if height * width == 0 {
            return Some(rgba);
        }
        let [tall, wide] = self.tile;
        for (tile, values) in values.chunks_exact(height * width).take(self.tiles).enumerate() {
            let [top, left] = self.corner(tile);
            for y in 0..tall {
                let row = &values[y * height / tall * width..][..width];
                let start = 4 * ((top + y) * row_length + left);
                let pixels = rgba[start..].as_chunks_mut::<4>().0;
                for (x, pixel) in pixels.iter_mut().take(wide).enumerate() {
                    let [red, green, blue] = scale[usize::from(row[x * width / wide])];
                    *pixel = [red, green, blue, 255];
                }
            }
        }
        Some(rgba)
    }

    /// Returns a rectangle on every tile as an SVG path, in pixels of the image.
    pub fn path(&self, rows: &Range<usize>, columns: &Range<usize>) -> String {
        let mut path = String::new();
        let (height, width) = (rows.len(), columns.len());
        for tile in 0..self.tiles {
            let [top, left] = self.corner(tile);
            let (x, y) = (left + columns.start, top + rows.start);
            // Writing to a string cannot fail.
            let _ = write!(path, "M{x} {y}h{width}v{height}h-{width}Z");
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(channels: usize) -> usize {
        TileGrid::new([channels, 4, 4], usize::MAX).columns
    }

    #[test]
    fn tile_grids_are_wide_and_their_last_row_is_not_lonely() {
        assert_eq!([1, 2, 3, 4, 8, 16, 32, 64, 512].map(columns), [1, 2, 3, 4, 4, 8, 8, 16, 32]);
        let grid = TileGrid::new([32, 16, 16], 8);
        assert_eq!((grid.tiles, grid.columns, grid.rows()), (8, 4, 2));
        assert_eq!(grid.size(), [33, 67]);
        assert_eq!(TileGrid::new([0, 4, 4], 8).size(), [0, 0]);
    }

    #[test]
    fn a_place_in_the_picture_leads_to_channel_and_pixel() {
        let grid = TileGrid::new([6, 4, 5], 8);
        assert_eq!(grid.columns, 4);
        assert_eq!(grid.corner(5), [5, 6]);
        assert_eq!(grid.find([0, 0]), Some((0, [0, 0])));
        assert_eq!(grid.find([7, 10]), Some((5, [2, 4])));
        assert_eq!(grid.find([4, 0]), None);
        assert_eq!(grid.find([0, 5]), None);
        // The second row has only two tiles.
        assert_eq!(grid.find([5, 12]), None);
        assert_eq!(grid.find([0, 24]), None);
    }

    #[test]
    fn maps_are_painted_on_their_tiles_with_gaps_between() {
        let grid = TileGrid::new([2, 1, 2], 8);
        let rgba = grid.paint([2, 1, 2], &[0, 255, 255, 0]).unwrap();
        let pixels = rgba.as_chunks::<4>().0;
        assert_eq!(pixels.len(), 5);
        assert_eq!(pixels[2], [0; 4]);
        assert_eq!((pixels[0], pixels[1]), (pixels[4], pixels[3]));
        assert_eq!(pixels[1][..3], sequential_scale()[255]);
    }

    #[test]
    fn maps_of_another_shape_are_not_painted() {
        let grid = TileGrid::new([2, 1, 2], 8);
        assert_eq!(grid.paint([2, 2, 1], &[0; 4]), None);
        assert_eq!(grid.paint([1, 1, 2], &[0; 2]), None);
        assert_eq!(grid.paint([2, 1, 2], &[0; 3]), None);
        let none = TileGrid::new([1, 0, 0], 8);
        assert_eq!(none.paint([1, 0, 0], &[]), Some(vec![]));
    }

    #[test]
    fn an_area_lies_on_every_tile() {
        let grid = TileGrid::new([2, 4, 4], 8);
        assert_eq!(grid.path(&(1..3), &(0..4)), "M0 1h4v2h-4ZM5 1h4v2h-4Z");
        assert_eq!(TileGrid::default().path(&(1..3), &(0..4)), "");
    }
}
