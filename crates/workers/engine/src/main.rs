//! WebAssembly module of the engine. It trains in a worker of its own, on the device chosen by the
//! visitor.
//!
//! After a panic, the instance must not be used any more: the page starts a new worker on the CPU.

#[cfg(target_arch = "wasm32")]
mod adapter;
#[cfg(target_arch = "wasm32")]
mod browser;
mod choice;

fn main() {}
