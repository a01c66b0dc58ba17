//! Downloads with progress.

use js_sys::{Promise, Reflect, Uint8Array};
use store::progress::Progress;
use thiserror::Error;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStreamDefaultReader, Response};

/// Maximum size of a downloaded file in bytes, larger than the engine and any pack.
const MAX_BYTES: u64 = 128 << 20;

#[wasm_bindgen]
extern "C" {
    /// Defined in `www/boot.js`: fetches a file, or returns the download if it has been started
    /// already.
    #[wasm_bindgen(catch, js_name = playgroundFetch)]
    fn begin(file: &str) -> Result<Promise, JsValue>;

    /// Defined in `www/boot.js`: stores a file for the next visit, if the browser supports it.
    #[wasm_bindgen(catch, js_name = playgroundFetched)]
    fn fetched(file: &str, bytes: &Uint8Array) -> Result<(), JsValue>;
}

/// Error of a download.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FetchError {
    /// The server returned an error.
    #[error(
        "“{file}” is missing on the server (status {status}). Reload the page; if that does not help, tell whoever hosts it."
    )]
    Status {
        /// Name of the file.
        file: String,
        /// HTTP status.
        status: u16,
    },
    /// The server could not be reached, or the connection broke.
    #[error("“{file}” did not arrive ({reason}). Check the connection and reload the page.")]
    Connection {
        /// Name of the file.
        file: String,
        /// Reason given by the browser.
        reason: String,
    },
    /// The file is larger than any file that the page needs.
    #[error("“{file}” is larger than {} MB and was not loaded. Tell whoever hosts the page.", MAX_BYTES >> 20)]
    TooLarge {
        /// Name of the file.
        file: String,
    },
}

/// Fetches a file that is located next to the page. `expected` is its size in bytes, used for the
/// progress; 0 if it is not known. The bytes are kept in JavaScript's memory.
pub async fn fetch(
    file: &str,
    expected: u64,
    progress: &mut dyn FnMut(Progress),
) -> Result<Uint8Array, FetchError> {
    read(file, ask(file).await?, expected, progress).await
}

/// Requests a file. Returns when the response has started; its body may still be arriving.
pub async fn ask(file: &str) -> Result<Response, FetchError> {
    let broken = |error| broken(file, &error);
    let response = JsFuture::from(begin(file).map_err(broken)?).await.map_err(broken)?;
    let response: Response = response.unchecked_into();
    match response.ok() {
        true => Ok(response),
        false => Err(FetchError::Status { file: file.into(), status: response.status() }),
    }
}

/// Reads the body of a response to its end. The arguments are those of [`fetch`].
pub async fn read(
    file: &str,
    response: Response,
    expected: u64,
    progress: &mut dyn FnMut(Progress),
) -> Result<Uint8Array, FetchError> {
    let broken = |error: JsValue| broken(file, &error);
    let too_large = || FetchError::TooLarge { file: file.into() };
    let total = if expected > 0 { expected } else { length(&response) };
    if total > MAX_BYTES {
        return Err(too_large());
    }
    let mut all = Uint8Array::new_with_length(total as u32);
    let mut received = 0;
    if let Some(body) = response.body() {
        let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
        loop {
            let read = JsFuture::from(reader.read()).await.map_err(broken)?;
            let chunk = Reflect::get(&read, &"value".into()).map_err(broken)?;
            let Some(chunk) = chunk.dyn_ref::<Uint8Array>() else { break };
            let end = received + u64::from(chunk.length());
            if end > MAX_BYTES {
                return Err(too_large());
            }
            if end > u64::from(all.length()) {
                // The size was unknown, or was the size of the compressed file.
                let longer = Uint8Array::new_with_length((end * 2) as u32);
                longer.set(&all, 0);
                all = longer;
            }
            all.set(chunk, received as u32);
            received = end;
            progress(Progress { received, total: total.max(received) });
        }
    }
    let all = all.subarray(0, received as u32);
    // Without `www/boot.js`, the file is not stored for the next visit.
    if let Err(error) = fetched(file, &all) {
        log::debug!("“{file}” is not kept: {}", js_error_message(&error));
    }
    Ok(all)
}

fn broken(file: &str, error: &JsValue) -> FetchError {
    FetchError::Connection { file: file.into(), reason: js_error_message(error) }
}

fn length(response: &Response) -> u64 {
    let header = response.headers().get("content-length").ok().flatten();
    header.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Returns the message of a JavaScript exception, without the name of its class.
pub fn js_error_message(error: &JsValue) -> String {
    let message = Reflect::get(error, &"message".into()).ok().and_then(|text| text.as_string());
    message.or_else(|| error.as_string()).unwrap_or_else(|| "no reason was given".into())
}
