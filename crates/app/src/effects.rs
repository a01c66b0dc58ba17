//! What the reducer wants done in the world.

mod packs;
mod show;

use std::rc::Rc;
use std::time::Duration;

use js_sys::{Date, Promise, WebAssembly};
use leptos::prelude::*;
pub(crate) use packs::Packs;
use packs::list_packs;
use protocol::Command;
use protocol::embed::EmbedEvent;
use store::action::Action;
use store::effect::Effect;
use store::speeds::Speeds;
use ui::spawn::spawn;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::MessagePort;

use crate::fetch::{ask, read, said};
use crate::link::{Message, WorkerLink};
use crate::page::Page;
use crate::remember::{remember, remembered};

/// Under which name the devices' speeds are remembered.
const SPEEDS: &str = "speeds";

/// What was measured of the devices on earlier visits.
pub(crate) fn remembered_speeds() -> Speeds {
    Speeds::parse(&remembered(SPEEDS), Date::now())
}

/// The pause after which an edit counts as made.
const SETTLED: Duration = Duration::from_millis(150);

impl Page {
    /// Does it, or starts it; what comes of it is dispatched later.
    pub(crate) fn run(self, effect: Effect) {
        let inner = self.inner();
        match effect {
            Effect::LoadEngine => spawn(async move {
                self.dispatch(match self.load_engine().await {
                    Ok(()) => Action::EngineLoaded,
                    Err(sentence) => Action::EngineUnavailable(sentence),
                });
            }),
            Effect::ListPacks => spawn(async move {
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
            Effect::LoadDataset(key) => self.show(key),
            Effect::StartWorker { worker, device } => {
                // The old one goes first: two engines may not fit into memory.
                drop(inner.worker.take());
                let Some(module) = inner.module.borrow().clone() else { return };
                let hear = move |message| {
                    self.dispatch(match message {
                        Message::Event(event) => Action::EngineEvent { worker, event },
                        Message::Failed(message) => Action::WorkerFailed { worker, message },
                    });
                };
                let port = self.inside.port();
                match WorkerLink::start(&inner.files, &module, device, port, Rc::new(hear)) {
                    Ok(link) => drop(inner.worker.replace(Some(link))),
                    Err(error) => self.fail_later(worker, said(&error)),
                }
            }
            Effect::StopWorker => drop(inner.worker.take()),
            Effect::SendData(key) => {
                let pack = self.pack_bytes(key.source);
                self.tell_engine(&Command::LoadData { source: key.source, seed: key.seed, pack });
            }
            Effect::SendCommand(command) => self.tell_engine(&command),
            Effect::Debounce => {
                let edit = inner.edits.get().wrapping_add(1);
                inner.edits.set(edit);
                let settle = move || {
                    if self.inner().edits.get() == edit {
                        self.dispatch(Action::DebounceElapsed);
                    }
                };
                set_timeout(settle, SETTLED);
            }
            Effect::ReplaceUrl(query) => {
                let hash = window().location().hash().unwrap_or_default();
                let url = format!("?{query}{hash}");
                // Browsers refuse this in some frames, and too often in a row. It is a convenience.
                let _ = window()
                    .history()
                    .and_then(|h| h.replace_state_with_url(&JsValue::NULL, "", Some(&url)));
            }
            Effect::RememberSpeeds(speeds) => remember(SPEEDS, &speeds.to_text(Date::now())),
            Effect::Emit(body) => inner.outbox.borrow_mut().push(body),
            Effect::EmitSteps { first, losses } => {
                let mut outbox = inner.outbox.borrow_mut();
                for (index, loss) in losses.into_iter().enumerate() {
                    outbox.push(EmbedEvent::Step { step: first + index, loss });
                }
            }
        }
    }

    /// Sends a command to the engine, if there is one.
    pub(crate) fn tell_engine(self, command: &Command) {
        let inner = self.inner();
        let sent = inner.worker.borrow().as_ref().map(|worker| worker.send(command));
        if let Some(Err(error)) = sent {
            let worker = inner.state.borrow().engine.worker;
            self.fail_later(worker, said(&error));
        }
    }

    /// Has the engine, if there is one, hand its weights over through another port.
    pub(crate) fn lead_weights(self, port: &MessagePort) {
        // A worker that cannot be reached tells so with the next command.
        let _ = self.inner().worker.borrow().as_ref().map(|worker| worker.lead(port));
    }

    /// Reports a dead worker from a task of its own, since the effects that follow belong to the
    /// state before.
    fn fail_later(self, worker: u32, message: String) {
        set_timeout(
            move || self.dispatch(Action::WorkerFailed { worker, message }),
            Duration::ZERO,
        );
    }

    async fn load_engine(self) -> Result<(), String> {
        let files = self.inner().files.clone();
        if files.wasm.is_empty() {
            return Err("This copy of the page was built without its engine. Tell whoever hosts \
                        it to build it with “cargo xtask build”."
                .into());
        }
        let mut progress = move |progress| self.dispatch(Action::EngineProgress(progress));
        let late = |error| format!("The page cannot train without its engine: {error}");
        let response = ask(&files.wasm).await.map_err(late)?;
        // Compiled while it arrives, by the browser and beside the counting of its bytes.
        let compiled = response.clone().map(|copy| {
            JsFuture::from(WebAssembly::compile_streaming(&Promise::resolve(&JsValue::from(copy))))
        });
        let bytes = read(&files.wasm, response, files.bytes, &mut progress).await.map_err(late)?;
        if bytes.length() < 8 || bytes.subarray(0, 4).to_vec() != *b"\0asm" {
            return Err(format!(
                "“{}” on the server is not the engine. Reload the page without its cache; if that \
                 does not help, tell whoever hosts it.",
                files.wasm
            ));
        }
        if files.bytes > 0 && u64::from(bytes.length()) != files.bytes {
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
            // Browsers refuse to do so where the host calls the file something else than wasm.
            Err(_) => JsFuture::from(WebAssembly::compile(&bytes)).await,
        };
        let module = module.map_err(|error| {
            format!(
                "This browser cannot run the engine ({}). Use the newest Chrome, Edge, Firefox or \
                 Safari.",
                said(&error)
            )
        })?;
        self.inner().module.replace(Some(module));
        Ok(())
    }
}
