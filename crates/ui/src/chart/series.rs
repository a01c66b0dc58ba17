//! The lines of a chart.

use std::fmt::Write;

use super::axis::Axis;
use super::plot_area::PlotArea;
use crate::raster::colors::CLASS_COLORS;

/// Role of a line, which determines its color. The style sheet defines a class `chart-…` for each
/// role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Training, smoothed.
    Train,
    /// Training, unsmoothed.
    Raw,
    /// The test set.
    Test,
    /// An earlier run, by its index from 0.
    Past(u8),
    /// The area between two lines; its points are a closed outline.
    Gap,
    /// The value of guessing.
    Chance,
    /// A point that is chosen.
    Point,
    /// A foreground class, by its label, or a line of several that count the same. Colors repeat after the seventh.
    Class(u8),
    /// The interval of a value on the line [`Ink::Class`] with this number.
    Interval(u8),
}

/// Number of styles for earlier runs in the style sheet.
pub const PAST_INKS: usize = 5;

impl Ink {
    /// Returns the CSS classes of the line.
    pub fn class(self) -> String {
        match self {
            Ink::Train => "chart-train".into(),
            Ink::Raw => "chart-raw".into(),
            Ink::Test => "chart-test".into(),
            Ink::Gap => "chart-gap".into(),
            Ink::Chance => "chart-chance".into(),
            Ink::Point => "chart-point".into(),
            Ink::Past(index) => format!("chart-past chart-past-{index}"),
            Ink::Class(label) => of_class(label),
            Ink::Interval(label) => of_class(label) + " chart-interval",
        }
    }
}

fn of_class(label: u8) -> String {
    format!("chart-class chart-class-{}", 1 + label.saturating_sub(1) % CLASS_COLORS)
}

/// A line of a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Role of the line, which determines its style.
    pub ink: Ink,
    /// Points in the units of the axes. Points outside the range are drawn at the edge, and points
    /// with NaN are left out.
    pub points: Vec<(f64, f64)>,
    /// Whether a dot is drawn at each point.
    pub dots: bool,
    /// Letter at the end of the line, or an empty string.
    pub end_label: String,
}

impl Series {
    /// Returns the positions of the points in CSS pixels.
    pub fn positions(&self, area: PlotArea, x: &Axis, y: &Axis) -> Vec<(f64, f64)> {
        let points = self.points.iter().filter(|(px, py)| !px.is_nan() && !py.is_nan());
        points.map(|point| area.position(x, y, *point)).collect()
    }
}

/// Returns the SVG path through the given positions.
pub fn path(positions: &[(f64, f64)]) -> String {
    let mut path = String::with_capacity(16 * positions.len());
    for (x, y) in positions {
        let command = if path.is_empty() { 'M' } else { 'L' };
        // Writing to a string cannot fail.
        let _ = write!(path, "{command}{x:.2} {y:.2}");
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_at_the_edges_and_leaves_out_what_is_no_number() {
        let area = PlotArea { left: 10.0, right: 110.0, top: 0.0, bottom: 50.0 };
        let x = Axis {
            name: "step",
            short: "step",
            from: 0.0,
            to: 10.0,
            whole: true,
            names: Vec::new(),
        };
        let y = Axis {
            name: "loss",
            short: "loss",
            from: 0.0,
            to: 1.0,
            whole: false,
            names: Vec::new(),
        };
        let points =
            vec![(0.0, 1.0), (5.0, f64::NAN), (5.0, f64::INFINITY), (10.0, -1e300), (11.0, 0.5)];
        let series = Series { ink: Ink::Train, points, dots: false, end_label: String::new() };
        let positions = series.positions(area, &x, &y);
        assert_eq!(path(&positions), "M10.00 0.00L60.00 0.00L110.00 50.00L110.00 25.00");
        assert_eq!(path(&[]), "");
    }

    #[test]
    fn looks_repeat_after_the_last_class() {
        assert_eq!(Ink::Class(1).class(), "chart-class chart-class-1");
        assert_eq!(Ink::Class(8).class(), "chart-class chart-class-1");
        assert_eq!(Ink::Past(2).class(), "chart-past chart-past-2");
    }
}
