//! Signals of what the browser measures.

pub mod use_element_size;
pub mod use_narrow_window;
pub mod use_visibility;
