//! One chart: axes, grid and labels by plotters, as SVG text.
//!
//! Why not `leptos-chartistry`, which is made for Leptos: its ticks divide the range evenly and are
//! then cut to the precision that fits (187.5 becomes “180”), its marks need `style` attributes that
//! a strict Content-Security-Policy refuses, and it does not tell which value the pointer is at.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::svg::{Ink, SCALE, SvgBackend};

/// An axis with its name and range.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Its name with its unit.
    pub name: &'static str,
    /// Short name, for a small chart.
    pub short: &'static str,
    /// The value at its start.
    pub from: f64,
    /// The value at its end.
    pub to: f64,
    /// Whether only whole numbers have a meaning.
    pub whole: bool,
}

/// A line of a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its role, which decides its look.
    pub ink: Ink,
    /// Its points in the axes' units; those outside are drawn at the edge, those that are no
    /// number are left out.
    pub points: Vec<(f64, f64)>,
    /// Whether each point has a dot.
    pub dots: bool,
    /// A letter at its end; empty for none.
    pub end_label: String,
}

/// The rectangle in which values are drawn, in CSS pixels from the chart's top left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PlotArea {
    /// x of the first value.
    pub left: f64,
    /// x of the last value.
    pub right: f64,
    /// y of the largest value.
    pub top: f64,
    /// y of the smallest value.
    pub bottom: f64,
}

impl PlotArea {
    /// Returns the position of a pair of values in CSS pixels.
    pub fn place(&self, x: &Axis, y: &Axis, (vx, vy): (f64, f64)) -> (f64, f64) {
        let share = |axis: &Axis, v: f64| ((v - axis.from) / (axis.to - axis.from)).clamp(0.0, 1.0);
        (
            self.left + (self.right - self.left) * share(x, vx),
            self.bottom + (self.top - self.bottom) * share(y, vy),
        )
    }

    /// Returns the value of the horizontal axis at a position in CSS pixels; none outside the area.
    pub fn value_at(&self, x: &Axis, place: f64) -> Option<f64> {
        let share = (place - self.left) / (self.right - self.left);
        // A few pixels of grace let a finger reach the first and the last value.
        (-0.03..=1.03).contains(&share).then(|| x.from + (x.to - x.from) * share.clamp(0.0, 1.0))
    }
}

/// A drawn chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plot {
    /// Content of an `<svg>` element of the size drawn for.
    pub svg: String,
    /// The rectangle of the values.
    pub area: PlotArea,
}

/// Height below which a chart has smaller text.
const SMALL_CHART_PX: u32 = 200;

/// Sizes for a chart, in CSS pixels.
struct Measures {
    text: i32,
    /// Room for the vertical axis's labels and name.
    left: i32,
    /// Room for the horizontal axis's labels and name.
    below: i32,
}

impl Measures {
    fn of(height: u32) -> Self {
        if height < SMALL_CHART_PX {
            Self { text: 14, left: 56, below: 42 }
        } else {
            Self { text: 16, left: 68, below: 50 }
        }
    }
}

/// The name of a vertical axis that fits along it.
fn vertical_name(axis: &Axis, height: i32, text: i32) -> &'static str {
    let width = f64::from(text) * 0.56 * axis.name.chars().count() as f64;
    if width > f64::from(height) { axis.short } else { axis.name }
}

/// Draws a chart of `size` in CSS pixels; an empty one where that is too small.
pub fn draw(size: (u32, u32), x: &Axis, y: &Axis, series: &[Series]) -> Plot {
    if size.0 < 120 || size.1 < 90 {
        return Plot::default();
    }
    let mut svg = String::with_capacity(16 << 10);
    // The backend writes into a string and cannot fail; a chart that plotters itself cannot lay
    // out is left empty rather than breaking the page.
    let area = try_draw(&mut svg, size, x, y, series).unwrap_or_default();
    Plot { svg, area }
}

fn try_draw(
    svg: &mut String,
    size: (u32, u32),
    x: &Axis,
    y: &Axis,
    all_series: &[Series],
) -> Result<PlotArea, Box<dyn std::error::Error>> {
    let measures = Measures::of(size.1);
    let y_name = vertical_name(y, size.1 as i32 - measures.below - 10, measures.text);
    let root = SvgBackend::new(svg, size).into_drawing_area();
    let mut chart = ChartBuilder::on(&root)
        .margin_top(10 * SCALE)
        .margin_right(20 * SCALE)
        .margin_bottom(2 * SCALE)
        .set_label_area_size(LabelAreaPosition::Left, measures.left * SCALE)
        .set_label_area_size(LabelAreaPosition::Bottom, measures.below * SCALE)
        .build_cartesian_2d(x.from..x.to, y.from..y.to)
        .map_err(text)?;
    let label = ("sans-serif", measures.text * SCALE).into_font().color(&Ink::Label.color());
    let (x_format, y_format) = (formatter(x), formatter(y));
    chart
        .configure_mesh()
        .disable_x_mesh()
        .bold_line_style(Ink::Grid.color())
        .light_line_style(TRANSPARENT)
        .axis_style(Ink::Axis.color())
        .set_all_tick_mark_size(4 * SCALE)
        .x_labels((size.0 / 90).clamp(2, 10) as usize)
        .y_labels((size.1 / 44).clamp(2, 8) as usize)
        .x_label_formatter(&x_format)
        .y_label_formatter(&y_format)
        .label_style(label.clone())
        .axis_desc_style(label.clone())
        .x_desc(x.name)
        .y_desc(y_name)
        .draw()
        .map_err(text)?;

    for series in all_series {
        let points: Vec<(f64, f64)> = series
            .points
            .iter()
            .filter(|(px, py)| !px.is_nan() && !py.is_nan())
            .map(|(px, py)| (px.clamp(x.from, x.to), py.clamp(y.from, y.to)))
            .collect();
        let color = series.ink.color();
        chart.draw_series(LineSeries::new(points.iter().copied(), color)).map_err(text)?;
        if series.dots {
            let dot = |p: &(f64, f64)| Circle::new(*p, 4 * SCALE, color.filled());
            chart.draw_series(points.iter().map(dot)).map_err(text)?;
        }
        if let (Some(last), false) = (points.last(), series.end_label.is_empty()) {
            let style = ("sans-serif", measures.text * SCALE)
                .into_font()
                .color(&color)
                .pos(Pos::new(HPos::Left, VPos::Center));
            let end_label = EmptyElement::at(*last)
                + Text::new(series.end_label.clone(), (6 * SCALE, 0), style);
            chart.draw_series([end_label]).map_err(text)?;
        }
    }
    let (across, down) = chart.plotting_area().get_pixel_range();
    drop(chart);
    root.present().map_err(text)?;
    let px = |value: i32| f64::from(value) / f64::from(SCALE);
    Ok(PlotArea {
        left: px(across.start),
        right: px(across.end),
        top: px(down.start),
        bottom: px(down.end),
    })
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Labels with as many decimals as the range needs; none at fractions of what only comes whole.
fn formatter(axis: &Axis) -> impl Fn(&f64) -> String {
    let (whole, range) = (axis.whole, axis.to - axis.from);
    move |value: &f64| {
        if whole {
            let rounded = value.round();
            if (value - rounded).abs() > 1e-6 || rounded < 0.0 {
                return String::new();
            }
            return crate::format::count(rounded as usize);
        }
        let decimals = match range {
            r if r <= 0.02 => 4,
            r if r <= 0.2 => 3,
            r if r <= 1.0 => 2,
            r if r <= 10.0 => 1,
            _ => 0,
        };
        format!("{value:.decimals$}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axes() -> (Axis, Axis) {
        (
            Axis { name: "step", short: "step", from: 0.0, to: 750.0, whole: true },
            Axis { name: "loss in nats", short: "nats", from: 0.0, to: 2.0, whole: false },
        )
    }

    fn series(points: Vec<(f64, f64)>) -> Series {
        Series { ink: Ink::Train, points, dots: false, end_label: String::new() }
    }

    #[test]
    fn axes_have_names_and_round_ticks() {
        let (x, y) = axes();
        let plot = draw((640, 260), &x, &y, &[]);
        for label in [">step<", ">loss in nats<", ">0<", ">200<", ">600<", ">0.0<", ">1.5<"] {
            assert!(plot.svg.contains(label), "{label} is missing in {}", plot.svg);
        }
        assert!(!plot.svg.contains("style="));
    }

    #[test]
    fn values_lie_where_the_area_says() {
        let (x, y) = axes();
        let plot = draw((640, 260), &x, &y, &[series(vec![(0.0, 2.0), (750.0, 0.0)])]);
        let PlotArea { left, right, top, bottom } = plot.area;
        assert!(
            plot.svg
                .contains(&format!(r#"class="chart-train" fill="none" d="M{left:.2} {top:.2}L"#))
        );
        assert_eq!(plot.area.place(&x, &y, (0.0, 2.0)), (left, top));
        assert_eq!(plot.area.place(&x, &y, (750.0, 0.0)), (right, bottom));
        let middle = plot.area.value_at(&x, (left + right) / 2.0).unwrap();
        assert!((middle - 375.0).abs() < 1e-9);
        assert_eq!(plot.area.value_at(&x, left - 50.0), None);
    }

    #[test]
    fn odd_points_and_odd_sizes_break_nothing() {
        let (x, y) = axes();
        let odd = [f64::NAN, f64::INFINITY, -1e300].map(|v| (10.0, v)).to_vec();
        let plot = draw((640, 260), &x, &y, &[series(odd)]);
        assert!(!plot.svg.contains("NaN") && !plot.svg.contains("inf"));
        for size in [(0, 0), (1, 1), (120, 90), (4000, 90)] {
            draw(size, &x, &y, &[series(vec![(1.0, 1.0)])]);
        }
    }

    #[test]
    fn a_low_chart_shortens_what_stands_along_its_side() {
        let (x, y) = axes();
        assert!(draw((480, 260), &x, &y, &[]).svg.contains(">loss in nats<"));
        let low = draw((480, 130), &x, &y, &[]).svg;
        assert!(low.contains(">nats<") && !low.contains(">loss in nats<"));
    }

    #[test]
    fn text_is_escaped() {
        let (x, _) = axes();
        let y = Axis { name: "<b>&", short: "", from: 0.0, to: 1.0, whole: false };
        assert!(draw((300, 200), &x, &y, &[]).svg.contains("&lt;b&gt;&amp;"));
    }
}
