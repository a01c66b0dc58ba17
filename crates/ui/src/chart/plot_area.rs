//! Layout of a chart: the area for the values, and the space for labels.

use super::axis::Axis;

/// Height below which a chart uses smaller text.
const SMALL_CHART_PX: u32 = 200;
/// Width and height below which nothing is drawn.
const MIN_SIZE_PX: (u32, u32) = (120, 90);
/// Space above the largest value.
const MARGIN_TOP_PX: f64 = 10.0;
/// Space after the last value, for the letter at the end of a line.
const MARGIN_RIGHT_PX: f64 = 20.0;
/// Space below the name of the horizontal axis.
pub(super) const MARGIN_BOTTOM_PX: f64 = 2.0;

/// The rectangle in which values are drawn, in CSS pixels from the top left corner of the chart.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PlotArea {
    /// x coordinate of the first value.
    pub left: f64,
    /// x coordinate of the last value.
    pub right: f64,
    /// y coordinate of the largest value.
    pub top: f64,
    /// y coordinate of the smallest value.
    pub bottom: f64,
}

impl PlotArea {
    /// Returns the position of a pair of values in CSS pixels. Values outside the range are clamped
    /// to the edge.
    pub fn position(&self, x: &Axis, y: &Axis, (vx, vy): (f64, f64)) -> (f64, f64) {
        let share = |axis: &Axis, v: f64| ((v - axis.from) / (axis.to - axis.from)).clamp(0.0, 1.0);
        (
            self.left + (self.right - self.left) * share(x, vx),
            self.bottom + (self.top - self.bottom) * share(y, vy),
        )
    }

    /// Returns the value on the horizontal axis at a position in CSS pixels, or `None` outside the
    /// area.
    pub fn value_at(&self, x: &Axis, place: f64) -> Option<f64> {
        let share = (place - self.left) / (self.right - self.left);
        // A tolerance of a few pixels, so that the first and last value can be reached by touch.
        (-0.03..=1.03).contains(&share).then(|| x.from + (x.to - x.from) * share.clamp(0.0, 1.0))
    }

    /// Returns the center of the area.
    pub fn center(&self) -> (f64, f64) {
        ((self.left + self.right) / 2.0, (self.top + self.bottom) / 2.0)
    }
}

/// Layout of a chart of a given size, in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Layout {
    /// Area in which the values are drawn.
    pub area: PlotArea,
    /// Height of the chart.
    pub height: f64,
    /// Font size of the text.
    pub text: f64,
    /// Maximum number of ticks on the horizontal axis.
    pub x_ticks: usize,
    /// Maximum number of ticks on the vertical axis.
    pub y_ticks: usize,
}

impl Layout {
    /// Computes the layout of a chart with this width and height in CSS pixels, or returns `None`
    /// if the size is too small.
    pub fn of_size((width, height): (u32, u32)) -> Option<Self> {
        if width < MIN_SIZE_PX.0 || height < MIN_SIZE_PX.1 {
            return None;
        }
        let (text, left, below) =
            if height < SMALL_CHART_PX { (14.0, 56.0, 42.0) } else { (16.0, 68.0, 50.0) };
        let area = PlotArea {
            left,
            right: f64::from(width) - MARGIN_RIGHT_PX,
            top: MARGIN_TOP_PX,
            bottom: f64::from(height) - MARGIN_BOTTOM_PX - below,
        };
        Some(Self {
            area,
            height: f64::from(height),
            text,
            x_ticks: (width / 90).clamp(2, 10) as usize,
            y_ticks: (height / 44).clamp(2, 8) as usize,
        })
    }

    /// Returns about how wide a text is, in CSS pixels.
    pub fn text_width(&self, text: &str) -> f64 {
        self.text * 0.56 * text.chars().count() as f64
    }

    /// Returns the x coordinate of the right edge of the chart, in CSS pixels.
    pub fn right_edge(&self) -> f64 {
        self.area.right + MARGIN_RIGHT_PX
    }

    /// Returns the long or short name of the vertical axis, whichever fits.
    pub fn vertical_name(&self, axis: &Axis) -> &'static str {
        let width = self.text_width(axis.name);
        if width > self.area.bottom - self.area.top + MARGIN_BOTTOM_PX {
            axis.short
        } else {
            axis.name
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axes() -> (Axis, Axis) {
        (
            Axis {
                name: "step",
                short: "step",
                from: 0.0,
                to: 750.0,
                whole: true,
                names: Vec::new(),
            },
            Axis {
                name: "loss in nats",
                short: "nats",
                from: 0.0,
                to: 2.0,
                whole: false,
                names: Vec::new(),
            },
        )
    }

    #[test]
    fn values_lie_where_the_area_says() {
        let (x, y) = axes();
        let area = Layout::of_size((640, 260)).unwrap().area;
        assert_eq!(area, PlotArea { left: 68.0, right: 620.0, top: 10.0, bottom: 208.0 });
        assert_eq!(area.position(&x, &y, (0.0, 2.0)), (area.left, area.top));
        assert_eq!(area.position(&x, &y, (750.0, 0.0)), (area.right, area.bottom));
        let middle = area.value_at(&x, area.center().0).unwrap();
        assert!((middle - 375.0).abs() < 1e-9);
        assert_eq!(area.value_at(&x, area.left - 50.0), None);
    }

    #[test]
    fn a_low_chart_shortens_what_stands_along_its_side() {
        let (_, y) = axes();
        let name = |size| Layout::of_size(size).unwrap().vertical_name(&y);
        assert_eq!(name((480, 260)), "loss in nats");
        assert_eq!(name((480, 130)), "nats");
    }

    #[test]
    fn a_chart_too_small_to_read_is_not_drawn() {
        assert_eq!([(0, 0), (119, 300), (300, 89)].map(Layout::of_size), [None; 3]);
        for size in [(120, 90), (4000, 90)] {
            let area = Layout::of_size(size).unwrap().area;
            assert!(area.left < area.right && area.top < area.bottom);
        }
    }
}
