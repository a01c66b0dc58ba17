//! Histogram of oriented gradients (Dalal & Triggs, "Histograms of oriented gradients for human
//! detection", CVPR 2005), by the definition of scikit-image's `hog`.

/// Height and width of a cell, in pixels.
const CELL_PX: usize = 8;

/// Height and width of a block, in cells.
const BLOCK_CELLS: usize = 2;

/// Bins of the directions from 0° to 180°.
const ORIENTATIONS: usize = 9;

const BIN_DEGREES: f64 = 180.0 / ORIENTATIONS as f64;

/// Numbers of a block.
const BLOCK_LEN: usize = BLOCK_CELLS * BLOCK_CELLS * ORIENTATIONS;

/// Largest value of a normalized block before it is normalized again.
const CLIP: f64 = 0.2;

/// Keeps blocks without gradients finite.
const EPSILON: f64 = 1e-5;

type Cell = [f64; ORIENTATIONS];

/// Returns the normalized blocks, `[block rows, block columns, 2, 2, 9]`. Blocks overlap by a cell.
/// Pixels beyond the last whole cell are left out.
pub(super) fn oriented_gradients(pixels: &[u8], size: [usize; 2]) -> Vec<f32> {
    let [cell_rows, cell_columns] = size.map(|side| side / CELL_PX);
    let [block_rows, block_columns] =
        [cell_rows, cell_columns].map(|cells| (cells + 1).saturating_sub(BLOCK_CELLS));
    let cells = cell_histograms(pixels, size);
    let mut values = Vec::with_capacity(block_rows * block_columns * BLOCK_LEN);
    for row in 0..block_rows {
        for column in 0..block_columns {
            let mut block = [0.0; BLOCK_LEN];
            for (index, part) in block.chunks_exact_mut(ORIENTATIONS).enumerate() {
                let [y, x] = [row + index / BLOCK_CELLS, column + index % BLOCK_CELLS];
                part.copy_from_slice(&cells[y * cell_columns + x]);
            }
            values.extend(normalized(block).map(|value| value as f32));
        }
    }
    values
}

/// Returns the sum of gradient magnitudes in each direction for each cell, divided by the number of
/// pixels of a cell. A pixel belongs to one cell and one direction, without interpolation.
fn cell_histograms(pixels: &[u8], [height, width]: [usize; 2]) -> Vec<Cell> {
    let [rows, columns] = [height / CELL_PX, width / CELL_PX];
    let mut cells = vec![Cell::default(); rows * columns];
    let gray = |y: usize, x: usize| f64::from(pixels[y * width + x]);
    for y in 0..rows * CELL_PX {
        for x in 0..columns * CELL_PX {
            // Gradients along an axis are 0 on the two borders that it meets.
            let down = match y > 0 && y + 1 < height {
                true => gray(y + 1, x) - gray(y - 1, x),
                false => 0.0,
            };
            let right = match x > 0 && x + 1 < width {
                true => gray(y, x + 1) - gray(y, x - 1),
                false => 0.0,
            };
            if down == 0.0 && right == 0.0 {
                continue;
            }
            let magnitude = (down * down + right * right).sqrt();
            let degrees = libm::atan2(down, right).to_degrees().rem_euclid(180.0);
            let bin = ((degrees / BIN_DEGREES) as usize).min(ORIENTATIONS - 1);
            cells[y / CELL_PX * columns + x / CELL_PX][bin] += magnitude;
        }
    }
    let pixels_of_cell = (CELL_PX * CELL_PX) as f64;
    cells.iter_mut().flatten().for_each(|sum| *sum /= pixels_of_cell);
    cells
}

/// Normalizes a block by L2-Hys: to length 1, clipped, and to length 1 again.
fn normalized(block: [f64; BLOCK_LEN]) -> [f64; BLOCK_LEN] {
    unit_length(unit_length(block).map(|value| value.min(CLIP)))
}

fn unit_length(block: [f64; BLOCK_LEN]) -> [f64; BLOCK_LEN] {
    let squares: f64 = block.iter().map(|value| value * value).sum();
    let length = (squares + EPSILON * EPSILON).sqrt();
    block.map(|value| value / length)
}
