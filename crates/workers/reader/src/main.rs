//! WebAssembly module of the reader, which decodes files for the page in a worker of its own.

#[cfg(target_arch = "wasm32")]
mod blob_source;

fn main() {}

#[cfg(target_arch = "wasm32")]
mod browser {
    use std::cell::RefCell;

    use js_sys::Uint8Array;
    use protocol::Problem;
    use reader::{Reader, Response};
    use wasm_bindgen::prelude::*;

    use crate::blob_source::BlobSource;

    thread_local! {
        static READER: RefCell<Reader> = RefCell::default();
    }

    /// Prepares the module.
    #[wasm_bindgen]
    pub fn start() {
        transport::report_panics();
    }

    /// Handles an encoded request about a file, and posts the response. The file is a `Blob`, which
    /// is read in portions, or a `Uint8Array`.
    #[wasm_bindgen]
    pub fn receive(bytes: &[u8], file: JsValue) -> Result<(), JsError> {
        let request = transport::decode(bytes)?;
        let response: Result<Response, Problem> =
            READER.with_borrow_mut(|reader| match file.dyn_into::<web_sys::Blob>() {
                Ok(blob) => reader.handle(request, &BlobSource(blob)),
                Err(other) => {
                    let bytes = other.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec);
                    reader.handle(request, &bytes.unwrap_or_default())
                }
            });
        transport::post(&response);
        Ok(())
    }
}
