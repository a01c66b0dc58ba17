//! Thumbnails of a map's points, created when they become visible.

use leptos::prelude::*;
use protocol::interpret::MapPoint;
use ui::erased_signal::Callback;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// Gray values 0 to 255 in row-major order, with height and width.
pub type GrayImage = (Vec<u8>, [usize; 2]);

/// Maximum number of thumbnails created per frame.
const THUMBNAILS_PER_FRAME: usize = 40;

/// The thumbnails created so far.
#[derive(Default)]
pub struct Thumbnails {
    /// Thumbnails by index of the point. The inner option is `None` if the point has no image.
    made: Vec<Option<Option<HtmlCanvasElement>>>,
    left: usize,
}

impl Thumbnails {
    /// Begins a frame with this number of points.
    pub fn begin(&mut self, points: usize) {
        self.made.resize(points, None);
        self.left = THUMBNAILS_PER_FRAME;
    }

    /// Returns the thumbnail of a point, or `Err` if it has to wait for the next frame.
    pub fn get_or_create(
        &mut self,
        index: usize,
        point: MapPoint,
        image_of: Callback<MapPoint, Option<GrayImage>>,
    ) -> Result<Option<HtmlCanvasElement>, NotYet> {
        let Some(place) = self.made.get_mut(index) else { return Ok(None) };
        if let Some(made) = place {
            return Ok(made.clone());
        }
        self.left = self.left.checked_sub(1).ok_or(NotYet)?;
        let image = image_of.run(point).and_then(|image| to_canvas(&image));
        // Images may arrive later than their points.
        if image.is_some() {
            *place = Some(image.clone());
        }
        Ok(image)
    }
}

/// Error for a thumbnail that has to wait for the next frame.
#[derive(Debug)]
pub struct NotYet;

/// Converts an image to RGBA bytes. Returns `None` if the number of pixels does not match the size.
pub fn gray_to_rgba((pixels, [height, width]): &GrayImage) -> Option<Vec<u8>> {
    (pixels.len() == height * width && !pixels.is_empty())
        .then(|| pixels.iter().flat_map(|gray| [*gray, *gray, *gray, 255]).collect())
}

/// Draws an image on a new canvas.
fn to_canvas(image: &GrayImage) -> Option<HtmlCanvasElement> {
    let (rgba, [height, width]) = (gray_to_rgba(image)?, image.1);
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    let data = ImageData::new_with_u8_clamped_array(Clamped(&rgba), width as u32).ok()?;
    context.put_image_data(&data, 0.0, 0.0).ok()?;
    Some(canvas)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_that_are_not_of_their_size_are_not_drawn() {
        assert_eq!(gray_to_rgba(&(vec![1, 2], [1, 2])), Some(vec![1, 1, 1, 255, 2, 2, 2, 255]));
        assert_eq!(gray_to_rgba(&(vec![1, 2], [2, 2])), None);
        assert_eq!(gray_to_rgba(&(Vec::new(), [0, 3])), None);
    }
}
