//! Client of the interpreter. It keeps the worker running, sends it the run and the images, and
//! asks queries.

pub mod client;
mod restart_policy;
mod slots;
mod subscriptions;
