//! Commands in, events out: one loop that makes one small piece of work at a time and looks at the
//! commands between two pieces.
//!
//! A piece is a training step, a stretch of an evaluation, or a look at one batch. Nothing waits
//! for a whole epoch, so Pause and Reset are quick, and a new run simply replaces the old one
//! between two pieces.

use std::future::Future;

use burn::tensor::Device;
use futures::{FutureExt, Stream, StreamExt};
use protocol::interpret::Checkpoint;
use protocol::{Command, Event};

use crate::engine::Engine;

/// Where the engine lives: a browser's worker, a test, a command line.
pub trait Host {
    /// Sends an event to the page.
    fn emit(&self, event: Event);

    /// Whether somebody looks into networks. Reading weights costs a copy.
    fn wants_weights(&self) -> bool {
        false
    }

    /// Hands weights over to whoever looks into networks.
    fn hand_over(&self, _checkpoint: Checkpoint) {}

    /// Seconds since some fixed moment.
    fn now(&self) -> f64;

    /// Lets messages in. In a browser that takes a macrotask: a promise alone would not do.
    fn yield_now(&self) -> impl Future<Output = ()>;
}

/// Longest time without looking for messages, in seconds, apart from a single long piece of work.
const YIELD_EVERY: f64 = 0.04;

/// Obeys commands until there are no more. [`Event::Ready`] is the host's to send, before.
pub async fn serve(device: Device, host: impl Host, commands: impl Stream<Item = Command> + Unpin) {
    let mut commands = commands.fuse();
    let mut engine = Engine::new(device, &host);
    let mut yielded = host.now();
    loop {
        let next = if engine.has_work() {
            if host.now() - yielded > YIELD_EVERY {
                host.yield_now().await;
                yielded = host.now();
            }
            commands.next().now_or_never()
        } else {
            Some(commands.next().await)
        };
        match next {
            Some(Some(command)) => engine.obey(command).await,
            Some(None) => return,
            None => engine.work().await,
        }
    }
}
