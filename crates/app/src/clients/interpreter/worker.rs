//! The wire to the interpreter's worker.

use std::rc::Rc;

use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use protocol::interpret::{Answer, Query};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ErrorEvent, MessageEvent, MessagePort, Worker, WorkerOptions, WorkerType};

/// A running worker. It ends when this is dropped.
pub struct InterpreterWorker {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

impl InterpreterWorker {
    /// Starts a worker, which loads its module. What it tells goes to `hear`; none when it is broken.
    pub fn start(script: &str, hear: Rc<dyn Fn(Option<Answer>)>) -> Result<Self, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(script, &options)?;
        let on_message = Closure::new({
            let hear = hear.clone();
            move |message: MessageEvent| hear(read(&message.data()))
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let on_error = Closure::new(move |_: ErrorEvent| hear(None));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self { worker, _on_message: on_message, _on_error: on_error })
    }

    /// Asks. A worker that cannot be reached has told so, or will.
    pub fn ask(&self, ask: &Query) {
        if let Ok(bytes) = postcard::to_stdvec(ask) {
            let buffer = Uint8Array::from(bytes.as_slice()).buffer();
            let _ = self.worker.post_message_with_transfer(&buffer, &Array::of1(&buffer));
        }
    }

    /// Has it listen to an engine's weights.
    pub fn listen(&self, weights: &MessagePort) {
        let message = Object::new();
        let _ = Reflect::set(&message, &"weights".into(), weights);
        let _ = self.worker.post_message_with_transfer(&message, &Array::of1(weights));
    }
}

impl Drop for InterpreterWorker {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// Bytes are what it tells, anything else tells of its end.
fn read(data: &JsValue) -> Option<Answer> {
    let buffer = data.dyn_ref::<ArrayBuffer>()?;
    postcard::from_bytes(&Uint8Array::new(buffer).to_vec()).ok()
}
