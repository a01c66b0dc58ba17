//! WebAssembly module of a replica, which trains together with the engine in a worker of its own.

#[cfg(target_arch = "wasm32")]
mod browser;

fn main() {}
