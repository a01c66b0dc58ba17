//! The arithmetic of a convolution, pooling or transposed convolution at one output pixel.
//!
//! `sliding_window`, `output_plane`, `pixel_trace`, `decimals` and `equation` contain the
//! computations; the other modules are views.

mod channel_sums;
mod conv_arithmetic_view;
mod decimals;
mod equation;
mod equation_view;
mod input_map;
mod number_grid;
mod number_grids;
mod output_map;
mod output_plane;
mod pixel_sums;
mod pixel_trace;
mod sliding_window;
mod state;
#[cfg(test)]
mod test_data;
mod value_image;
mod window_player;
mod window_settings;

pub use conv_arithmetic_view::ConvArithmeticView;
