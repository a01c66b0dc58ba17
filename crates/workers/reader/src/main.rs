//! WebAssembly module of the reader, which decodes files for the page in a worker of its own.

fn main() {}

#[cfg(target_arch = "wasm32")]
mod browser {
    use protocol::Problem;
    use reader::Response;
    use wasm_bindgen::prelude::*;

    /// Prepares the module.
    #[wasm_bindgen]
    pub fn start() {
        transport::report_panics();
    }

    /// Handles an encoded request about a file, and posts the response.
    #[wasm_bindgen]
    pub fn receive(bytes: &[u8], file: Option<Vec<u8>>) -> Result<(), JsError> {
        let request = transport::decode(bytes)?;
        let response: Result<Response, Problem> = reader::handle(request, file.unwrap_or_default());
        transport::post(&response);
        Ok(())
    }
}
