//! Asynchronous tasks.

use std::pin::Pin;

/// Starts a task. It is behind one type, so that the executor is compiled once.
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    let task: Pin<Box<dyn Future<Output = ()>>> = Box::pin(task);
    wasm_bindgen_futures::spawn_local(task);
}
