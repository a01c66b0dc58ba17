//! The environment of the engine.

use std::future::Future;

use cpu::Team;
use protocol::Event;
use protocol::interpret::Checkpoint;

/// Environment of the engine: a web worker, a test or a command line.
pub trait Host {
    /// Sends an event to the page.
    fn emit(&self, event: Event);

    /// Returns whether the host accepts checkpoints. If not, the engine does not read back the
    /// weights.
    fn wants_checkpoints(&self) -> bool {
        false
    }

    /// Sends a checkpoint to the interpreter.
    fn send_checkpoint(&self, _checkpoint: Checkpoint) {}

    /// Returns other workers that can train together with this one on the CPU, once they are ready and
    /// as long as no other run has them. `most` limits the number of replicas, with this one.
    fn team(&self, _most: usize) -> Option<Box<dyn Team>> {
        None
    }

    /// Returns the current time in seconds since a fixed point in time.
    fn now(&self) -> f64;

    /// Yields, so that messages can arrive. In a browser this requires a macrotask; a resolved
    /// promise is not enough.
    fn yield_now(&self) -> impl Future<Output = ()>;
}
