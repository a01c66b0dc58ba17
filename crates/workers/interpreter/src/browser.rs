//! Functions exported by the module. It receives requests from the page and checkpoints from the
//! engine, and does its work in pieces, so that messages can be received in between.

use std::cell::{Cell, RefCell};

use interpret::{DutyCycle, Interpreter};
use js_sys::{Date, Function};
use transport::{MacrotaskQueue, MessagePort};
use wasm_bindgen::prelude::*;

thread_local! {
    static INTERPRETER: RefCell<Interpreter> = RefCell::default();
    static DUTY_CYCLE: RefCell<DutyCycle> = RefCell::default();
    static QUEUE: MacrotaskQueue = MacrotaskQueue::new();
    static WORK: Function = transport::callback(|_| work());
    static NEXT: Cell<Next> = const { Cell::new(Next::Nothing) };
}

/// What is scheduled.
#[derive(Clone, Copy)]
enum Next {
    Nothing,
    /// A piece of work after the messages that have arrived.
    Soon,
    /// A piece of work after some time.
    Later,
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

/// Does one piece of work, and responds. May be called once too often.
fn work() {
    NEXT.set(Next::Nothing);
    let start = now_secs();
    INTERPRETER.with_borrow_mut(Interpreter::work);
    let now = now_secs();
    let wait = DUTY_CYCLE.with_borrow_mut(|duty| duty.wait_after(now - start, now));
    respond_after(wait);
}

fn now_secs() -> f64 {
    Date::now() / 1000.0
}

/// Posts the responses, and schedules the next piece of work if there is one.
fn respond() {
    respond_after(0.0);
}

/// Posts the responses, and schedules the next piece of work, if there is one: after this many seconds
/// if a run trains on the same cores.
fn respond_after(seconds: f64) {
    let (responses, has_work, shares_cores) = INTERPRETER.with_borrow_mut(|interpreter| {
        (interpreter.drain_responses(), interpreter.has_work(), interpreter.shares_cores())
    });
    responses.iter().for_each(transport::post);
    if !has_work {
        return;
    }
    let waits = shares_cores && seconds > 0.0;
    match NEXT.get() {
        Next::Nothing if waits => {
            NEXT.set(Next::Later);
            WORK.with(|work| transport::call_later(work, seconds));
        }
        // When the run has stopped there is no need to wait for the timer.
        Next::Later if shares_cores => {}
        Next::Nothing | Next::Later => {
            NEXT.set(Next::Soon);
            WORK.with(|work| QUEUE.with(|queue| queue.schedule(work)));
        }
        Next::Soon => {}
    }
}
