//! Canvas with CSS pixels as units and the colors of the page's theme.

use leptos::prelude::*;
use ui::raster::colors::CLASS_COLORS;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// A cleared canvas with its drawing context and the theme's colors.
pub struct MapCanvas {
    /// Drawing context of the browser.
    pub context: CanvasRenderingContext2d,
    /// Device pixels per CSS pixel.
    pub device_pixel_ratio: f64,
    /// Gray, followed by the colors of the classes.
    pub class_colors: [String; CLASS_COLORS as usize + 1],
    /// Color of the map's background.
    pub surface_color: String,
    /// Color with the highest contrast to the background.
    pub contrast_color: String,
}

impl MapCanvas {
    /// Clears a canvas and resizes it to the screen's resolution. Returns `None` if it has no size
    /// or the browser has no memory for it.
    pub fn new(canvas: &HtmlCanvasElement, (width, height): (u32, u32)) -> Option<Self> {
        if width == 0 || height == 0 {
            return None;
        }
        let ratio = window().device_pixel_ratio().clamp(1.0, 4.0);
        // Setting the width or height clears the canvas, even if the value does not change.
        canvas.set_width((f64::from(width) * ratio).round() as u32);
        canvas.set_height((f64::from(height) * ratio).round() as u32);
        let context = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        let style = window().get_computed_style(canvas).ok()??;
        let color = |name: &str| style.get_property_value(name).unwrap_or_default();
        let class = |index: usize| match index {
            0 => color("--ink-2"),
            index => color(&format!("--class-{index}")),
        };
        let class_colors = std::array::from_fn(class);
        Some(Self {
            context,
            device_pixel_ratio: ratio,
            class_colors,
            surface_color: color("--surface"),
            contrast_color: color("--ink"),
        })
    }

    /// Moves the origin to a position in CSS pixels.
    pub fn set_origin(&self, [x, y]: [f64; 2]) {
        let ratio = self.device_pixel_ratio;
        // Fails for positions that are not finite, at which nothing can be drawn.
        let _ = self.context.set_transform(ratio, 0.0, 0.0, ratio, x * ratio, y * ratio);
    }
}
