//! The workers that train together with the engine. The page starts them and connects each to the
//! engine; it exchanges no messages with them. The engine could start them itself, but in Firefox 153
//! a worker that started several others did not return from it, about one time in twenty.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::set_timeout;
use protocol::Event;
use wasm_bindgen::JsValue;
use web_sys::MessageChannel;

use super::worker_handle::{WorkerFiles, WorkerHandle, WorkerMessage};

/// The workers. They are stopped when this is dropped.
#[derive(Default)]
pub struct Replicas {
    workers: Rc<RefCell<Vec<WorkerHandle>>>,
}

impl Replicas {
    /// Starts this many workers instead of those that there are, and sends the engine a port to each.
    ///
    /// # Errors
    ///
    /// Returns the browser's error if it starts none. The engine trains alone then.
    pub fn start(
        &self,
        count: usize,
        files: &WorkerFiles,
        engine: &WorkerHandle,
    ) -> Result<(), JsValue> {
        self.stop();
        for _ in 0..count {
            let workers = self.workers.clone();
            let on_message = move |message: WorkerMessage<Event>| {
                if let WorkerMessage::Failed(_) = message {
                    // With the worker its port closes, which the engine may notice. Not at once, since
                    // this function belongs to the worker.
                    let workers = workers.clone();
                    set_timeout(move || drop(workers.take()), Duration::ZERO);
                }
            };
            let worker = WorkerHandle::start("replica", files, None, "", on_message)?;
            let channel = MessageChannel::new()?;
            worker.connect(&channel.port2(), "engine")?;
            engine.connect(&channel.port1(), "replica")?;
            self.workers.borrow_mut().push(worker);
        }
        Ok(())
    }

    /// Stops the workers.
    pub fn stop(&self) {
        drop(self.workers.take());
    }
}
