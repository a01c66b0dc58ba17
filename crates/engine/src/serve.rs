//! The engine's main loop, which receives commands, emits events and does one small piece of work
//! at a time.
//!
//! A piece of work is an optimizer step, a batch of an evaluation, or a preview. Commands are
//! handled between two pieces. No command has to wait for a whole epoch, so Pause and Reset are
//! fast, and a new run can replace the old one at any time.

use burn::tensor::Device;
use futures::{FutureExt, Stream, StreamExt};
use protocol::Command;

use crate::dispatcher::Dispatcher;
use crate::host::Host;

/// Maximum time between two yields, in seconds, unless a single piece of work takes longer.
const YIELD_INTERVAL_SECS: f64 = 0.04;

/// Executes commands until the stream ends. The host must emit
/// [`Event::Ready`](protocol::Event::Ready) before.
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
