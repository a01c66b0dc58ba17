//! The connection to the reader's worker: questions out, answers in, in the same order.

use std::collections::VecDeque;
use std::rc::Rc;

use futures::channel::oneshot;
use js_sys::{ArrayBuffer, Object, Reflect, Uint8Array};
use leptos::prelude::{LocalStorage, StoredValue, UpdateValue, WithValue};
use protocol::{ErrorCode, Problem};
use reader::{Request, Response};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::clients::download::js_error_message;

type Reply = Result<Response, Problem>;

/// Client of the reader of packs and of the visitor's files.
#[derive(Clone, Copy)]
pub struct Reader(StoredValue<Inner, LocalStorage>);

struct Inner {
    /// The worker's script, beside the page.
    script: Rc<str>,
    worker: Option<ReaderWorker>,
}

impl Reader {
    /// Starts the reader, which loads at once so that it is there before the first pack is.
    pub fn start(script: &str) -> Self {
        let reader = Self(StoredValue::new_local(Inner { script: script.into(), worker: None }));
        reader.ensure();
        reader
    }

    /// Asks about the bytes of a file; none about generated data.
    pub async fn ask(self, question: &Request, file: Option<&Uint8Array>) -> Reply {
        let (answer, answered) = oneshot::channel();
        self.ensure();
        let posted = self.0.try_update_value(|inner| {
            let worker = inner.worker.as_mut().ok_or(JsValue::NULL)?;
            worker.post(question, file)?;
            worker.waiting.push_back(answer);
            Ok::<(), JsValue>(())
        });
        match posted {
            Some(Ok(())) => answered.await.unwrap_or_else(|_| Err(reader_crashed())),
            Some(Err(error)) => {
                log::debug!("a question was not sent: {}", js_error_message(&error));
                Err(reader_missing())
            }
            None => Err(reader_missing()),
        }
    }

    /// Starts a worker where there is none: at first, and after one broke down.
    fn ensure(self) {
        if self.0.with_value(|inner| inner.worker.is_none()) {
            let script = self.0.with_value(|inner| inner.script.clone());
            let on_reply = move |reply| self.on_reply(reply);
            // Where the browser has no module workers, every question says so.
            let worker = match ReaderWorker::start(&script, on_reply) {
                Ok(worker) => Some(worker),
                Err(error) => {
                    log::debug!("the reader did not start: {}", js_error_message(&error));
                    None
                }
            };
            self.0.update_value(|inner| inner.worker = worker);
        }
    }

    /// Handles an answer, or a problem of the worker itself, which ends it.
    fn on_reply(self, reply: Result<Reply, Problem>) {
        match reply {
            Ok(reply) => {
                let asker = self.0.try_update_value(|inner| {
                    inner.worker.as_mut().and_then(|worker| worker.waiting.pop_front())
                });
                if let Some(asker) = asker.flatten() {
                    // Whoever asked may have lost interest.
                    let _ = asker.send(reply);
                }
            }
            Err(problem) => {
                let worker = self.0.try_update_value(|inner| inner.worker.take()).flatten();
                let waiting = worker.map(|mut worker| std::mem::take(&mut worker.waiting));
                for asker in waiting.into_iter().flatten() {
                    let _ = asker.send(Err(problem.clone()));
                }
            }
        }
    }
}

/// A running worker. It ends when this is dropped.
struct ReaderWorker {
    worker: Worker,
    waiting: VecDeque<oneshot::Sender<Reply>>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

impl ReaderWorker {
    fn start(
        script: &str,
        on_reply: impl Fn(Result<Reply, Problem>) + Copy + 'static,
    ) -> Result<Self, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(script, &options)?;
        let on_message = Closure::new(move |message: MessageEvent| on_reply(read(&message.data())));
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        // A script that did not arrive.
        let on_error = Closure::new(move |_: ErrorEvent| on_reply(Err(reader_missing())));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let waiting = VecDeque::new();
        Ok(Self { worker, waiting, _on_message: on_message, _on_error: on_error })
    }

    /// Sends a question. The page keeps the file, since the engine may want it as well.
    fn post(&self, question: &Request, file: Option<&Uint8Array>) -> Result<(), JsValue> {
        let bytes = postcard::to_stdvec(question).map_err(|error| error.to_string())?;
        let message = Object::new();
        Reflect::set(&message, &"question".into(), &Uint8Array::from(bytes.as_slice()))?;
        if let Some(file) = file {
            Reflect::set(&message, &"file".into(), file)?;
        }
        self.worker.post_message(&message)
    }
}

impl Drop for ReaderWorker {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// Decodes a message of the worker: bytes are an answer, an object tells of its end.
fn read(data: &JsValue) -> Result<Reply, Problem> {
    match data.dyn_ref::<ArrayBuffer>() {
        Some(buffer) => {
            let bytes = Uint8Array::new(buffer).to_vec();
            postcard::from_bytes(&bytes).map_err(|error| {
                log::debug!("an answer cannot be decoded: {error}");
                reader_missing()
            })
        }
        None if data.is_null() => Err(reader_missing()),
        None => Err(reader_crashed()),
    }
}

fn reader_missing() -> Problem {
    let sentence = "The part of this page that reads images did not load. Reload the page without \
                    its cache; if that does not help, tell whoever hosts it.";
    Problem::new(ErrorCode::Network, sentence)
}

/// Returns the problem of an answer to another question than was asked.
pub fn unexpected_answer() -> Problem {
    reader_missing()
}

fn reader_crashed() -> Problem {
    let sentence = "Reading the data took more memory than there is, or failed in an unforeseen \
                    way. Choose a smaller file, or reload the page.";
    Problem::new(ErrorCode::BadImage, sentence)
}
