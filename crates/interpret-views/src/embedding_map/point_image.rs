//! Images of the points on a map.

use model::ImageRef;
use protocol::interpret::MapPoint;

use super::thumbnails::GrayImage;
use crate::images::Images;

/// Side of the thumbnail for a single pixel.
const PATCH_SIDE_PX: usize = 16;

/// Returns the image of a point: the whole image, or the surroundings of its pixel.
pub fn point_image(images: &Images, point: MapPoint) -> Option<GrayImage> {
    let pixels = images.pixels(ImageRef { split: images.evaluated(), index: point.image })?;
    let [height, width] = images.size();
    let Some([row, column]) = point.pixel else { return Some((pixels, [height, width])) };
    Some((patch(&pixels, [height, width], [row, column]), [PATCH_SIDE_PX; 2]))
}

/// Returns the square around a pixel, black outside the image.
fn patch(pixels: &[u8], [height, width]: [usize; 2], [row, column]: [usize; 2]) -> Vec<u8> {
    let at = |y: usize, x: usize| {
        let y = (row + y).checked_sub(PATCH_SIDE_PX / 2).filter(|y| *y < height)?;
        let x = (column + x).checked_sub(PATCH_SIDE_PX / 2).filter(|x| *x < width)?;
        pixels.get(y * width + x).copied()
    };
    (0..PATCH_SIDE_PX * PATCH_SIDE_PX)
        .map(|place| at(place / PATCH_SIDE_PX, place % PATCH_SIDE_PX).unwrap_or(0))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_is_centered_and_black_beyond_the_image() {
        let pixels: Vec<u8> = (0..=255).collect();
        let around = patch(&pixels, [16, 16], [8, 8]);
        assert_eq!(around, pixels);
        let corner = patch(&pixels, [16, 16], [0, 0]);
        assert_eq!(corner[8 * PATCH_SIDE_PX + 8..][..3], [0, 1, 2]);
        assert_eq!(corner[7 * PATCH_SIDE_PX + 8], 0);
        assert!(corner[..8 * PATCH_SIDE_PX].iter().all(|pixel| *pixel == 0));
    }
}
