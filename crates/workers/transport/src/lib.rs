//! Transport of messages between the page and the WebAssembly module of a worker, the same for all
//! workers.
//!
//! Messages are encoded with postcard and sent as transferred buffers. The script `www/worker.js`
//! loads the module of a worker and calls three functions exported by it:
//!
//! - `start(options)` is called once, with the options given by the page. It calls
//!   `report_panics`, and returns when the module is ready.
//! - `receive(bytes, file)` is called for each message from the page; the message is decoded with
//!   `decode`. `file` contains the bytes of a file sent with the message, or an array of files, if there
//!   is one.
//! - `connect(port, of)` is called with a port to another worker, and which one it is, if there is one.
//!
//! The module responds with `post` or `post_with_file`, at any time. A panic is reported to the page by the panic
//! hook or, if the module traps, by the script. After that the module must not be used any more.
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
//! On native targets this crate is empty, since there are no workers.

#[cfg(target_arch = "wasm32")]
mod blob_reader;
#[cfg(target_arch = "wasm32")]
mod browser;

#[cfg(target_arch = "wasm32")]
pub use blob_reader::BlobReader;
#[cfg(target_arch = "wasm32")]
pub use browser::{
    MacrotaskQueue, call_later, callback, decode, listen, post, post_on, post_panic,
    post_with_file, report_panics,
};
#[cfg(target_arch = "wasm32")]
pub use web_sys::MessagePort;
