//! Views of the learned network: layers, embedding maps, arithmetic, explanations, mistakes.
//!
//! The views read the signals of an [`InterpretState`], and write its [`Selection`]. The state
//! queries the interpreter for the answers that the selection requires, through the [`QueryClient`]
//! provided by the page. A view with a query of its own uses `state.client.query(…)`.
//!
//! [`InterpretState`]: state::InterpretState
//! [`QueryClient`]: query_client::QueryClient
//! [`Selection`]: selection::Selection

mod conv_arithmetic;
mod embedding_map;
mod error_note;
mod explain;
mod heatmap_overlay;
mod image_picker;
mod image_view;
pub mod images;
mod labels;
mod layers;
mod map_statistics;
mod mistakes;
mod network_facts;
pub mod probe_table;
pub mod query_client;
pub mod run_signals;
pub mod selection;
mod small_image_button;
pub mod state;
pub mod visibility;

pub use explain::{ExplainView, attribution_method_name};
pub use layers::LayersView;
pub use mistakes::MistakesView;
