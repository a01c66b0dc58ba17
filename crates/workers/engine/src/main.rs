//! The engine's WebAssembly module: trains in a worker of its own, on the device that the visitor chose.
//!
//! After a panic the instance must not be used again: the page starts a new worker on the CPU.

#[cfg(target_arch = "wasm32")]
mod adapter;
#[cfg(target_arch = "wasm32")]
mod browser;
mod choice;

fn main() {}
