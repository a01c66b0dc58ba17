//! Images of a map's points, made when they come into sight.

use leptos::prelude::*;
use protocol::interpret::MapPoint;
use ui::erased_signal::Callback;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// Gray values 0 to 255 row by row, height and width.
pub type Picture = (Vec<u8>, [usize; 2]);

/// Thumbnails that are made for one drawing; the others come with the next ones.
const PORTION: usize = 40;

/// The thumbnails that were seen.
#[derive(Default)]
pub struct Thumbnails {
    /// By the point's number; none within where there is no image.
    made: Vec<Option<Option<HtmlCanvasElement>>>,
    left: usize,
}

impl Thumbnails {
    /// Begins a drawing of so many points.
    pub fn begin(&mut self, points: usize) {
        self.made.resize(points, None);
        self.left = PORTION;
    }

    /// A point's thumbnail. `Err` where it has to wait for the next drawing.
    pub fn of(
        &mut self,
        index: usize,
        point: MapPoint,
        picture: Callback<MapPoint, Option<Picture>>,
    ) -> Result<Option<HtmlCanvasElement>, Later> {
        let Some(place) = self.made.get_mut(index) else { return Ok(None) };
        if let Some(made) = place {
            return Ok(made.clone());
        }
        self.left = self.left.checked_sub(1).ok_or(Later)?;
        let image = picture.run(point).and_then(|picture| canvas_of(&picture));
        // Images may come later than their points.
        if image.is_some() {
            *place = Some(image.clone());
        }
        Ok(image)
    }
}

/// There is more to draw.
#[derive(Debug)]
pub struct Later;

/// Red, green, blue and opacity of a picture; none where it is not as large as it says.
pub fn rgba((pixels, [height, width]): &Picture) -> Option<Vec<u8>> {
    (pixels.len() == height * width && !pixels.is_empty())
        .then(|| pixels.iter().flat_map(|gray| [*gray, *gray, *gray, 255]).collect())
}

fn canvas_of(picture: &Picture) -> Option<HtmlCanvasElement> {
    let (rgba, [height, width]) = (rgba(picture)?, picture.1);
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let pen: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    let data = ImageData::new_with_u8_clamped_array(Clamped(&rgba), width as u32).ok()?;
    pen.put_image_data(&data, 0.0, 0.0).ok()?;
    Some(canvas)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_that_are_not_of_their_size_are_not_drawn() {
        assert_eq!(rgba(&(vec![1, 2], [1, 2])), Some(vec![1, 1, 1, 255, 2, 2, 2, 255]));
        assert_eq!(rgba(&(vec![1, 2], [2, 2])), None);
        assert_eq!(rgba(&(Vec::new(), [0, 3])), None);
    }
}
