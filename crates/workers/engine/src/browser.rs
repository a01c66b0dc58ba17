//! Functions exported by the module, and the worker as the host of the engine.

use std::cell::RefCell;
use std::sync::Arc;

use engine::burn::tensor::Device;
use engine::cpu::Team;
use engine::{Host, serve};
use futures::channel::mpsc::{UnboundedSender, unbounded};
use js_sys::Promise;
use model::DeviceChoice;
use protocol::interpret::Checkpoint;
use protocol::{Command, DeviceInfo, DeviceKind, ErrorCode, Event, Problem};
use transport::MacrotaskQueue;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, MessagePort, Performance};

use crate::options::Options;
use crate::replicas::Replicas;
use crate::{adapter, choice};

/// Maximum number of GPU tasks per submission. Larger values keep the GPU busy, smaller values keep
/// its queue short.
const TASKS_MAX: usize = 64;

thread_local! {
    /// Port to the interpreter's worker, for checkpoints.
    static INTERPRETER: RefCell<Option<MessagePort>> = const { RefCell::new(None) };
    static REPLICAS: Replicas = Replicas::default();
    static COMMANDS: RefCell<Option<UnboundedSender<Command>>> = const { RefCell::new(None) };
}

/// Chooses the device, sends [`Event::Ready`] with it, and handles commands from then on. `options`
/// are read by [`Options::parse`].
#[wasm_bindgen]
pub async fn start(options: String) {
    transport::report_panics();
    let options = Options::parse(&options);
    let (device, info) = choose(options.device).await;
    let (sender, commands) = unbounded();
    COMMANDS.set(Some(sender));
    let host = Worker {
        performance: scope().performance().expect("workers have a clock"),
        queue: MacrotaskQueue::new(),
        kind: info.kind,
        replicas: options.replicas,
    };
    host.emit(Event::Ready(info));
    spawn_local(serve(device, host, commands));
}

/// Handles an encoded command from the page.
#[wasm_bindgen]
pub fn receive(bytes: &[u8]) {
    match transport::decode(bytes) {
        Ok(command) => COMMANDS.with_borrow(|sender| {
            if let Some(sender) = sender {
                // The receiver exists as long as the worker, so that sending cannot fail.
                let _ = sender.unbounded_send(command);
            }
        }),
        Err(_) => transport::post(&Event::Error {
            run: None,
            problem: Problem::new(
                ErrorCode::Engine,
                "The engine could not read a message. Reload the page.",
            ),
        }),
    }
}

/// Sets the port to the interpreter's worker, through which checkpoints are sent from now on, or adds
/// one to a worker `of` kind “replica”.
#[wasm_bindgen]
pub fn connect(port: MessagePort, of: &str) {
    if of == "replica" {
        REPLICAS.with(|replicas| replicas.add(port));
    } else if let Some(before) = INTERPRETER.replace(Some(port)) {
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
                // The default handler panics. The result is the same, since the page starts a new
                // worker on the CPU, but this message is written for the visitor.
                setup.device.on_uncaptured_error(Arc::new(|error| {
                    transport::post_panic(&format!("The graphics processor failed: {error}"));
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

/// The worker as the host of the engine.
struct Worker {
    performance: Performance,
    queue: MacrotaskQueue,
    kind: DeviceKind,
    /// Number of replicas that may train on the CPU, with the engine's own.
    replicas: usize,
}

impl Host for Worker {
    fn emit(&self, event: Event) {
        match &event {
            // A lost GPU stays lost for this page, which restarts the engine on the CPU.
            Event::Error { problem, .. }
                if self.kind == DeviceKind::Gpu && problem.code == ErrorCode::Device =>
            {
                transport::post_panic(&problem.message);
            }
            event => transport::post(event),
        }
    }

    fn wants_checkpoints(&self) -> bool {
        INTERPRETER.with_borrow(Option::is_some)
    }

    fn send_checkpoint(&self, checkpoint: Checkpoint) {
        INTERPRETER.with_borrow(|port| {
            if let Some(port) = port {
                transport::post_on(port, &checkpoint);
            }
        });
    }

    fn team(&self, most: usize) -> Option<Box<dyn Team>> {
        REPLICAS.with(|replicas| replicas.team(self.replicas, most))
    }

    fn now(&self) -> f64 {
        self.performance.now() / 1000.0
    }

    async fn yield_now(&self) {
        let promise = Promise::new(&mut |resolve, _| self.queue.schedule(&resolve));
        let _ = JsFuture::from(promise).await;
    }
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}
