//! Pictures: PNG, JPEG with EXIF data, and gray values that the browser decoded.

use crate::bytes::Bytes;
use crate::png_file::{png, with_checksums};
use crate::session::Session;

/// Reads bytes as a picture, as an image and as the mask of itself: as they are, as a PNG whose
/// checksums are mended, as the fields of a PNG, or as gray values.
pub fn picture(input: &[u8]) {
    let mut bytes = Bytes::new(input);
    let form = bytes.below(5);
    let mut session = Session::start(&mut bytes);
    let mut open_gray = None;
    let file = match form {
        0 | 1 => bytes.rest().to_vec(),
        2 => with_checksums(bytes.rest()),
        3 => png(&mut bytes),
        _ => {
            let size = [bytes.below(64), usize::from(bytes.short())];
            open_gray = Some(size);
            bytes.rest().to_vec()
        }
    };
    let facts = match open_gray {
        Some(size) => session.open_gray(1, size, &file),
        None => session.open(1, "photo.png", &file, 0),
    };
    let Some(facts) = facts else { return };
    let classes = 4;
    let mask = session
        .open(2, "photo_mask.png", &file, 0)
        .and_then(|_| session.match_mask([1, 2], &file, classes));
    session.look(1, &facts, mask.as_ref().map(|mask| (2, mask, classes)));
}
