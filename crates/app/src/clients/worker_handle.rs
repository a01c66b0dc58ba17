//! The page's connection to a worker, the same for all workers: sends messages, receives messages,
//! and detects failures. The worker's side is `www/worker.js`.

use js_sys::{Array, ArrayBuffer, JsString, Object, Reflect, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Blob, BlobPropertyBag, ErrorEvent, MessageEvent, MessagePort, Url, Worker, WorkerOptions,
    WorkerType,
};

/// Names of a worker's files, relative to the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkerFiles {
    /// Script of all workers.
    pub script: String,
    /// WebAssembly module of the worker.
    pub wasm: String,
    /// JavaScript of the module, which the script imports.
    pub glue: String,
}

/// A message posted by a worker.
#[derive(Debug)]
pub enum WorkerMessage<M> {
    /// A message of the worker's module.
    Message(M),
    /// The worker failed and must be replaced.
    Failed(WorkerFailure),
}

/// Reasons why a worker must be replaced, with the browser's message.
#[derive(Debug)]
pub enum WorkerFailure {
    /// The worker's script or module could not be loaded.
    NotLoaded(String),
    /// The worker crashed, or its messages are those of another version of the page.
    Crashed(String),
}

impl WorkerFailure {
    /// Returns the message.
    pub fn into_reason(self) -> String {
        match self {
            WorkerFailure::NotLoaded(reason) | WorkerFailure::Crashed(reason) => reason,
        }
    }
}

/// A running worker. Dropping the handle terminates the worker.
pub struct WorkerHandle {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

impl WorkerHandle {
    /// Starts a worker that posts a file beside each message, such as a `Blob`. The arguments are
    /// those of [`WorkerHandle::start`].
    pub fn start_with_files<M: DeserializeOwned + 'static>(
        name: &str,
        files: &WorkerFiles,
        on_message: impl Fn(WorkerMessage<(M, JsValue)>) + Clone + 'static,
    ) -> Result<Self, JsValue> {
        Self::start_reading(name, files, None, "", read_with_file, on_message)
    }

    /// Starts a worker, which loads its module; `module` is the compiled module, if there is one
    /// already. `name` is shown in the browser's developer tools. `options` are passed to the
    /// module's `start`. Returns an error if the browser does not support module workers.
    pub fn start<M: DeserializeOwned + 'static>(
        name: &str,
        files: &WorkerFiles,
        module: Option<&JsValue>,
        options: &str,
        on_message: impl Fn(WorkerMessage<M>) + Clone + 'static,
    ) -> Result<Self, JsValue> {
        Self::start_reading(name, files, module, options, read, on_message)
    }

    fn start_reading<M: 'static>(
        name: &str,
        files: &WorkerFiles,
        module: Option<&JsValue>,
        options: &str,
        read: fn(&JsValue) -> WorkerMessage<M>,
        on_message: impl Fn(WorkerMessage<M>) + Clone + 'static,
    ) -> Result<Self, JsValue> {
        let of_worker = WorkerOptions::new();
        of_worker.set_type(WorkerType::Module);
        of_worker.set_name(name);
        let worker = start_script(&files.script, &of_worker)?;
        let on_error = {
            let on_message = on_message.clone();
            Closure::new(move |error: ErrorEvent| on_message(read_error(&error)))
        };
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let on_message =
            Closure::new(move |message: MessageEvent| on_message(read(&message.data())));
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));

        let first = Object::new();
        Reflect::set(&first, &"glue".into(), &files.glue.as_str().into())?;
        let wasm = module.cloned().unwrap_or_else(|| files.wasm.as_str().into());
        Reflect::set(&first, &"wasm".into(), &wasm)?;
        Reflect::set(&first, &"options".into(), &options.into())?;
        worker.post_message(&first)?;
        Ok(Self { worker, _on_message: on_message, _on_error: on_error })
    }

    /// Sends a message. Its bytes are copied once and then transferred.
    pub fn send<M: Serialize>(&self, message: &M) -> Result<(), JsValue> {
        let buffer = encode(message)?.buffer();
        self.worker.post_message_with_transfer(&buffer, &Array::of1(&buffer))
    }

    /// Sends a message together with a file: a `Blob`, an array of files, or bytes, which are copied.
    pub fn send_with_file<M: Serialize>(
        &self,
        message: &M,
        file: Option<&impl AsRef<JsValue>>,
    ) -> Result<(), JsValue> {
        let with_file = Object::new();
        Reflect::set(&with_file, &"bytes".into(), &encode(message)?.into())?;
        if let Some(file) = file {
            Reflect::set(&with_file, &"file".into(), file.as_ref())?;
        }
        self.worker.post_message(&with_file)
    }

    /// Sends a port to another worker, and says which one it is.
    pub fn connect(&self, port: &MessagePort, of: &str) -> Result<(), JsValue> {
        let message = Object::new();
        Reflect::set(&message, &"port".into(), port)?;
        Reflect::set(&message, &"of".into(), &of.into())?;
        self.worker.post_message_with_transfer(&message, &Array::of1(port))
    }
}

/// Script of a worker in a sandboxed frame, which imports the script that `ADDRESS` stands for. What
/// arrives before it is there is passed on to it.
const SANDBOXED: &str = "const early = [];\
    const keep = (event) => early.push(event.data);\
    addEventListener('message', keep);\
    import('ADDRESS').then(() => {\
      removeEventListener('message', keep);\
      for (const data of early) dispatchEvent(new MessageEvent('message', { data }));\
    }, (error) => postMessage({ failed: String(error) }));";

/// Starts a worker's script. A sandboxed frame has an origin of its own, which may not start the
/// scripts of the site; there a script with that origin imports the script of the site. It is a
/// classic script, since Chromium loads no module with such an origin as a worker.
fn start_script(script: &str, options: &WorkerOptions) -> Result<Worker, JsValue> {
    let window = leptos::prelude::window();
    if window.origin() != "null" {
        return Worker::new_with_options(script, options);
    }
    let address = Url::new_with_base(script, &window.location().href()?)?.href();
    let text = Array::of1(&SANDBOXED.replace("ADDRESS", &address.replace('\'', "%27")).into());
    let kind = BlobPropertyBag::new();
    kind.set_type("text/javascript");
    let blob = Blob::new_with_str_sequence_and_options(&text, &kind)?;
    options.set_type(WorkerType::Classic);
    // The address stays valid as long as the page, since the worker is loaded later.
    Worker::new_with_options(&Url::create_object_url_with_blob(&blob)?, options)
}

impl Drop for WorkerHandle {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

fn encode<M: Serialize>(message: &M) -> Result<Uint8Array, JsValue> {
    let bytes = postcard::to_stdvec(message).map_err(|error| error.to_string())?;
    Ok(Uint8Array::from(bytes.as_slice()))
}

/// Decodes a message from a worker. Buffers are messages of its module; objects report failures.
fn read<M: DeserializeOwned>(data: &JsValue) -> WorkerMessage<M> {
    if let Some(buffer) = data.dyn_ref::<ArrayBuffer>() {
        return match postcard::from_bytes(&Uint8Array::new(buffer).to_vec()) {
            Ok(message) => WorkerMessage::Message(message),
            Err(error) => WorkerMessage::Failed(WorkerFailure::Crashed(format!(
                "page and worker are of different versions: {error}; reload without the cache"
            ))),
        };
    }
    let word = |key: &str| {
        let value = Reflect::get(data, &JsString::from(key)).ok()?;
        value.as_string().filter(|text| !text.is_empty())
    };
    WorkerMessage::Failed(match (word("failed"), word("panic")) {
        (Some(reason), _) => WorkerFailure::NotLoaded(reason),
        (None, reason) => {
            WorkerFailure::Crashed(reason.unwrap_or_else(|| "no reason was given".into()))
        }
    })
}

/// Decodes a message from a worker that posts a file beside each message.
fn read_with_file<M: DeserializeOwned>(data: &JsValue) -> WorkerMessage<(M, JsValue)> {
    let part = |key: &str| Reflect::get(data, &key.into()).unwrap_or_default();
    let bytes = part("bytes");
    match read(if bytes.is_undefined() { data } else { &bytes }) {
        WorkerMessage::Message(message) => WorkerMessage::Message((message, part("file"))),
        WorkerMessage::Failed(failure) => WorkerMessage::Failed(failure),
    }
}

/// Converts an error event. If the script could not be loaded, the event has no message.
fn read_error<M>(error: &ErrorEvent) -> WorkerMessage<M> {
    let message = Reflect::get(error, &"message".into()).ok();
    let message = message.and_then(|text| text.as_string()).unwrap_or_default();
    WorkerMessage::Failed(if message.is_empty() {
        WorkerFailure::NotLoaded("its worker script did not load".into())
    } else {
        WorkerFailure::Crashed(message)
    })
}
