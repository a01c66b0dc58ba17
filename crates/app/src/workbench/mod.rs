//! The workbench: the experiment beside the views, each with its tab.

pub mod experiment;
pub mod history;
mod placement;
mod room;
pub mod view_pane;
pub mod view_tabs;
pub mod workbench_layout;
