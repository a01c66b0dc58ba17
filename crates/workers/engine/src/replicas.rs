//! Workers that train together with the engine's worker, which leads them through a port to each.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use engine::cpu::message::{FromReplica, ToReplica};
use engine::cpu::{Received, Team};
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::channel::oneshot;
use futures::future::{Either, select};
use futures::{FutureExt, StreamExt};
use protocol::Event;
use transport::MessagePort;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::DedicatedWorkerGlobalScope;

/// Time after which a worker that does not answer is given up, in milliseconds. No step takes nearly as
/// long.
const PATIENCE_MS: i32 = 5_000;

/// Number of times that the page is asked for workers. After that the engine trains alone.
const REQUESTS: usize = 4;

/// The workers, as long as no run has them.
#[derive(Default)]
pub struct Replicas {
    requests: Cell<usize>,
    idle: Rc<RefCell<Vec<Follower>>>,
    is_lent: Rc<Cell<bool>>,
    /// Whether the page was asked for those workers that are idle, lent or still missing.
    are_requested: Rc<Cell<bool>>,
}

impl Replicas {
    /// Adds a worker that the page has started.
    pub fn add(&self, port: MessagePort) {
        self.idle.borrow_mut().push(Follower::new(port));
    }

    /// Returns the workers once they are ready and no run has them, and asks the page for them first:
    /// with the engine's there are `count` replicas, of which at most `most` train. The others stay
    /// idle.
    pub fn team(&self, count: usize, most: usize) -> Option<Box<dyn Team>> {
        if count < 2 || self.is_lent.get() {
            return None;
        }
        let mut idle = self.idle.borrow_mut();
        if idle.iter().any(|follower| follower.state.get() == FollowerState::Lost) {
            idle.clear();
            self.are_requested.set(false);
        }
        if !self.are_requested.get() {
            idle.clear();
            if self.requests.get() < REQUESTS {
                self.requests.set(self.requests.get() + 1);
                self.are_requested.set(true);
                transport::post(&Event::WantsReplicas(count - 1));
            }
            return None;
        }
        let are_ready = idle.iter().all(|follower| follower.state.get() == FollowerState::Ready);
        if idle.len() + 1 < count || !are_ready {
            return None;
        }
        let first = idle.len().saturating_sub(most - 1);
        let mut followers = idle.split_off(first);
        for follower in &mut followers {
            follower.forget_messages();
        }
        self.is_lent.set(true);
        Some(Box::new(WorkerTeam {
            followers,
            idle: self.idle.clone(),
            is_lent: self.is_lent.clone(),
            are_requested: self.are_requested.clone(),
        }))
    }
}

/// Workers that train with a run. They are idle again when it is dropped.
struct WorkerTeam {
    followers: Vec<Follower>,
    idle: Rc<RefCell<Vec<Follower>>>,
    is_lent: Rc<Cell<bool>>,
    are_requested: Rc<Cell<bool>>,
}

impl Team for WorkerTeam {
    fn count(&self) -> usize {
        self.followers.len() + 1
    }

    fn send(&mut self, rank: usize, message: &ToReplica) {
        self.followers[rank - 1].send(message);
    }

    fn receive(&mut self, rank: usize) -> Received<'_> {
        let follower = &mut self.followers[rank - 1];
        Box::pin(async {
            let message = follower.messages.next();
            match select(message, Timer::start(PATIENCE_MS)).await {
                Either::Left((message, _)) => message,
                Either::Right(_) => None,
            }
        })
    }

    fn give_up(&mut self) {
        self.followers.clear();
        self.are_requested.set(false);
    }
}

impl Drop for WorkerTeam {
    fn drop(&mut self) {
        self.idle.borrow_mut().append(&mut self.followers);
        self.is_lent.set(false);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum FollowerState {
    Starting,
    Ready,
    Lost,
}

/// A worker with a replica. Its port is closed when this is dropped; the page stops it when it starts
/// others.
struct Follower {
    port: MessagePort,
    messages: UnboundedReceiver<FromReplica>,
    state: Rc<Cell<FollowerState>>,
}

impl Follower {
    fn new(port: MessagePort) -> Self {
        let (sender, messages) = unbounded();
        let state = Rc::new(Cell::new(FollowerState::Starting));
        {
            let (state, sender) = (state.clone(), sender.clone());
            // Not all browsers have this event. Without it the worker is missed when it does not answer.
            let on_close = transport::callback(move |_| lose(&state, &sender));
            let _ = port.add_event_listener_with_callback("close", &on_close);
        }
        let of_message = state.clone();
        transport::listen(&port, move |bytes| read(bytes, &of_message, &sender));
        Self { port, messages, state }
    }

    fn send(&self, message: &ToReplica) {
        transport::post_on(&self.port, message);
    }

    /// Drops what is left of a run before.
    fn forget_messages(&mut self) {
        while let Some(Some(_)) = self.messages.next().now_or_never() {}
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.port.close();
    }
}

/// Reads a message of a worker. Its first one tells that the module is ready.
fn read(bytes: &[u8], state: &Cell<FollowerState>, sender: &UnboundedSender<FromReplica>) {
    match (transport::decode(bytes), state.get()) {
        (Ok::<FromReplica, _>(_), FollowerState::Starting) => state.set(FollowerState::Ready),
        (Ok(message), _) => {
            // Without a receiver, the worker has been given up.
            let _ = sender.unbounded_send(message);
        }
        (Err(_), _) => lose(state, sender),
    }
}

fn lose(state: &Cell<FollowerState>, sender: &UnboundedSender<FromReplica>) {
    state.set(FollowerState::Lost);
    sender.close_channel();
}

/// A timer of the browser, which is stopped when it is dropped.
struct Timer {
    id: Option<i32>,
    over: oneshot::Receiver<()>,
    _callback: Closure<dyn FnMut()>,
}

impl Timer {
    fn start(milliseconds: i32) -> Self {
        let (sender, over) = oneshot::channel();
        let callback = Closure::once(move || {
            let _ = sender.send(());
        });
        let function = callback.as_ref().unchecked_ref();
        let id = scope()
            .set_timeout_with_callback_and_timeout_and_arguments_0(function, milliseconds)
            .ok();
        Self { id, over, _callback: callback }
    }
}

impl Future for Timer {
    type Output = ();

    fn poll(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<()> {
        self.over.poll_unpin(context).map(drop)
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            scope().clear_timeout_with_handle(id);
        }
    }
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}
