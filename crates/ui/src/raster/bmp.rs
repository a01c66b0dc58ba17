//! Encoding of gray images as BMP, the simplest format that every browser can show.

/// Encodes a square image of `side` by `side` gray values in row-major order as an 8-bit BMP: a
/// 14-byte file header, BITMAPINFOHEADER, 256 gray palette entries, and the rows from the top, each
/// padded to a multiple of 4 bytes (Microsoft, "Bitmap Storage", Windows GDI reference).
pub fn gray_bmp(pixels: &[u8], side: usize) -> Vec<u8> {
    const HEADERS: usize = 14 + 40;
    const PALETTE: usize = 256 * 4;
    let stride = side.next_multiple_of(4);
    let size = HEADERS + PALETTE + stride * side;
    let word = |value: usize| u32::try_from(value).unwrap_or(u32::MAX).to_le_bytes();

    let mut file = Vec::with_capacity(size);
    file.extend(b"BM");
    file.extend(word(size));
    file.extend([0; 4]);
    file.extend(word(HEADERS + PALETTE));
    file.extend(word(40));
    file.extend(word(side));
    // A negative height means that the rows are stored from top to bottom.
    file.extend((-i32::try_from(side).unwrap_or(i32::MAX)).to_le_bytes());
    file.extend([1, 0, 8, 0]);
    file.extend([0; 4]);
    file.extend(word(stride * side));
    // 2835 pixels per meter, which is 72 per inch.
    file.extend(word(2835));
    file.extend(word(2835));
    file.extend(word(256));
    file.extend([0; 4]);
    for level in 0..=255 {
        file.extend([level, level, level, 0]);
    }
    for row in pixels.chunks(side.max(1)).take(side) {
        file.extend(row);
        file.extend(vec![0; stride - row.len()]);
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_the_size_it_says_with_the_first_pixel_at_its_offset() {
        let file = gray_bmp(&[10, 20, 30, 40, 50, 60, 70, 80, 90], 3);
        assert_eq!(&file[..2], b"BM");
        let word = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap()) as usize;
        assert_eq!(word(2), file.len());
        assert_eq!(word(10), 54 + 1024);
        assert_eq!((word(18), word(22) as u32 as i32), (3, -3));
        assert_eq!(&file[54 + 4 * 200..][..4], [200, 200, 200, 0]);
        assert_eq!(&file[word(10)..], [10, 20, 30, 0, 40, 50, 60, 0, 70, 80, 90, 0]);
    }
}
