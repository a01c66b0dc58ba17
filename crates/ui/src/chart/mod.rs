//! Line charts over two axes.
//!
//! Drawn as SVG elements with classes, so that the style sheet decides on the look in light and dark.
//! Why not `leptos-chartistry`, which is made for Leptos: its ticks divide the range evenly and are
//! then cut to the precision that fits (187.5 becomes “180”), its marks need `style` attributes that
//! a strict Content-Security-Policy refuses, and it does not tell which value the pointer is at.

mod axes_view;
pub mod axis;
pub mod chart_data;
pub mod chart_view;
pub mod plot_area;
pub mod series;
mod series_view;
pub mod smoothing;
