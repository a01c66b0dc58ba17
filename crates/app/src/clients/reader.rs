//! Client of the reader. Responses arrive in the order of the requests.

use std::collections::VecDeque;
use std::rc::Rc;

use futures::channel::oneshot;
use leptos::prelude::{LocalStorage, StoredValue, UpdateValue, WithValue};
use protocol::{ErrorCode, Problem};
use reader::{Request, Response};
use wasm_bindgen::JsValue;

use crate::clients::download::js_error_message;
use crate::clients::worker_handle::{WorkerFailure, WorkerFiles, WorkerHandle, WorkerMessage};

type Reply = Result<Response, Problem>;

/// Client of the reader, which decodes packs and visitors' files.
#[derive(Clone, Copy)]
pub struct Reader(StoredValue<Inner, LocalStorage>);

struct Inner {
    files: Rc<WorkerFiles>,
    worker: Option<WorkerHandle>,
    /// Requests without a response yet, oldest first.
    waiting: VecDeque<oneshot::Sender<Reply>>,
}

impl Reader {
    /// Starts the worker immediately, so that it is ready before the first pack arrives.
    pub fn start(files: WorkerFiles) -> Self {
        let inner = Inner { files: Rc::new(files), worker: None, waiting: VecDeque::new() };
        let reader = Self(StoredValue::new_local(inner));
        reader.ensure();
        reader
    }

    /// Sends a request with a file, if it needs one: a `Blob`, which the worker reads in portions, or
    /// bytes. They are copied, since the page may need them again for the engine.
    pub async fn ask(self, request: &Request, file: Option<&JsValue>) -> Reply {
        let (answer, answered) = oneshot::channel();
        self.ensure();
        let posted = self.0.try_update_value(|inner| {
            let worker = inner.worker.as_ref().ok_or(JsValue::NULL)?;
            worker.send_with_file(request, file)?;
            inner.waiting.push_back(answer);
            Ok::<(), JsValue>(())
        });
        match posted {
            Some(Ok(())) => answered.await.unwrap_or_else(|_| Err(reader_crashed())),
            Some(Err(error)) => {
                log::debug!("a request was not sent: {}", js_error_message(&error));
                Err(reader_missing())
            }
            None => Err(reader_missing()),
        }
    }

    /// Starts a worker if there is none: at the beginning, and after a crash.
    fn ensure(self) {
        if self.0.with_value(|inner| inner.worker.is_none()) {
            let files = self.0.with_value(|inner| inner.files.clone());
            let on_message = move |message| match message {
                WorkerMessage::Message(reply) => self.on_reply(reply),
                WorkerMessage::Failed(failure) => self.on_failure(&failure),
            };
            // If the browser does not support module workers, all requests fail with this problem.
            let worker = match WorkerHandle::start("reader", &files, None, "", on_message) {
                Ok(worker) => Some(worker),
                Err(error) => {
                    log::debug!("the reader did not start: {}", js_error_message(&error));
                    None
                }
            };
            self.0.update_value(|inner| inner.worker = worker);
        }
    }

    fn on_reply(self, reply: Reply) {
        let asker = self.0.try_update_value(|inner| inner.waiting.pop_front());
        if let Some(asker) = asker.flatten() {
            // The receiver may have been dropped in the meantime.
            let _ = asker.send(reply);
        }
    }

    /// Fails all requests without a response. The next request starts a new worker.
    fn on_failure(self, failure: &WorkerFailure) {
        log::debug!("the reader failed: {failure:?}");
        let waiting = self.0.try_update_value(|inner| {
            inner.worker = None;
            std::mem::take(&mut inner.waiting)
        });
        let problem = match failure {
            WorkerFailure::NotLoaded(_) => reader_missing(),
            WorkerFailure::Crashed(_) => reader_crashed(),
        };
        for asker in waiting.into_iter().flatten() {
            let _ = asker.send(Err(problem.clone()));
        }
    }
}

fn reader_missing() -> Problem {
    let sentence = "The part of this page that reads images did not load. Reload the page without \
                    its cache; if that does not help, tell whoever hosts it.";
    Problem::new(ErrorCode::Network, sentence)
}

/// Returns the problem of a response that does not match its request.
pub fn unexpected_answer() -> Problem {
    reader_missing()
}

fn reader_crashed() -> Problem {
    let sentence = "Reading the data took more memory than there is, or failed in an unforeseen \
                    way. Choose a smaller file, or reload the page.";
    Problem::new(ErrorCode::BadImage, sentence)
}
