//! The engine's loop: commands in, events out, one small piece of work at a time.
//!
//! A piece is an optimizer step, a batch of an evaluation, or a preview. Commands are handled between
//! two pieces. Nothing waits for a whole epoch, so Pause and Reset are quick, and a new run simply
//! replaces the old one.

use burn::tensor::Device;
use futures::{FutureExt, Stream, StreamExt};
use protocol::Command;

use crate::dispatcher::Dispatcher;
use crate::host::Host;

/// Longest time between two yields, in seconds, apart from a single long piece of work.
const YIELD_INTERVAL_SECS: f64 = 0.04;

/// Executes commands until their stream ends. The host emits [`Event::Ready`](protocol::Event::Ready) before.
pub async fn serve(device: Device, host: impl Host, commands: impl Stream<Item = Command> + Unpin) {
    let mut commands = commands.fuse();
    let mut dispatcher = Dispatcher::new(device, &host);
    let mut yielded = host.now();
    loop {
        let next = if dispatcher.has_work() {
            if host.now() - yielded > YIELD_INTERVAL_SECS {
                host.yield_now().await;
                yielded = host.now();
            }
            commands.next().now_or_never()
        } else {
            Some(commands.next().await)
        };
        match next {
            Some(Some(command)) => dispatcher.handle(command).await,
            Some(None) => return,
            None => dispatcher.work().await,
        }
    }
}
