//! Functions exported by the module. It receives requests from the page and checkpoints from the
//! engine, and does its work in pieces, so that messages can be received in between.

use std::cell::{Cell, RefCell};

use interpret::Interpreter;
use js_sys::Function;
use transport::{MacrotaskQueue, MessagePort};
use wasm_bindgen::prelude::*;

thread_local! {
    static INTERPRETER: RefCell<Interpreter> = RefCell::default();
    static QUEUE: MacrotaskQueue = MacrotaskQueue::new();
    static WORK: Function = transport::callback(|_| work());
    /// Whether the next piece of work is scheduled.
    static IS_SCHEDULED: Cell<bool> = const { Cell::new(false) };
}

/// Prepares the module.
#[wasm_bindgen]
pub fn start() {
    transport::report_panics();
}

/// Handles an encoded request from the page.
#[wasm_bindgen]
pub fn receive(bytes: &[u8]) -> Result<(), JsError> {
    let request = transport::decode(bytes)?;
    INTERPRETER.with_borrow_mut(|interpreter| interpreter.handle(request));
    respond();
    Ok(())
}

/// Receives checkpoints from an engine through this port.
#[wasm_bindgen]
pub fn connect(port: MessagePort) {
    transport::listen(&port, receive_checkpoint);
}

fn receive_checkpoint(bytes: &[u8]) {
    match transport::decode(bytes) {
        Ok(checkpoint) => {
            INTERPRETER.with_borrow_mut(|interpreter| interpreter.add_checkpoint(checkpoint));
            respond();
        }
        Err(_) => transport::post_panic("a checkpoint could not be read"),
    }
}

/// Does one piece of work, and responds.
fn work() {
    IS_SCHEDULED.set(false);
    INTERPRETER.with_borrow_mut(Interpreter::work);
    respond();
}

/// Posts the responses, and schedules the next piece of work if there is one.
fn respond() {
    let (responses, has_work) = INTERPRETER
        .with_borrow_mut(|interpreter| (interpreter.drain_responses(), interpreter.has_work()));
    responses.iter().for_each(transport::post);
    if has_work && !IS_SCHEDULED.replace(true) {
        WORK.with(|work| QUEUE.with(|queue| queue.schedule(work)));
    }
}
