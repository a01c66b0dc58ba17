//! The reader's WebAssembly module, loaded by the worker script `www/reader.js`.

/// Does nothing: the worker script calls `answer`.
fn main() {
    #[cfg(target_arch = "wasm32")]
    console_error_panic_hook::set_once();
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use protocol::Problem;
    use reader::{Request, Response};
    use wasm_bindgen::prelude::*;

    /// Handles a request about a file. Request and response, a `Result<Response, Problem>`, are encoded
    /// with postcard.
    #[wasm_bindgen]
    pub fn answer(question: &[u8], file: Vec<u8>) -> Result<Vec<u8>, JsError> {
        let request: Request = postcard::from_bytes(question)?;
        let response: Result<Response, Problem> = reader::handle(request, file);
        Ok(postcard::to_stdvec(&response)?)
    }
}
