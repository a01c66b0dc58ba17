//! The connection to the interpreter's worker: queries out, answers in.

use std::rc::Rc;

use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use protocol::interpret::{Answer, Query};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ErrorEvent, MessageEvent, MessagePort, Worker, WorkerOptions, WorkerType};

use crate::clients::download::js_error_message;

/// A running worker. It ends when this is dropped.
pub struct InterpreterWorker {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

impl InterpreterWorker {
    /// Starts a worker, which loads its module. Answers go to `on_answer`; none when it is broken.
    pub fn start(script: &str, on_answer: Rc<dyn Fn(Option<Answer>)>) -> Result<Self, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(script, &options)?;
        let on_message = Closure::new({
            let on_answer = on_answer.clone();
            move |message: MessageEvent| on_answer(read(&message.data()))
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let on_error = Closure::new(move |_: ErrorEvent| on_answer(None));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self { worker, _on_message: on_message, _on_error: on_error })
    }

    /// Sends a query. That a worker cannot be reached is reported by its `error` event.
    pub fn ask(&self, query: &Query) {
        log::debug!("query {}", query.name());
        let bytes = match postcard::to_stdvec(query) {
            Ok(bytes) => bytes,
            Err(error) => return log::debug!("a query was not sent: {error}"),
        };
        let buffer = Uint8Array::from(bytes.as_slice()).buffer();
        self.post(&buffer, &buffer);
    }

    /// Has the worker listen to the checkpoints of an engine.
    pub fn listen(&self, weights: &MessagePort) {
        let message = Object::new();
        // Setting a property of a plain object cannot fail.
        let _ = Reflect::set(&message, &"weights".into(), weights);
        self.post(&message, weights);
    }

    fn post(&self, message: &JsValue, transferred: &JsValue) {
        let posted = self.worker.post_message_with_transfer(message, &Array::of1(transferred));
        if let Err(error) = posted {
            log::debug!("a message was not posted: {}", js_error_message(&error));
        }
    }
}

impl Drop for InterpreterWorker {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// Decodes a message of the worker: bytes are an answer, anything else tells of its end.
fn read(data: &JsValue) -> Option<Answer> {
    let buffer = data.dyn_ref::<ArrayBuffer>()?;
    let answer: Result<Answer, _> = postcard::from_bytes(&Uint8Array::new(buffer).to_vec());
    match answer {
        Ok(answer) => {
            log::debug!("answer {}", answer.name());
            Some(answer)
        }
        Err(error) => {
            log::debug!("an answer cannot be decoded: {error}");
            None
        }
    }
}
