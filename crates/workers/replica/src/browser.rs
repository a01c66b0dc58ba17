//! Functions exported by the module. Its messages come from the engine's worker, not from the page.

use cpu::message::FromReplica;
use futures::channel::mpsc::unbounded;
use transport::MessagePort;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// Prepares the module.
#[wasm_bindgen]
pub fn start() {
    transport::report_panics();
}

/// Follows the engine behind this port from now on. An empty message tells it that the module is ready.
#[wasm_bindgen]
pub fn connect(port: MessagePort) {
    let (sender, messages) = unbounded();
    transport::listen(&port, move |bytes| match transport::decode(bytes) {
        // The receiver exists as long as the worker, so that sending cannot fail.
        Ok(message) => drop(sender.unbounded_send(message)),
        Err(_) => transport::post_panic("a message of the engine could not be read"),
    });
    transport::post_on(&port, &FromReplica { exchange: 0, values: Vec::new() });
    spawn_local(async move {
        cpu::follow(messages, |message| transport::post_on(&port, &message)).await;
    });
}
