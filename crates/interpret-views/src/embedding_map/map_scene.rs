//! Drawing of the points of a map on a canvas.

use protocol::interpret::MapPoint;
use ui::erased_signal::Callback;
use web_sys::Path2d;

use super::camera::{Camera, Viewport};
use super::canvas::MapCanvas;
use super::class_markers::marker_style;
use super::map_positions::Position;
use super::thumbnails::{GrayImage, NotYet, Thumbnails};

/// Opacity of the points of dimmed classes.
const DIMMED_OPACITY: f64 = 0.14;

/// Points to draw, with their positions and display options.
pub struct MapScene<'a> {
    /// The points.
    pub points: &'a [MapPoint],
    /// Their fitted positions.
    pub positions: &'a [Position],
    /// Whether class 0 is the background.
    pub background: bool,
    /// Area of the map on the canvas.
    pub viewport: Viewport,
    /// The visible part of the map.
    pub camera: Camera,
    /// The only class that is not dimmed.
    pub highlighted_class: Option<u8>,
    /// Index of the hovered or selected point.
    pub selected: Option<usize>,
}

impl MapScene<'_> {
    /// Returns the visible points with their pixels, the dimmed ones first and the selected one
    /// last.
    fn visible_points(&self, radius: f64) -> Vec<(usize, MapPoint, [f64; 2])> {
        let pixel = |place: &Position| self.camera.pixel(self.viewport, *place);
        let points = self.points.iter().zip(self.positions).enumerate();
        let mut visible: Vec<_> = points
            .map(|(index, (point, place))| (index, *point, pixel(place)))
            .filter(|(_, _, at)| self.viewport.contains(*at, radius))
            .collect();
        visible.sort_by_key(|(index, point, _)| {
            (self.selected == Some(*index), !self.is_dimmed(point))
        });
        visible
    }

    fn is_dimmed(&self, point: &MapPoint) -> bool {
        self.highlighted_class.is_some_and(|class| class != point.class)
    }

    fn alpha(&self, index: usize, point: &MapPoint) -> f64 {
        if self.is_dimmed(point) && self.selected != Some(index) { DIMMED_OPACITY } else { 1.0 }
    }

    /// Draws a marker for each point. Large markers are separated from those behind them by a gap.
    pub fn draw_markers(&self, canvas: &MapCanvas, radius: f64) {
        let context = &canvas.context;
        let paths = paths(self.points, self.background, radius);
        context.set_stroke_style_str(&canvas.surface_color);
        context.set_line_width(1.5);
        for (index, point, at) in self.visible_points(radius * 1.5) {
            let Some(path) = &paths[usize::from(point.class)] else { continue };
            canvas.set_origin(at);
            context.set_global_alpha(self.alpha(index, &point));
            context.set_fill_style_str(&canvas.class_colors[color_index(&point, self.background)]);
            if radius > 3.0 {
                context.stroke_with_path(path);
            }
            context.fill_with_path_2d(path);
            if self.selected == Some(index) {
                context.begin_path();
                // Fails only for a negative radius.
                let _ = context.arc(0.0, 0.0, radius + 6.0, 0.0, std::f64::consts::TAU);
                context.set_stroke_style_str(&canvas.contrast_color);
                context.set_line_width(2.0);
                context.stroke();
            }
        }
        context.set_global_alpha(1.0);
    }

    /// Draws a thumbnail for each point, framed in the color of its class and with the marker of
    /// its class in a corner. Returns whether there is more to draw, since only a few thumbnails
    /// are created per frame.
    pub fn draw_thumbnails(
        &self,
        canvas: &MapCanvas,
        side: f64,
        made: &mut Thumbnails,
        thumbnail: Callback<MapPoint, Option<GrayImage>>,
    ) -> bool {
        const BORDER: f64 = 2.0;
        const BADGE: f64 = 3.5;
        let context = &canvas.context;
        let paths = paths(self.points, self.background, BADGE);
        made.begin(self.points.len());
        let mut is_incomplete = false;
        let square = |side: f64| context.fill_rect(-side / 2.0, -side / 2.0, side, side);
        for (index, point, at) in self.visible_points(side) {
            canvas.set_origin(at);
            context.set_global_alpha(self.alpha(index, &point));
            let selected = self.selected == Some(index);
            // A border in the background color separates neighbors.
            context.set_fill_style_str(if selected {
                &canvas.contrast_color
            } else {
                &canvas.surface_color
            });
            square(side + 2.0 * BORDER + if selected { 5.0 } else { 1.5 });
            context.set_fill_style_str(&canvas.class_colors[color_index(&point, self.background)]);
            square(side + 2.0 * BORDER);
            match made.get_or_create(index, point, thumbnail) {
                Ok(Some(image)) => {
                    let half = -side / 2.0;
                    // Fails for an image without pixels, for which no thumbnail exists.
                    let _ = context.draw_image_with_html_canvas_element_and_dw_and_dh(
                        &image, half, half, side, side,
                    );
                }
                Ok(None) => {}
                Err(NotYet) => is_incomplete = true,
            }
            if let Some(path) = &paths[usize::from(point.class)] {
                let corner = side / 2.0 + BORDER - BADGE - 2.0;
                canvas.set_origin([at[0] - corner, at[1] - corner]);
                context.set_fill_style_str(&canvas.surface_color);
                square(2.0 * BADGE + 4.0);
                context
                    .set_fill_style_str(&canvas.class_colors[color_index(&point, self.background)]);
                context.fill_with_path_2d(path);
            }
        }
        context.set_global_alpha(1.0);
        is_incomplete
    }
}

/// Returns the index of a point's color in [`MapCanvas::class_colors`].
fn color_index(point: &MapPoint, background: bool) -> usize {
    usize::from(marker_style(point.class, background).color_index)
}

/// Returns the marker outline of each class that occurs.
fn paths(points: &[MapPoint], background: bool, radius: f64) -> Vec<Option<Path2d>> {
    let mut paths = vec![None; 256];
    for point in points {
        let place = &mut paths[usize::from(point.class)];
        if place.is_none() {
            let path = marker_style(point.class, background).shape.path(radius);
            *place = Path2d::new_with_path_string(&path).ok();
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_selected_point_is_drawn_last_and_points_outside_not_at_all() {
        let class = |class| MapPoint { image: 0, pixel: None, class };
        let scene = MapScene {
            points: &[class(0), class(1), class(0), class(1), class(1)],
            positions: &[[0.0, 0.0], [0.0, 0.1], [0.1, 0.0], [9.0, 0.0], [f32::NAN, 0.0]],
            background: false,
            viewport: Viewport { width: 100.0, height: 100.0, margin: 10.0 },
            camera: Camera::default(),
            highlighted_class: Some(0),
            selected: Some(0),
        };
        let order = |scene: &MapScene| -> Vec<usize> {
            scene.visible_points(5.0).into_iter().map(|(index, ..)| index).collect()
        };
        assert_eq!(order(&scene), [1, 2, 0]);
        assert_eq!(
            [0, 1, 2].map(|index| scene.alpha(index, &scene.points[index])),
            [1.0, DIMMED_OPACITY, 1.0]
        );
        assert_eq!(
            order(&MapScene { highlighted_class: None, selected: None, ..scene }),
            [0, 1, 2]
        );
    }
}
