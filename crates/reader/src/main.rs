//! The reader's place in the browser: a worker.
//!
//! `www/reader.js` loads this module, calls `answer` for each message of the page, and posts what
//! comes back.

/// Nothing: on the web, `answer` is called when the page asks.
fn main() {
    #[cfg(target_arch = "wasm32")]
    console_error_panic_hook::set_once();
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use protocol::Problem;
    use reader::{Answer, Question};
    use wasm_bindgen::prelude::*;

    /// Answers a question, encoded by postcard, about a file. The answer is a
    /// `Result<Answer, Problem>`, encoded likewise.
    #[wasm_bindgen]
    pub fn answer(question: &[u8], file: Vec<u8>) -> Result<Vec<u8>, JsError> {
        let question: Question = postcard::from_bytes(question)?;
        let answer: Result<Answer, Problem> = reader::answer(question, file);
        Ok(postcard::to_stdvec(&answer)?)
    }
}
