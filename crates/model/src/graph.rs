//! Networks as graphs of operations, from which everything else about a network is derived: shapes
//! and errors, parameters with their names, initial values and order in a checkpoint, the layers
//! shown on the page, receptive fields, costs, and the steps in which the engine and the interpreter
//! compute it.

mod builder;
mod classifier;
mod conv_block;
mod cost;
mod encoder;
mod error;
mod nodes;
mod of_task;
mod op;
mod parameter;
mod plan;
mod receptive_field;
mod unet;

pub use cost::Cost;
pub use error::GraphError;
pub use nodes::{Graph, GraphLayer, Node};
pub use op::Op;
pub use parameter::{InitialValue, Parameter, ParameterKind};
pub use plan::{Operand, Plan, PlanStep};
pub use receptive_field::PixelRect;
