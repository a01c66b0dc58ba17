//! The engine's place in the browser: a module worker.
//!
//! `www/worker.js` loads this module and calls `browser::start` with the visitor's choice of a
//! device; after that, bytes in are commands (`browser::command`) and bytes out are events. Two
//! other things may be posted, as plain objects, when nothing can be encoded any more: `{error}`
//! when the engine did not start, `{panic}` when it died. After a panic the instance must not be
//! used again: the page starts a new worker on the CPU.

#[cfg(target_arch = "wasm32")]
mod adapter;
#[cfg(target_arch = "wasm32")]
mod browser;
mod choice;

/// Nothing: on the web, `start` is called when the visitor's choice is known.
fn main() {}
