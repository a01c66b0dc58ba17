//! Connections to the workers, and downloads.

pub mod download;
pub mod engine;
pub mod interpreter;
pub mod reader;
