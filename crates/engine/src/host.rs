//! The environment of the engine.

use std::future::Future;

use protocol::Event;
use protocol::interpret::Checkpoint;

/// Environment of the engine: a browser's worker, a test, or a command line.
pub trait Host {
    /// Sends an event to the page.
    fn emit(&self, event: Event);

    /// Returns whether checkpoints are wanted. Reading back the weights costs a copy.
    fn wants_checkpoints(&self) -> bool {
        false
    }

    /// Sends a checkpoint to the interpreter.
    fn send_checkpoint(&self, _checkpoint: Checkpoint) {}

    /// Returns the seconds since some fixed moment.
    fn now(&self) -> f64;

    /// Yields so that messages can arrive. In a browser that takes a macrotask; a promise alone would
    /// not do.
    fn yield_now(&self) -> impl Future<Output = ()>;
}
