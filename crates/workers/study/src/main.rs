//! WebAssembly module of a worker that trains networks of a study.

#[cfg(target_arch = "wasm32")]
mod browser;

fn main() {}
