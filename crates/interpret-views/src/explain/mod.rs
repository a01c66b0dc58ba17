//! Attributions of the network's prediction for one image.

mod attribution_maps;
mod attribution_methods;
mod class_choice;
mod describe_region;
mod explain_view;

pub use attribution_methods::name as attribution_method_name;
pub use explain_view::ExplainView;
