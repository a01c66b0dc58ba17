//! WebAssembly module of the interpreter, which answers queries about networks in a worker of its
//! own.

#[cfg(target_arch = "wasm32")]
mod browser;

fn main() {}
