//! Functions of the transport, which use the worker's global scope.

use js_sys::{Array, Function, Object, Reflect, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsError, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, MessagePort};

/// Reports panics to the page, in addition to the browser's console.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        post_panic(&info.to_string());
    }));
}

/// Tells the page that the module must not be used any more, and for which reason.
pub fn post_panic(reason: &str) {
    let message = Object::new();
    let _ = Reflect::set(&message, &"panic".into(), &reason.into());
    let _ = scope().post_message(&message);
}

/// Decodes a message.
pub fn decode<M: DeserializeOwned>(bytes: &[u8]) -> Result<M, JsError> {
    postcard::from_bytes(bytes)
        .map_err(|error| JsError::new(&format!("a message could not be read ({error})")))
}

/// Encodes a message, and posts it to the page.
pub fn post<M: Serialize>(message: &M) {
    match encode(message) {
        Ok(buffer) => {
            let _ = scope().post_message_with_transfer(&buffer, &Array::of1(&buffer));
        }
        Err(error) => post_panic(&format!("a message could not be encoded ({error})")),
    }
}

/// Encodes a message, and posts it to the page together with a file, such as a `Blob`.
pub fn post_with_file<M: Serialize>(message: &M, file: &JsValue) {
    match encode(message) {
        Ok(buffer) => {
            let with_file = Object::new();
            let _ = Reflect::set(&with_file, &"bytes".into(), &buffer);
            let _ = Reflect::set(&with_file, &"file".into(), file);
            let _ = scope().post_message_with_transfer(&with_file, &Array::of1(&buffer));
        }
        Err(error) => post_panic(&format!("a message could not be encoded ({error})")),
    }
}

/// Encodes a message, and posts it to another worker. Errors are ignored: a message that cannot
/// be delivered is lost, and nothing in this worker depends on it.
pub fn post_on<M: Serialize>(port: &MessagePort, message: &M) {
    if let Ok(buffer) = encode(message) {
        let _ = port.post_message_with_transferable(&buffer, &Array::of1(&buffer));
    }
}

/// Encodes a message into a JavaScript buffer, with one copy. The buffer can then be transferred
/// instead of cloned.
fn encode<M: Serialize>(message: &M) -> postcard::Result<JsValue> {
    let bytes = postcard::to_stdvec(message)?;
    Ok(Uint8Array::from(bytes.as_slice()).buffer().into())
}

/// Queue for callbacks that run after the messages that have arrived in the meantime.
///
/// The queue posts a message to itself: a timer would wait for 4 ms, and a promise would run before
/// any message is received.
pub struct MacrotaskQueue {
    channel: MessageChannel,
}

impl MacrotaskQueue {
    /// Creates the queue.
    pub fn new() -> Self {
        Self { channel: MessageChannel::new().expect("workers have message channels") }
    }

    /// Calls `callback` in a separate macrotask. Replaces a callback that has not run yet.
    pub fn schedule(&self, callback: &Function) {
        self.channel.port1().set_onmessage(Some(callback));
        let _ = self.channel.port2().post_message(&JsValue::NULL);
    }
}

/// Calls `callback` after this many seconds, in a worker.
pub fn call_later(callback: &Function, seconds: f64) {
    let milliseconds = (1000.0 * seconds) as i32;
    let _ = scope().set_timeout_with_callback_and_timeout_and_arguments_0(callback, milliseconds);
}

impl Default for MacrotaskQueue {
    fn default() -> Self {
        Self::new()
    }
}

/// Calls `on_message` with the bytes of each message that arrives at the port.
pub fn listen(port: &MessagePort, on_message: impl Fn(&[u8]) + 'static) {
    let receive = callback(move |event| {
        let data = event.unchecked_into::<MessageEvent>().data();
        on_message(&Uint8Array::new(&data).to_vec());
    });
    port.set_onmessage(Some(&receive));
}

/// Converts a closure to a JavaScript function. The closure is never freed.
pub fn callback(function: impl Fn(JsValue) + 'static) -> Function {
    Closure::<dyn Fn(JsValue)>::new(function).into_js_value().unchecked_into()
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}
