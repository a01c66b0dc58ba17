//! The interpreter's client: keeps its worker running, tells it of run and images, and asks queries.

pub mod client;
mod restart_policy;
mod slots;
mod subscriptions;
