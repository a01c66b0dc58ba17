//! Signals of what the browser measures, and timers that end with their view.

pub mod use_animation_frame;
pub mod use_element_size;
pub mod use_interval;
pub mod use_narrow_window;
pub mod use_screen_changes;
pub mod use_visibility;
