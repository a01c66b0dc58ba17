//! Hooks for browser measurements and timers, which end with the view that calls them.

pub mod use_animation_frame;
pub mod use_element_size;
pub mod use_interval;
pub mod use_screen_changes;
pub mod use_visibility;
