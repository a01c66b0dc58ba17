//! Selection of a pixel by pointer or keyboard.

/// Returns the pixel `[row, column]` of an image of `[height, width]` pixels at a position given as
/// fractions of its width and height, or `None` outside the image.
pub fn pixel_at((across, down): (f64, f64), [height, width]: [usize; 2]) -> Option<[usize; 2]> {
    let index = |share: f64, length: usize| {
        let inside = (0.0..1.0).contains(&share) && length > 0;
        inside.then(|| ((share * length as f64) as usize).min(length - 1))
    };
    Some([index(down, height)?, index(across, width)?])
}

/// Returns the pixel to which a key moves the selection. Arrow keys move by one pixel, or by eight
/// with `far`; Home and End move to the ends of the row, Page Up and Page Down to the ends of the
/// column. Without a selection the result is the center. Returns `None` for other keys and for an
/// image without pixels.
pub fn move_pixel(
    from: Option<[usize; 2]>,
    key: &str,
    far: bool,
    [height, width]: [usize; 2],
) -> Option<[usize; 2]> {
    let last = [height.checked_sub(1)?, width.checked_sub(1)?];
    let by = if far { 8 } else { 1 };
    let known = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"].contains(&key);
    let Some([row, column]) = from else {
        return (known || key == "Enter").then_some([height / 2, width / 2]);
    };
    Some(match key {
        "ArrowUp" => [row.saturating_sub(by), column],
        "ArrowDown" => [(row + by).min(last[0]), column],
        "ArrowLeft" => [row, column.saturating_sub(by)],
        "ArrowRight" => [row, (column + by).min(last[1])],
        "Home" => [row, 0],
        "End" => [row, last[1]],
        "PageUp" => [0, column],
        "PageDown" => [last[0], column],
        _ => return None,
    })
}

/// Returns the position of the pointer over an element as fractions of its width and height.
pub fn pointer_fraction(event: &web_sys::MouseEvent, element: &web_sys::Element) -> (f64, f64) {
    let place = element.get_bounding_client_rect();
    // NaN for an element of size 0, which counts as outside.
    (
        (f64::from(event.client_x()) - place.left()) / place.width(),
        (f64::from(event.client_y()) - place.top()) / place.height(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_in_one_pixel_or_outside() {
        assert_eq!(pixel_at((0.0, 0.0), [64, 32]), Some([0, 0]));
        assert_eq!(pixel_at((0.5, 0.99), [64, 32]), Some([63, 16]));
        for outside in [(-0.01, 0.5), (0.5, 1.0), (f64::NAN, 0.5), (f64::INFINITY, 0.5)] {
            assert_eq!(pixel_at(outside, [64, 32]), None, "{outside:?}");
        }
        assert_eq!(pixel_at((0.5, 0.5), [0, 4]), None);
    }

    #[test]
    fn arrows_move_within_the_image() {
        let size = [64, 32];
        assert_eq!(move_pixel(None, "ArrowLeft", false, size), Some([32, 16]));
        assert_eq!(move_pixel(None, "Enter", false, size), Some([32, 16]));
        assert_eq!(move_pixel(None, "Home", false, size), None);
        let from = Some([1, 30]);
        assert_eq!(move_pixel(from, "ArrowUp", false, size), Some([0, 30]));
        assert_eq!(move_pixel(from, "ArrowUp", true, size), Some([0, 30]));
        assert_eq!(move_pixel(from, "ArrowRight", true, size), Some([1, 31]));
        assert_eq!(move_pixel(from, "ArrowDown", true, size), Some([9, 30]));
        assert_eq!(move_pixel(from, "PageDown", false, size), Some([63, 30]));
        assert_eq!(move_pixel(from, "a", false, size), None);
        assert_eq!(move_pixel(from, "ArrowUp", false, [0, 4]), None);
    }
}
