//! What `www/worker.js` calls, and how events leave.

use std::cell::RefCell;
use std::sync::Arc;

use engine::burn::tensor::Device;
use engine::{Host, serve};
use futures::channel::mpsc::{UnboundedSender, unbounded};
use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use model::DeviceChoice;
use protocol::interpret::Checkpoint;
use protocol::{Command, DeviceInfo, DeviceKind, ErrorCode, Event, Problem};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessagePort, Performance};

use crate::{adapter, choice};

/// GPU tasks in one submission. Large ones keep the queue full, small ones keep it short.
const TASKS_MAX: usize = 64;

thread_local! {
    /// Leads to the interpreter's worker, past the page.
    static INTERPRETER: RefCell<Option<MessagePort>> = const { RefCell::new(None) };
    static COMMANDS: RefCell<Option<UnboundedSender<Command>>> = const { RefCell::new(None) };
}

/// Chooses the device, tells it with [`Event::Ready`], and obeys commands from then on.
/// `device` is `auto`, `webgpu` or `cpu`; weights leave through `interpreter`.
#[wasm_bindgen]
pub async fn start(device: String, interpreter: Option<MessagePort>) {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        post_object("panic", &info.to_string());
    }));
    let choice = [DeviceChoice::WebGpu, DeviceChoice::Cpu]
        .into_iter()
        .find(|choice| choice.slug() == device)
        .unwrap_or_default();
    let (device, info) = choose(choice).await;
    let (sender, commands) = unbounded();
    COMMANDS.set(Some(sender));
    let host = Worker {
        performance: scope().performance().expect("workers have a clock"),
        channel: MessageChannel::new().expect("workers have message channels"),
        kind: info.kind,
    };
    INTERPRETER.set(interpreter);
    host.emit(Event::Ready(info));
    spawn_local(serve(device, host, commands));
}

/// Takes one command, encoded by postcard.
#[wasm_bindgen]
pub fn command(bytes: &[u8]) {
    match postcard::from_bytes(bytes) {
        Ok(command) => COMMANDS.with_borrow(|sender| {
            if let Some(sender) = sender {
                // The receiver lives as long as the worker.
                let _ = sender.unbounded_send(command);
            }
        }),
        Err(error) => post_event(&Event::Error {
            run: None,
            problem: Problem::new(
                ErrorCode::Engine,
                format!("The engine could not read a message ({error}). Reload the page."),
            ),
        }),
    }
}

/// Weights leave through this port from now on: the interpreter's worker is another one.
#[wasm_bindgen]
pub fn lead(interpreter: MessagePort) {
    if let Some(before) = INTERPRETER.replace(Some(interpreter)) {
        before.close();
    }
}

async fn choose(choice: DeviceChoice) -> (Device, DeviceInfo) {
    let adapter = match choice {
        DeviceChoice::Cpu => None,
        DeviceChoice::Auto | DeviceChoice::WebGpu => adapter::describe().await,
    };
    let (gpu, mut reason) = choice::choose(choice, adapter.as_ref());
    if gpu {
        match Device::wgpu_options().tasks_max(TASKS_MAX).init_with_setup_async().await {
            Ok((device, setup)) => {
                // The default handler panics. The end is the same, the page's new worker on the
                // CPU, but the sentence is ours.
                setup.device.on_uncaptured_error(Arc::new(|error| {
                    post_object("panic", &format!("The graphics processor failed: {error}"));
                }));
                let adapter = adapter.unwrap_or_default().name;
                let kind = DeviceKind::Gpu;
                return (device, DeviceInfo { kind, adapter, reason, choice, speedup: None });
            }
            Err(error) => reason = format!("WebGPU did not start ({error}), so the CPU trains."),
        }
    }
    let adapter = String::new();
    let kind = DeviceKind::Cpu;
    (Device::flex(), DeviceInfo { kind, adapter, reason, choice, speedup: None })
}

/// This worker as the engine's host.
struct Worker {
    performance: Performance,
    channel: MessageChannel,
    kind: DeviceKind,
}

impl Host for Worker {
    fn emit(&self, event: Event) {
        match &event {
            // A GPU that is lost stays lost for this page: the page restarts on the CPU.
            Event::Error { problem, .. }
                if self.kind == DeviceKind::Gpu && problem.code == ErrorCode::Device =>
            {
                post_object("panic", &problem.message);
            }
            event => post_event(event),
        }
    }

    fn wants_checkpoints(&self) -> bool {
        INTERPRETER.with_borrow(Option::is_some)
    }

    fn send_checkpoint(&self, checkpoint: Checkpoint) {
        INTERPRETER.with_borrow(|port| {
            // A view that misses weights shows those before; the next ones come by themselves.
            if let (Some(port), Ok(bytes)) = (port, postcard::to_stdvec(&checkpoint)) {
                let buffer = Uint8Array::from(bytes.as_slice()).buffer();
                let _ = port.post_message_with_transferable(&buffer, &Array::of1(&buffer));
            }
        });
    }

    fn now(&self) -> f64 {
        self.performance.now() / 1000.0
    }

    async fn yield_now(&self) {
        // A message to oneself: a timer would wait 4 ms, a promise would let no message in.
        let promise = Promise::new(&mut |resolve, _| {
            self.channel.port1().set_onmessage(Some(&resolve));
            let _ = self.channel.port2().post_message(&JsValue::NULL);
        });
        let _ = JsFuture::from(promise).await;
    }
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn post_event(event: &Event) {
    match postcard::to_stdvec(event) {
        Ok(bytes) => {
            let buffer = Uint8Array::from(bytes.as_slice()).buffer();
            let _ = scope().post_message_with_transfer(&buffer, &Array::of1(&buffer));
        }
        Err(error) => post_object("error", &format!("An event could not be encoded: {error}")),
    }
}

fn post_object(key: &str, message: &str) {
    let object = Object::new();
    let _ = Reflect::set(&object, &key.into(), &message.into());
    let _ = scope().post_message(&object);
}
