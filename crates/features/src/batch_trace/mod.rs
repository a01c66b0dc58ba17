//! View of one batch before and after a step.

mod batch_summary;
pub mod batch_trace_view;
