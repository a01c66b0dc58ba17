//! Tests of the engine through its public interface: commands and events.

mod classify;
mod early_stopping;
mod harness;
mod sealed_test_set;
mod segment;
mod step;
mod test_steps;
mod weights;
