//! The connection to the engine's worker: commands out, events in, and its failure noticed.

use std::rc::Rc;

use js_sys::{JsString, Object, Reflect, Uint8Array};
use model::DeviceChoice;
use protocol::{Command, Event};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ErrorEvent, MessageEvent, MessagePort, Worker, WorkerOptions, WorkerType};

/// Names of the engine's files, beside the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EngineFiles {
    /// The WebAssembly module.
    pub wasm: String,
    /// Its JavaScript, which the worker imports.
    pub glue: String,
    /// The worker's script.
    pub worker: String,
    /// Size of the module in bytes, for progress; 0 where it is not known.
    pub bytes: u64,
}

/// A message of a worker.
#[derive(Debug)]
pub enum EngineMessage {
    /// An event of the engine.
    Event(Event),
    /// The engine did not start, panicked, or the worker is broken; in the browser's words.
    Failed(String),
}

/// A running worker. It ends when this is dropped.
pub struct EngineWorker {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

impl EngineWorker {
    /// Starts a worker and hands it the compiled module, and a port that leads to the interpreter.
    /// Its messages go to `on_engine_message`. Fails where the browser has no module workers.
    pub fn start(
        files: &EngineFiles,
        module: &JsValue,
        device: DeviceChoice,
        interpreter: Option<MessagePort>,
        on_engine_message: Rc<dyn Fn(EngineMessage)>,
    ) -> Result<Self, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&files.worker, &options)?;

        let on_message = Closure::new({
            let on_engine_message = on_engine_message.clone();
            move |message: MessageEvent| on_engine_message(read(&message.data()))
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let on_error = Closure::new(move |error: ErrorEvent| {
            // A script that did not arrive gives a plain event, without a message.
            let message = Reflect::get(&error, &"message".into()).ok();
            let message = message.and_then(|text| text.as_string()).unwrap_or_default();
            on_engine_message(EngineMessage::Failed(if message.is_empty() {
                "its worker script did not load".into()
            } else {
                message
            }));
        });
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));

        let first = Object::new();
        Reflect::set(&first, &"module".into(), module)?;
        Reflect::set(&first, &"glue".into(), &files.glue.as_str().into())?;
        Reflect::set(&first, &"device".into(), &device.slug().into())?;
        match interpreter {
            Some(port) => {
                Reflect::set(&first, &"interpreter".into(), &port)?;
                worker.post_message_with_transfer(&first, &js_sys::Array::of1(&port))?;
            }
            None => worker.post_message(&first)?,
        }
        Ok(Self { worker, _on_message: on_message, _on_error: on_error })
    }

    /// Has the engine send its checkpoints through another port.
    pub fn connect_interpreter(&self, interpreter: &MessagePort) -> Result<(), JsValue> {
        let message = Object::new();
        Reflect::set(&message, &"interpreter".into(), interpreter)?;
        self.worker.post_message_with_transfer(&message, &js_sys::Array::of1(interpreter))
    }

    /// Sends a command. The bytes are copied once and then handed over, not cloned.
    pub fn send(&self, command: &Command) -> Result<(), JsValue> {
        let bytes = postcard::to_stdvec(command).map_err(|error| error.to_string())?;
        let buffer = Uint8Array::from(bytes.as_slice()).buffer();
        self.worker.post_message_with_transfer(&buffer, &js_sys::Array::of1(&buffer))
    }
}

impl Drop for EngineWorker {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// Decodes a message of a worker: bytes are events, objects tell of its end.
fn read(data: &JsValue) -> EngineMessage {
    if let Some(buffer) = data.dyn_ref::<js_sys::ArrayBuffer>() {
        let bytes = Uint8Array::new(buffer).to_vec();
        return match postcard::from_bytes(&bytes) {
            Ok(event) => EngineMessage::Event(event),
            Err(error) => EngineMessage::Failed(format!(
                "page and engine are of different versions: {error}; reload without the cache"
            )),
        };
    }
    let word = |key: &str| {
        let value = Reflect::get(data, &JsString::from(key)).ok()?;
        value.as_string().filter(|text| !text.is_empty())
    };
    let reason = word("panic").or_else(|| word("error"));
    EngineMessage::Failed(reason.unwrap_or_else(|| "no reason was given".into()))
}
