//! A drawing backend for plotters that writes SVG elements with classes in place of colors, so
//! that the style sheet decides how things look in light and dark, and no `style` attribute is
//! needed, which the page's Content-Security-Policy would refuse.

use std::convert::Infallible;
use std::fmt::Write;

use plotters::prelude::{DrawingBackend, RGBColor};
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingErrorKind, FontTransform,
};

use crate::raster::colors::CLASS_COLORS;

/// Backend units in a CSS pixel: plotters computes in whole numbers, curves need finer ones.
pub const SCALE: i32 = 16;

/// Role of a mark in a chart. The style sheet gives class `chart-…` its look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// An axis line.
    Axis,
    /// A grid line.
    Grid,
    /// Text.
    Label,
    /// Training, smoothed.
    Train,
    /// Training, as measured.
    Raw,
    /// The test set.
    Test,
    /// An earlier run, counted from 0.
    Past(u8),
    /// A foreground class of masks, by its label; after the seventh the looks come again.
    Class(u8),
}

/// Looks of earlier runs that the style sheet tells apart.
pub const PAST_INKS: usize = 5;

impl Ink {
    /// Encodes the ink as a color: plotters carries colors only, so it travels in the blue channel.
    pub fn color(self) -> RGBColor {
        let code = match self {
            Ink::Axis => 0,
            Ink::Grid => 1,
            Ink::Label => 2,
            Ink::Train => 3,
            Ink::Raw => 4,
            Ink::Test => 5,
            Ink::Past(index) => 6 + index.min(200),
            Ink::Class(label) => 240 + label.saturating_sub(1) % CLASS_COLORS,
        };
        RGBColor(0, 0, code)
    }

    fn class(color: BackendColor) -> String {
        match color.rgb.2 {
            0 => "chart-axis".into(),
            1 => "chart-grid".into(),
            2 => "chart-label".into(),
            3 => "chart-train".into(),
            4 => "chart-raw".into(),
            5 => "chart-test".into(),
            class @ 240.. => format!("chart-class chart-class-{}", class - 239),
            past => format!("chart-past chart-past-{}", past - 6),
        }
    }
}

/// Drawing backend that appends SVG elements to a string.
pub struct SvgBackend<'a> {
    out: &'a mut String,
    size: (u32, u32),
}

type Done = Result<(), DrawingErrorKind<Infallible>>;

impl<'a> SvgBackend<'a> {
    /// Appends to `out` a drawing of `size` in CSS pixels.
    pub fn new(out: &'a mut String, (width, height): (u32, u32)) -> Self {
        Self { out, size: (width * SCALE as u32, height * SCALE as u32) }
    }
}

fn px(value: i32) -> f64 {
    f64::from(value) / f64::from(SCALE)
}

impl DrawingBackend for SvgBackend<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Done {
        Ok(())
    }

    fn present(&mut self) -> Done {
        Ok(())
    }

    fn draw_pixel(&mut self, _: BackendCoord, _: BackendColor) -> Done {
        Ok(())
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Done {
        self.draw_path([from, to], style)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Done {
        if style.color().alpha == 0.0 {
            return Ok(());
        }
        let mut data = String::new();
        for (x, y) in path {
            let command = if data.is_empty() { 'M' } else { 'L' };
            let _ = write!(data, "{command}{:.2} {:.2}", px(x), px(y));
        }
        let class = Ink::class(style.color());
        let _ = write!(self.out, r#"<path class="{class}" fill="none" d="{data}"/>"#);
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (left, top): BackendCoord,
        (right, bottom): BackendCoord,
        style: &S,
        fill: bool,
    ) -> Done {
        if style.color().alpha == 0.0 {
            return Ok(());
        }
        let kind = if fill { "" } else { r#" fill="none""# };
        let _ = write!(
            self.out,
            r#"<rect class="{}" x="{:.2}" y="{:.2}" width="{:.2}" height="{:.2}"{kind}/>"#,
            Ink::class(style.color()),
            px(left),
            px(top),
            px(right - left),
            px(bottom - top)
        );
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        (x, y): BackendCoord,
        radius: u32,
        style: &S,
        _: bool,
    ) -> Done {
        let class = Ink::class(style.color());
        let radius = px(i32::try_from(radius).unwrap_or(0));
        let _ = write!(
            self.out,
            r#"<circle class="{class}" cx="{:.2}" cy="{:.2}" r="{radius:.2}"/>"#,
            px(x),
            px(y)
        );
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        (x, y): BackendCoord,
    ) -> Done {
        let anchor = match style.anchor().h_pos {
            HPos::Left => "start",
            HPos::Center => "middle",
            HPos::Right => "end",
        };
        // The baseline in em below the anchor, for digits and capitals.
        let shift = match style.anchor().v_pos {
            VPos::Top => "0.76em",
            VPos::Center => "0.36em",
            VPos::Bottom => "-0.24em",
        };
        let (x, y) = (px(x), px(y));
        let turn = match style.transform() {
            FontTransform::None => String::new(),
            FontTransform::Rotate90 => format!(r#" transform="rotate(90 {x:.2} {y:.2})""#),
            FontTransform::Rotate180 => format!(r#" transform="rotate(180 {x:.2} {y:.2})""#),
            FontTransform::Rotate270 => format!(r#" transform="rotate(270 {x:.2} {y:.2})""#),
        };
        let _ = write!(
            self.out,
            r#"<text class="{}" x="{x:.2}" y="{y:.2}" dy="{shift}" text-anchor="{anchor}" font-size="{:.2}"{turn}>"#,
            Ink::class(style.color()),
            style.size() / f64::from(SCALE),
        );
        for letter in text.chars() {
            match letter {
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '&' => self.out.push_str("&amp;"),
                other => self.out.push(other),
            }
        }
        self.out.push_str("</text>");
        Ok(())
    }

    /// Good enough to keep labels apart, and the same natively and in a browser.
    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let width = 0.56 * style.size() * text.chars().count() as f64;
        Ok((width as u32, style.size() as u32))
    }
}
