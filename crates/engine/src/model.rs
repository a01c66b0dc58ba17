//! Networks: parameters with their initial values, and the computation of a graph with them.

pub mod network;
pub mod parameters;

pub use network::{Activations, DeviceNetwork};
pub use parameters::ParameterTensor;
