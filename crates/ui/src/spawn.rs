//! Asynchronous tasks.

use std::pin::Pin;

/// Spawns a task. Its type is erased, so that the executor is compiled only once.
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    let task: Pin<Box<dyn Future<Output = ()>>> = Box::pin(task);
    wasm_bindgen_futures::spawn_local(task);
}
