//! Orientation of a photo by its EXIF data.

use crate::orientation::{Direction, Orientation};

/// Tag of the orientation.
const ORIENTATION: u16 = 274;

/// Type of a 16-bit number.
const SHORT: u16 = 3;

/// Order of the axes of a picture that is stored as it is seen: columns to the right of the picture,
/// which is the patient's left, and rows downwards.
pub const UPRIGHT: Orientation = orientation([0, 1, 2], [true, true]);

/// Returns the orientation of a picture, given its EXIF data: a TIFF structure (tag 274 of TIFF 6.0).
/// Damaged data count as none.
///
/// Of the structure, only the directory of the picture itself is needed. The crates for EXIF bring
/// names and units of all tags, which would be a tenth of the reader.
pub fn exif_orientation(exif: &[u8]) -> Orientation {
    of_value(orientation_value(exif).unwrap_or(1))
}

/// Returns the value of the tag in the first directory.
fn orientation_value(exif: &[u8]) -> Option<u16> {
    let is_big_endian = match exif.get(..4)? {
        b"II*\0" => false,
        b"MM\0*" => true,
        _ => return None,
    };
    let short = |at: usize| {
        let raw = [*exif.get(at)?, *exif.get(at + 1)?];
        Some(if is_big_endian { u16::from_be_bytes(raw) } else { u16::from_le_bytes(raw) })
    };
    let (low, high) = if is_big_endian { (6, 4) } else { (4, 6) };
    let directory = usize::from(short(high)?) << 16 | usize::from(short(low)?);
    // Entries of twelve bytes: tag, type, number of values, value.
    (0..usize::from(short(directory)?))
        .map(|entry| directory + 2 + 12 * entry)
        .take_while(|entry| *entry < exif.len())
        .find(|entry| short(*entry) == Some(ORIENTATION) && short(entry + 2) == Some(SHORT))
        .and_then(|entry| short(entry + 8))
}

/// Returns the orientation for a value of the tag. A picture with value 6, for example, has its
/// first row on the right and its first column on top.
fn of_value(value: u16) -> Orientation {
    match value {
        2 => orientation([0, 1, 2], [false, true]),
        3 => orientation([0, 1, 2], [false, false]),
        4 => orientation([0, 1, 2], [true, false]),
        5 => orientation([1, 0, 2], [true, true]),
        6 => orientation([1, 0, 2], [true, false]),
        7 => orientation([1, 0, 2], [false, false]),
        8 => orientation([1, 0, 2], [false, true]),
        _ => UPRIGHT,
    }
}

/// Returns an orientation of columns and rows, given their axes and whether they run to the left
/// or the back of the patient, which is to the right or to the bottom of the picture.
const fn orientation(axes: [usize; 3], reversed: [bool; 2]) -> Orientation {
    Orientation([
        Direction { axis: axes[0], is_reversed: reversed[0] },
        Direction { axis: axes[1], is_reversed: reversed[1] },
        Direction::along(axes[2]),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns EXIF data with nothing but the orientation.
    fn exif(value: u16) -> Vec<u8> {
        let mut bytes = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
        bytes.extend(value.to_le_bytes());
        bytes.extend([0; 6]);
        bytes
    }

    #[test]
    fn the_first_row_and_column_are_where_the_standard_puts_them() {
        // Where the first row is, then where the first column is (TIFF 6.0, page 36).
        let places = [
            (1, "top", "left"),
            (2, "top", "right"),
            (3, "bottom", "right"),
            (4, "bottom", "left"),
            (5, "left", "top"),
            (6, "right", "top"),
            (7, "right", "bottom"),
            (8, "left", "bottom"),
        ];
        for (value, first_row, first_column) in places {
            let Orientation([columns, rows, _]) = exif_orientation(&exif(value));
            // An axis that runs to the right begins on the left.
            let start = |direction: Direction| match (direction.axis, direction.is_reversed) {
                (0, true) => "left",
                (0, false) => "right",
                (1, true) => "top",
                _ => "bottom",
            };
            assert_eq!((start(rows), start(columns)), (first_row, first_column), "{value}");
        }
        let mut big = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06".to_vec();
        big.extend([0; 6]);
        assert_eq!(exif_orientation(&big), of_value(6));
        for damaged in [&b""[..], b"no EXIF", &exif(6)[..12], &exif(77)] {
            assert_eq!(exif_orientation(damaged), UPRIGHT);
        }
    }
}
