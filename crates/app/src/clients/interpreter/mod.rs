//! The interpreter's client: it asks what the views of the learned network lack, and fills them.

mod answers;
pub mod client;
mod queries;
mod restart_policy;
mod signals;
mod worker;
