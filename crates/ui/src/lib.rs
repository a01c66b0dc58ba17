//! Widgets, charts and rasters of the page. They take plain values and signals, and do not depend
//! on networks, runs or workers.
//!
//! - [`erased_signal`] and [`erased_view`] wrap Leptos' signals and views in a single type each,
//!   which reduces the size of the page's module.
//! - [`inputs`], [`data_slider`], [`close_button`], [`glossary_term`], [`probability_bars`],
//!   [`legend`] and [`display_settings`] are widgets.
//! - [`chart`] draws line charts with a crosshair.
//! - [`raster`] draws images: gray slices, masks, errors and grids of feature maps.
//! - [`hooks`] observe elements and the window.
//! - [`clipboard`] writes to the clipboard, and [`spawn`] starts asynchronous tasks.
//! - [`format`](mod@format), [`parse_number`] and [`sort_by_score`] are plain functions for
//!   numbers.

pub mod chart;
pub mod clipboard;
pub mod close_button;
pub mod data_slider;
pub mod display_settings;
pub mod drop_zone;
pub mod dropped_files;
pub mod erased_signal;
pub mod erased_view;
pub mod format;
pub mod glossary_term;
pub mod hooks;
pub mod inputs;
pub mod legend;
pub mod parse_number;
pub mod probability_bars;
pub mod raster;
pub mod sort_by_score;
pub mod spawn;
