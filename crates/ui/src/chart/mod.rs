//! Line charts over two axes.
//!
//! Charts are drawn as SVG elements with classes, so that the style sheet determines their
//! appearance in light and dark mode. `leptos-chartistry`, which is made for Leptos, is not used
//! because its ticks divide the range evenly and are then cut to the available precision (187.5
//! becomes “180”), its marks need `style` attributes that a strict Content-Security-Policy blocks,
//! and it does not report the value at the pointer.

mod axes_view;
pub mod axis;
pub mod chart_data;
pub mod chart_view;
pub mod plot_area;
pub mod series;
mod series_view;
pub mod smoothing;
