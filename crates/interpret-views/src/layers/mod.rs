//! The layers from image to output: activations, units, linear probes, signal and gradient norms.

mod checkpoint_slider;
mod gradient_flow;
mod gradient_flow_bars;
mod layer_row;
mod layers_view;
mod map_cell;
mod probe_bar;
mod probe_cell;
mod probe_history;
mod probe_lookup;
mod unit_detail;
mod unit_facts;
mod unit_grid;
mod unit_maps;
mod unit_picker;

pub use layers_view::LayersView;
