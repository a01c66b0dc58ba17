//! The interpreter's place in the browser: a worker.
//!
//! `www/interpreter.js` loads this module, hands over what comes from the page and from the engine,
//! has it work while there is work, and posts what it tells.

/// Nothing: on the web, the functions below are called.
fn main() {
    #[cfg(target_arch = "wasm32")]
    console_error_panic_hook::set_once();
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use std::cell::RefCell;
    use std::collections::VecDeque;

    use interpret::Interpreter;
    use protocol::interpret::Answer;
    use wasm_bindgen::prelude::*;

    thread_local! {
        static INTERPRETER: RefCell<Interpreter> = RefCell::default();
        static TOLD: RefCell<VecDeque<Answer>> = const { RefCell::new(VecDeque::new()) };
    }

    /// Takes a question of the page, a `protocol::interpret::Query` encoded by postcard.
    #[wasm_bindgen]
    pub fn ask(bytes: &[u8]) -> Result<(), JsError> {
        let ask = postcard::from_bytes(bytes)?;
        INTERPRETER.with_borrow_mut(|interpreter| interpreter.ask(ask));
        Ok(())
    }

    /// Takes weights of the engine, a `protocol::interpret::Checkpoint`.
    #[wasm_bindgen]
    pub fn arrive(bytes: &[u8]) -> Result<(), JsError> {
        let checkpoint = postcard::from_bytes(bytes)?;
        INTERPRETER.with_borrow_mut(|interpreter| interpreter.add_checkpoint(checkpoint));
        Ok(())
    }

    /// Does one piece of work. False when there is none.
    #[wasm_bindgen]
    pub fn work() -> bool {
        INTERPRETER.with_borrow_mut(|interpreter| {
            let has_work = interpreter.has_work();
            if has_work {
                interpreter.work();
            }
            has_work
        })
    }

    /// What there is to tell next, a `protocol::interpret::Answer`.
    #[wasm_bindgen]
    pub fn told() -> Result<Option<Vec<u8>>, JsError> {
        let next = TOLD.with_borrow_mut(|waiting| {
            waiting.extend(INTERPRETER.with_borrow_mut(Interpreter::drain_answers));
            waiting.pop_front()
        });
        Ok(next.map(|told| postcard::to_stdvec(&told)).transpose()?)
    }
}
