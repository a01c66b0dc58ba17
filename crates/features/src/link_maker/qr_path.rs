//! QR code of a link, as the path of an SVG image.

use qrcodegen::{QrCode, QrCodeEcc};

/// Width of the empty margin in modules, as ISO/IEC 18004 asks for.
const MARGIN: i32 = 4;

/// A QR code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct QrPath {
    /// Side of the image in modules, with the margin.
    pub side: i32,
    /// Path of the dark modules.
    pub path: String,
}

/// Encodes a text of up to about 2,900 bytes; returns `None` for a longer one.
pub(super) fn qr_path(text: &str) -> Option<QrPath> {
    let code = QrCode::encode_text(text, QrCodeEcc::Low).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            // A run of dark modules is one rectangle.
            let end = (x..code.size()).find(|x| !code.get_module(*x, y)).unwrap_or(code.size());
            if end > x {
                let (left, top, width) = (x + MARGIN, y + MARGIN, end - x);
                path += &format!("M{left} {top}h{width}v1h-{width}z");
            }
            x = end + 1;
        }
    }
    Some(QrPath { side: code.size() + 2 * MARGIN, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws a path of rectangles of height 1, as [`qr_path`] writes it.
    fn draw(qr: &QrPath) -> Vec<Vec<bool>> {
        let mut dark = vec![vec![false; qr.side as usize]; qr.side as usize];
        for part in qr.path.split('M').skip(1) {
            let (start, rest) = part.split_once('h').unwrap();
            let (x, y) = start.split_once(' ').unwrap();
            let width: usize = rest.split_once('v').unwrap().0.parse().unwrap();
            let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
            for cell in &mut dark[y][x..x + width] {
                assert!(!*cell, "drawn twice");
                *cell = true;
            }
        }
        dark
    }

    #[test]
    fn the_path_has_the_dark_modules_and_a_margin() {
        let text = "https://lab.example/?model=cnn&view=curves%2Clayers";
        let qr = qr_path(text).unwrap();
        let code = QrCode::encode_text(text, QrCodeEcc::Low).unwrap();
        for (y, row) in draw(&qr).iter().enumerate() {
            for (x, dark) in row.iter().enumerate() {
                let expected = code.get_module(x as i32 - MARGIN, y as i32 - MARGIN);
                assert_eq!(*dark, expected, "{x}, {y}");
            }
        }
        assert_eq!(qr.side, code.size() + 8);
    }

    #[test]
    fn a_text_that_fits_no_code_has_none() {
        assert_eq!(qr_path(&"x".repeat(3000)), None);
    }
}
