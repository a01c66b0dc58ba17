//! Transport between the page and a worker's WebAssembly module, the same for all workers.
//!
//! Messages are encoded with postcard and travel as transferred buffers. The script `www/worker.js` loads
//! a worker's module and calls three functions that it exports:
//!
//! - `start(options)` once, with what the page passed on; it calls [`report_panics`] and returns when the
//!   module is ready
//! - `receive(bytes, file)` for each message of the page, which [`decode`] reads; `file` are the bytes of
//!   a file beside the message, if there is one
//! - `connect(port)` with a port to another worker, where there is one
//!
//! The module answers with [`post`], at any time. A panic is told to the page by its hook, or by the
//! script if the module traps; the module must not be used again after that.
//!
//! ```ignore
//! #[wasm_bindgen]
//! pub fn receive(bytes: &[u8]) -> Result<(), JsError> {
//!     let request: Request = transport::decode(bytes)?;
//!     transport::post(&handle(request));
//!     Ok(())
//! }
//! ```
//!
//! Natively this crate is empty: workers exist in browsers only.

#[cfg(target_arch = "wasm32")]
mod browser;

#[cfg(target_arch = "wasm32")]
pub use browser::{
    MacrotaskQueue, callback, decode, listen, post, post_on, post_panic, report_panics,
};
#[cfg(target_arch = "wasm32")]
pub use web_sys::MessagePort;
