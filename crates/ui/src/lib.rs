//! Widgets, charts and rasters of the page. They take plain values and signals of them, and know
//! nothing of networks, runs or workers.
//!
//! - [`erased_signal`] and [`erased_view`] are Leptos' signals and views behind one type each, which
//!   keeps the page's module small.
//! - [`inputs`], [`data_slider`], [`close_button`], [`glossary_term`], [`probability_bars`],
//!   [`legend`] and [`display_settings`] are widgets.
//! - [`chart`] draws lines over two axes with a crosshair.
//! - [`raster`] draws pixels: gray slices, masks, errors and grids of feature maps.
//! - [`hooks`] watch elements and the window.
//! - [`spawn`] starts asynchronous tasks.
//! - [`format`](mod@format), [`parse_number`] and [`sort_by_score`] are plain functions on numbers.

pub mod chart;
pub mod close_button;
pub mod data_slider;
pub mod display_settings;
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
