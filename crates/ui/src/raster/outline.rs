//! The outline of a class in a mask as an SVG path.

use std::fmt::Write;

/// Column and row offsets of the steps right, down, left and up.
const STEPS: [(isize, isize); 4] = [(1, 0), (0, 1), (-1, 0), (0, -1)];

/// Returns the boundaries of all regions of a class as closed loops along pixel edges. The
/// coordinates are in pixels, with the origin at the top left corner of the image. The result is
/// empty if the class does not occur or the mask does not have this height and width.
///
/// Every loop has its region on the right side. Regions that touch only at a corner have separate
/// loops.
pub fn outline(mask: &[u8], [height, width]: [usize; 2], class: u8) -> String {
    if mask.len() != height * width {
        return String::new();
    }
    let inside = |row: Option<usize>, column: Option<usize>| match (row, column) {
        (Some(row), Some(column)) if row < height && column < width => {
            mask[row * width + column] == class
        }
        _ => false,
    };
    // For each pixel corner, a bit set of the steps from it that are boundaries not visited yet.
    let stride = width + 1;
    let mut borders = vec![0_u8; stride * (height + 1)];
    for row in 0..height {
        for column in 0..width {
            let (r, c) = (Some(row), Some(column));
            if !inside(r, c) {
                continue;
            }
            let corner = row * stride + column;
            let sides = [
                (inside(row.checked_sub(1), c), corner, 0),
                (inside(r, Some(column + 1)), corner + 1, 1),
                (inside(Some(row + 1), c), corner + stride + 1, 2),
                (inside(r, column.checked_sub(1)), corner + stride, 3),
            ];
            for (neighbor, from, step) in sides {
                if !neighbor {
                    borders[from] |= 1 << step;
                }
            }
        }
    }
    let mut path = String::new();
    for start in 0..borders.len() {
        while let Some(step) = (0..4).find(|step| borders[start] & (1 << step) != 0) {
            walk(&mut borders, stride, start, step, &mut path);
        }
    }
    path
}

/// Follows one loop, clears its boundary bits and writes its corners.
fn walk(borders: &mut [u8], stride: usize, start: usize, first: usize, path: &mut String) {
    let place = |corner: usize| (corner % stride, corner / stride);
    let (x, y) = place(start);
    // Writing to a string cannot fail.
    let _ = write!(path, "M{x} {y}");
    let (mut corner, mut step) = (start, first);
    loop {
        borders[corner] &= !(1 << step);
        let (right, down) = STEPS[step];
        let moved = corner.checked_add_signed(right + down * stride as isize);
        // The end of a boundary edge is a corner of the same grid, so it always exists.
        let Some(next) = moved.filter(|next| *next < borders.len()) else { return };
        corner = next;
        // Turning toward the region first separates regions that share only this corner.
        let turns = [(step + 1) % 4, step, (step + 3) % 4];
        let Some(turn) = turns.into_iter().find(|turn| borders[corner] & (1 << turn) != 0) else {
            path.push('Z');
            return;
        };
        if turn != step {
            let (x, y) = place(corner);
            let _ = if step % 2 == 0 { write!(path, "H{x}") } else { write!(path, "V{y}") };
        }
        step = turn;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_of_pixels_is_one_rectangle() {
        assert_eq!(outline(&[0, 0, 0, 0, 2, 2, 0, 2, 2], [3, 3], 2), "M1 1H3V3H1Z");
        assert_eq!(outline(&[1], [1, 1], 1), "M0 0H1V1H0Z");
        assert_eq!(outline(&[1; 6], [2, 3], 1), "M0 0H3V2H0Z");
    }

    #[test]
    fn holes_are_loops_of_their_own() {
        let ring = [1, 1, 1, 1, 0, 1, 1, 1, 1];
        assert_eq!(outline(&ring, [3, 3], 1), "M0 0H3V3H0ZM1 1V2H2V1Z");
        assert_eq!(outline(&ring, [3, 3], 0), "M1 1H2V2H1Z");
    }

    #[test]
    fn regions_that_touch_at_a_corner_stay_apart() {
        assert_eq!(outline(&[1, 0, 0, 1], [2, 2], 1), "M0 0H1V1H0ZM1 1H2V2H1Z");
        assert_eq!(outline(&[0, 1, 1, 0], [2, 2], 1), "M1 0H2V1H1ZM0 1H1V2H0Z");
    }

    #[test]
    fn there_is_no_outline_of_what_is_not_there() {
        assert_eq!(outline(&[0, 1], [1, 2], 3), "");
        assert_eq!(outline(&[], [0, 0], 1), "");
        assert_eq!(outline(&[1, 1, 1], [2, 2], 1), "");
    }

    #[test]
    fn every_border_is_walked_once() {
        // A pattern of nested loops. The total length of all loops is the number of boundary edges.
        let (height, width) = (9, 11);
        let mask: Vec<u8> =
            (0..height * width).map(|i| ((i * i + i / 7) % 3 == 1).into()).collect();
        let is = |row: usize, column: usize| {
            row < height && column < width && mask[row * width + column] == 1
        };
        let mut expected = 0;
        for row in 0..height {
            for column in 0..width {
                if is(row, column) {
                    let (up, left) = (row.wrapping_sub(1), column.wrapping_sub(1));
                    let around =
                        [is(up, column), is(row + 1, column), is(row, left), is(row, column + 1)];
                    expected += around.iter().filter(|there| !**there).count();
                }
            }
        }
        assert_eq!(length(&outline(&mask, [height, width], 1)), expected);
    }

    fn length(path: &str) -> usize {
        let mut total = 0;
        for part in path.split('M').skip(1) {
            let body = part.trim_end_matches('Z');
            let first = body.find(['H', 'V']).unwrap();
            let (x, y) = body[..first].split_once(' ').unwrap();
            let start: (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
            let mut at = start;
            let mut rest = &body[first..];
            while !rest.is_empty() {
                let end = rest[1..].find(['H', 'V']).map_or(rest.len(), |end| end + 1);
                let to: usize = rest[1..end].parse().unwrap();
                if rest.starts_with('H') {
                    total += at.0.abs_diff(to);
                    at.0 = to;
                } else {
                    total += at.1.abs_diff(to);
                    at.1 = to;
                }
                rest = &rest[end..];
            }
            total += at.0.abs_diff(start.0) + at.1.abs_diff(start.1);
        }
        total
    }
}
