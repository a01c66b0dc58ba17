//! The engine as the page knows it: commands go in, events come out.

mod classify;
mod harness;
mod segment;
