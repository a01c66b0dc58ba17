//! Drawing a map's points.

use protocol::interpret::MapPoint;
use ui::erased_signal::Callback;
use web_sys::Path2d;

use super::camera::{Camera, Frame};
use super::marks::look;
use super::places::Place;
use super::sheet::Sheet;
use super::thumbnails::{Picture, Thumbnails};

/// Opacity of the points of dimmed classes.
const DIM: f64 = 0.14;

/// What there is to draw.
pub struct Scene<'a> {
    /// The points.
    pub points: &'a [MapPoint],
    /// Their fitted places.
    pub places: &'a [Place],
    /// Whether class 0 is the background.
    pub background: bool,
    /// Where they are drawn.
    pub frame: Frame,
    /// What of it is seen.
    pub camera: Camera,
    /// The only class that is not dimmed.
    pub lit: Option<u8>,
    /// The point that is looked at.
    pub chosen: Option<usize>,
}

impl Scene<'_> {
    /// Points that are seen, with their pixels: the dimmed ones first, the chosen one last.
    fn seen(&self, radius: f64) -> Vec<(usize, MapPoint, [f64; 2])> {
        let pixel = |place: &Place| self.camera.pixel(self.frame, *place);
        let points = self.points.iter().zip(self.places).enumerate();
        let mut seen: Vec<_> = points
            .map(|(index, (point, place))| (index, *point, pixel(place)))
            .filter(|(_, _, at)| self.frame.sees(*at, radius))
            .collect();
        seen.sort_by_key(|(index, point, _)| (self.chosen == Some(*index), !self.dims(point)));
        seen
    }

    fn dims(&self, point: &MapPoint) -> bool {
        self.lit.is_some_and(|lit| lit != point.class)
    }

    fn alpha(&self, index: usize, point: &MapPoint) -> f64 {
        if self.dims(point) && self.chosen != Some(index) { DIM } else { 1.0 }
    }

    /// Draws a mark of a radius a point, with a gap to the marks behind it where they are large.
    pub fn marks(&self, sheet: &Sheet, radius: f64) {
        let pen = &sheet.pen;
        let paths = paths(self.points, self.background, radius);
        pen.set_stroke_style_str(&sheet.paper);
        pen.set_line_width(1.5);
        for (index, point, at) in self.seen(radius * 1.5) {
            let Some(path) = &paths[usize::from(point.class)] else { continue };
            sheet.at(at);
            pen.set_global_alpha(self.alpha(index, &point));
            pen.set_fill_style_str(&sheet.inks[ink(&point, self.background)]);
            if radius > 3.0 {
                pen.stroke_with_path(path);
            }
            pen.fill_with_path_2d(path);
            if self.chosen == Some(index) {
                pen.begin_path();
                // Fails for a negative radius only.
                let _ = pen.arc(0.0, 0.0, radius + 6.0, 0.0, std::f64::consts::TAU);
                pen.set_stroke_style_str(&sheet.ink);
                pen.set_line_width(2.0);
                pen.stroke();
            }
        }
        pen.set_global_alpha(1.0);
    }

    /// Draws an image of a side a point, framed in its class's colour, its class's mark in a corner.
    /// Whether there is more to draw: images are made a few at a time.
    pub fn thumbnails(
        &self,
        sheet: &Sheet,
        side: f64,
        made: &mut Thumbnails,
        picture: Callback<MapPoint, Option<Picture>>,
    ) -> bool {
        const BORDER: f64 = 2.0;
        const BADGE: f64 = 3.5;
        let pen = &sheet.pen;
        let paths = paths(self.points, self.background, BADGE);
        made.begin(self.points.len());
        let mut later = false;
        let square = |side: f64| pen.fill_rect(-side / 2.0, -side / 2.0, side, side);
        for (index, point, at) in self.seen(side) {
            sheet.at(at);
            pen.set_global_alpha(self.alpha(index, &point));
            let chosen = self.chosen == Some(index);
            // An edge of paper keeps neighbours apart.
            pen.set_fill_style_str(if chosen { &sheet.ink } else { &sheet.paper });
            square(side + 2.0 * BORDER + if chosen { 5.0 } else { 1.5 });
            pen.set_fill_style_str(&sheet.inks[ink(&point, self.background)]);
            square(side + 2.0 * BORDER);
            match made.of(index, point, picture) {
                Ok(Some(image)) => {
                    let half = -side / 2.0;
                    // Fails for an image without pixels, which was not made.
                    let _ = pen.draw_image_with_html_canvas_element_and_dw_and_dh(
                        &image, half, half, side, side,
                    );
                }
                Ok(None) => {}
                Err(_) => later = true,
            }
            if let Some(path) = &paths[usize::from(point.class)] {
                let corner = side / 2.0 + BORDER - BADGE - 2.0;
                sheet.at([at[0] - corner, at[1] - corner]);
                pen.set_fill_style_str(&sheet.paper);
                square(2.0 * BADGE + 4.0);
                pen.set_fill_style_str(&sheet.inks[ink(&point, self.background)]);
                pen.fill_with_path_2d(path);
            }
        }
        pen.set_global_alpha(1.0);
        later
    }
}

fn ink(point: &MapPoint, background: bool) -> usize {
    usize::from(look(point.class, background).ink)
}

/// The outline of each class that occurs.
fn paths(points: &[MapPoint], background: bool, radius: f64) -> Vec<Option<Path2d>> {
    let mut paths = vec![None; 256];
    for point in points {
        let place = &mut paths[usize::from(point.class)];
        if place.is_none() {
            let path = look(point.class, background).shape.path(radius);
            *place = Path2d::new_with_path_string(&path).ok();
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matters_is_drawn_last_and_what_is_not_seen_not_at_all() {
        let class = |class| MapPoint { image: 0, pixel: None, class };
        let scene = Scene {
            points: &[class(0), class(1), class(0), class(1), class(1)],
            places: &[[0.0, 0.0], [0.0, 0.1], [0.1, 0.0], [9.0, 0.0], [f32::NAN, 0.0]],
            background: false,
            frame: Frame { width: 100.0, height: 100.0, margin: 10.0 },
            camera: Camera::default(),
            lit: Some(0),
            chosen: Some(0),
        };
        let order = |scene: &Scene| -> Vec<usize> {
            scene.seen(5.0).into_iter().map(|(index, ..)| index).collect()
        };
        assert_eq!(order(&scene), [1, 2, 0]);
        assert_eq!(
            [0, 1, 2].map(|index| scene.alpha(index, &scene.points[index])),
            [1.0, DIM, 1.0]
        );
        assert_eq!(order(&Scene { lit: None, chosen: None, ..scene }), [0, 1, 2]);
    }
}
