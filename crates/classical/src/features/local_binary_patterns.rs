//! Local binary patterns (Ojala, Pietikäinen & Mäenpää, "Multiresolution gray-scale and rotation
//! invariant texture classification with local binary patterns", IEEE TPAMI 24(7), 2002), by the
//! definition of scikit-image's `local_binary_pattern(image, 8, 1, "uniform")`.

/// Cosine of 45°, rounded to five digits as in scikit-image.
#[expect(clippy::approx_constant, reason = "more digits would give other codes in flat areas")]
const DIAGONAL: f64 = 0.70711;

/// The eight neighbors at distance 1, counterclockwise from the right: rows down, columns to the
/// right.
const NEIGHBORS: [[f64; 2]; 8] = [
    [0.0, 1.0],
    [-DIAGONAL, DIAGONAL],
    [-1.0, 0.0],
    [-DIAGONAL, -DIAGONAL],
    [0.0, -1.0],
    [DIAGONAL, -DIAGONAL],
    [1.0, 0.0],
    [DIAGONAL, DIAGONAL],
];

/// Codes: 0 to 8 neighbors that are as bright as the pixel, and all patterns that are not uniform.
const CODES: usize = NEIGHBORS.len() + 2;

/// Returns the share of the pixels with each code.
pub(super) fn pattern_histogram(pixels: &[u8], size: [usize; 2]) -> [f32; CODES] {
    let [height, width] = size;
    let mut counts = [0_u32; CODES];
    for y in 0..height {
        for x in 0..width {
            counts[code(pixels, size, [y, x])] += 1;
        }
    }
    counts.map(|count| count as f32 / pixels.len() as f32)
}

/// Returns the code of a pixel: the number of neighbors that are at least as bright if these are
/// consecutive on the circle, otherwise 9.
fn code(pixels: &[u8], size: [usize; 2], [y, x]: [usize; 2]) -> usize {
    let center = f64::from(pixels[y * size[1] + x]);
    let bits = NEIGHBORS.map(|[down, right]| {
        interpolated(pixels, size, [y as f64 + down, x as f64 + right]) >= center
    });
    let changes = (0..bits.len()).filter(|at| bits[*at] != bits[(at + 1) % bits.len()]).count();
    match changes <= 2 {
        true => bits.into_iter().filter(|bit| *bit).count(),
        false => CODES - 1,
    }
}

/// Returns the gray value between pixels by bilinear interpolation; pixels outside are 0. The
/// operations and their order are those of scikit-image, since in areas of one gray value the
/// rounding decides whether a neighbor is as bright.
fn interpolated(pixels: &[u8], [height, width]: [usize; 2], [y, x]: [f64; 2]) -> f64 {
    let [top, left] = [y.floor(), x.floor()];
    let [dy, dx] = [y - top, x - left];
    let gray = |row: f64, column: f64| {
        let inside = row >= 0.0 && column >= 0.0;
        let [row, column] = [row as usize, column as usize];
        match inside && row < height && column < width {
            true => f64::from(pixels[row * width + column]),
            false => 0.0,
        }
    };
    if dy == 0.0 && dx == 0.0 {
        return gray(top, left);
    }
    let [bottom, right] = [y.ceil(), x.ceil()];
    let upper = (1.0 - dx) * gray(top, left) + dx * gray(top, right);
    let lower = (1.0 - dx) * gray(bottom, left) + dx * gray(bottom, right);
    (1.0 - dy) * upper + dy * lower
}
