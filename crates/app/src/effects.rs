//! Performs the effects returned by the reducer.

mod load_dataset;
pub mod load_packs;

use std::time::Duration;

use js_sys::{Promise, WebAssembly};
use leptos::prelude::*;
use load_packs::list_packs;
use protocol::Command;
use protocol::embed::EmbedEvent;
use store::action::Action;
use store::effect::Effect;
use ui::spawn::spawn;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{History, MessagePort};

use crate::clients::download::{ask, js_error_message, read};
use crate::clients::worker_handle::{WorkerHandle, WorkerMessage};
use crate::course_page::wake::until_awake;
use crate::page::Page;
use crate::saved_speeds;

/// Delay between the last edit and the setup of the run.
const DEBOUNCE_DELAY: Duration = Duration::from_millis(150);

/// Interval between two requests for the latest weights.
const CHECKPOINT_INTERVAL: Duration = Duration::from_millis(500);

/// Function of the browser's history that takes an address.
type WriteHistory = fn(&History, &JsValue, &str, Option<&str>) -> Result<(), JsValue>;

/// Writes the query string of the page's address with a function of the browser's history.
fn write_address(query: &str, write: WriteHistory) {
    let hash = window().location().hash().unwrap_or_default();
    let url = format!("?{query}{hash}");
    // Browsers reject this in some frames, and if it is called too often. An error can be ignored.
    let written = window().history().and_then(|h| write(&h, &JsValue::NULL, "", Some(&url)));
    if let Err(error) = written {
        log::debug!("the address was not written: {}", js_error_message(&error));
    }
}

impl Page {
    /// Performs an effect, or starts it and later dispatches an action with its result.
    pub(crate) fn perform(self, effect: Effect) {
        let inner = self.inner();
        match effect {
            Effect::LoadEngine => spawn(async move {
                until_awake().await;
                self.dispatch(match self.load_engine().await {
                    Ok(()) => Action::EngineLoaded,
                    Err(sentence) => Action::EngineUnavailable(sentence),
                });
            }),
            Effect::ListPacks => spawn(async move {
                until_awake().await;
                self.dispatch(match list_packs().await {
                    Ok(found) => Action::PacksListed(found),
                    Err(problem) => Action::PacksUnlisted(problem),
                });
            }),
            Effect::FetchPack { source, file, bytes } => spawn(async move {
                self.dispatch(match self.fetch_pack(source, &file, bytes).await {
                    Ok(()) => Action::PackReady(source),
                    Err(problem) => Action::PackFailed(source, problem),
                });
            }),
            Effect::LoadDataset(key) => self.load_dataset(key),
            Effect::StartWorker { worker, device } => {
                // The old worker is dropped first, since two engines may not fit into memory.
                drop(inner.worker.take());
                let Some(module) = inner.module.borrow().clone() else { return };
                let on_message = move |message| {
                    self.dispatch(match message {
                        WorkerMessage::Message(event) => Action::EngineEvent { worker, event },
                        WorkerMessage::Failed(failure) => {
                            let message = failure.into_reason();
                            Action::WorkerFailed { worker, message }
                        }
                    });
                };
                let files = &inner.files.engine;
                inner.replicas.stop();
                let processors = window().navigator().hardware_concurrency() as u32;
                let options = format!("{} {processors}", device.slug());
                let worker_handle =
                    WorkerHandle::start("engine", files, Some(&module), &options, on_message);
                match worker_handle {
                    Ok(handle) => {
                        inner.worker.replace(Some(handle));
                        if let Some(port) = self.interpreter.port() {
                            self.connect_interpreter(&port);
                        }
                    }
                    Err(error) => self.report_failure_later(worker, js_error_message(&error)),
                }
            }
            Effect::StopWorker => {
                drop(inner.worker.take());
                inner.replicas.stop();
            }
            Effect::StartReplicas(count) => {
                if let Some(engine) = &*inner.worker.borrow()
                    && let Err(error) = inner.replicas.start(count, &inner.files.replica, engine)
                {
                    log::debug!("no replicas: {}", js_error_message(&error));
                }
            }
            Effect::SendData(key) => {
                let Some(loaded) = inner.datasets.borrow().get(key) else { return };
                let dataset = loaded.content.dataset().without_sealed_test_set();
                self.send_command(&Command::LoadData { key, dataset });
            }
            Effect::OpenTestSet { key, run } => {
                let Some(loaded) = inner.datasets.borrow().get(key) else { return };
                let dataset = loaded.content.dataset().only_test_set();
                self.send_command(&Command::OpenTestSet { run, dataset });
            }
            Effect::SendCommand(command) => self.send_command(&command),
            Effect::Debounce => {
                let edit = inner.edits.get().wrapping_add(1);
                inner.edits.set(edit);
                let elapse = move || {
                    if self.inner().edits.get() == edit {
                        self.dispatch(Action::DebounceElapsed);
                    }
                };
                set_timeout(elapse, DEBOUNCE_DELAY);
            }
            Effect::StartCheckpointInterval => set_timeout(
                move || self.dispatch(Action::CheckpointIntervalElapsed),
                CHECKPOINT_INTERVAL,
            ),
            Effect::PushUrl(query) => write_address(&query, History::push_state_with_url),
            Effect::ReplaceUrl(query) => write_address(&query, History::replace_state_with_url),
            Effect::RememberSpeeds(speeds) => saved_speeds::save(&speeds),
            Effect::Emit(EmbedEvent::Refused { reason, id, .. }) => self.refuse(|| (reason, id)),
            Effect::Emit(body) => inner.event_queue.borrow_mut().push(body),
            Effect::EmitSteps { first, losses } => {
                let mut queue = inner.event_queue.borrow_mut();
                for (index, loss) in losses.into_iter().enumerate() {
                    queue.push(EmbedEvent::Step { step: first + index, loss });
                }
            }
        }
    }

    /// Sends a command to the engine, if there is one.
    pub(crate) fn send_command(self, command: &Command) {
        log::debug!("command {}", command.name());
        let inner = self.inner();
        let sent = inner.worker.borrow().as_ref().map(|worker| worker.send(command));
        if let Some(Err(error)) = sent {
            let worker = inner.state.borrow().engine.worker;
            self.report_failure_later(worker, js_error_message(&error));
        }
    }

    /// Sends the engine, if there is one, a port to a new interpreter.
    pub(crate) fn connect_interpreter(self, port: &MessagePort) {
        let connected =
            self.inner().worker.borrow().as_ref().map(|worker| worker.connect(port, "interpreter"));
        // If the worker cannot be reached, the next command reports it.
        if let Some(Err(error)) = connected {
            log::debug!("the engine got no port: {}", js_error_message(&error));
        }
    }

    /// Reports a crashed worker in a separate task, since the effects still to be performed belong
    /// to the state before the crash.
    fn report_failure_later(self, worker: u32, message: String) {
        set_timeout(
            move || self.dispatch(Action::WorkerFailed { worker, message }),
            Duration::ZERO,
        );
    }

    async fn load_engine(self) -> Result<(), String> {
        let files = self.inner().files.clone();
        if files.engine.wasm.is_empty() {
            return Err("This copy of the page was built without its engine. Tell whoever hosts \
                        it to build it with “cargo xtask build”."
                .into());
        }
        let mut progress = move |progress| self.dispatch(Action::EngineProgress(progress));
        let late = |error| format!("The page cannot train without its engine: {error}");
        let response = ask(&files.engine.wasm).await.map_err(late)?;
        // The browser compiles the module while it arrives, in parallel to counting its bytes.
        let compiled = response.clone().map(|copy| {
            JsFuture::from(WebAssembly::compile_streaming(&Promise::resolve(&JsValue::from(copy))))
        });
        let bytes = read(&files.engine.wasm, response, files.engine_bytes, &mut progress)
            .await
            .map_err(late)?;
        if bytes.length() < 8 || bytes.subarray(0, 4).to_vec() != *b"\0asm" {
            return Err(format!(
                "“{}” on the server is not the engine. Reload the page without its cache; if that \
                 does not help, tell whoever hosts it.",
                files.engine.wasm
            ));
        }
        if files.engine_bytes > 0 && u64::from(bytes.length()) != files.engine_bytes {
            return Err("The engine arrived incomplete. Reload the page; if that does not help, \
                        tell whoever hosts it."
                .into());
        }
        let compiled = match compiled {
            Ok(compiling) => compiling.await,
            Err(error) => Err(error),
        };
        let module = match compiled {
            Ok(module) => Ok(module),
            // Browsers refuse to compile a response that the server does not declare as
            // WebAssembly.
            Err(error) => {
                log::debug!("not compiled while it arrived: {}", js_error_message(&error));
                JsFuture::from(WebAssembly::compile(&bytes)).await
            }
        };
        let module = module.map_err(|error| {
            format!(
                "This browser cannot run the engine ({}). Use the newest Chrome, Edge, Firefox or \
                 Safari.",
                js_error_message(&error)
            )
        })?;
        self.inner().module.replace(Some(module));
        Ok(())
    }
}
