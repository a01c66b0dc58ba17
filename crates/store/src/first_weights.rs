//! Weights of a file, from which runs start, and weights that leave as a file: the types.

use std::sync::Arc;

use model::graph::Graph;
use model::{DataShape, Task};
/// Weights of a file, which are the first weights of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct FirstWeights {
    /// Number of the file, counted over the visit; the same file opened again has another.
    pub number: u32,
    /// Name of the file.
    pub file: String,
    /// The task whose network has these weights.
    pub task: Task,
    /// Shape of its data.
    pub shape: DataShape,
    /// The values of a checkpoint.
    pub values: Arc<Vec<f32>>,
}

impl FirstWeights {
    /// Returns whether the network of a task has the same parameters, with the same names and
    /// shapes.
    pub(crate) fn fit(&self, task: &Task, shape: DataShape) -> bool {
        if self.task == *task && self.shape == shape {
            return true;
        }
        match (Graph::of(&self.task, self.shape), Graph::of(task, shape)) {
            (Ok(own), Ok(other)) => {
                let names = |graph: &Graph| {
                    let parameters = graph.parameters().iter();
                    parameters.map(|one| (one.name.clone(), one.shape.clone())).collect::<Vec<_>>()
                };
                names(&own) == names(&other)
            }
            _ => false,
        }
    }
}

/// Weights of a run, to be saved as a file.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedWeights {
    /// The task of the run.
    pub task: Task,
    /// Shape of its data.
    pub shape: DataShape,
    /// Number of completed steps.
    pub step: usize,
    /// The values of a checkpoint.
    pub values: Arc<Vec<f32>>,
}

/// State of a request for weights.
#[derive(Clone, Debug, Default)]
pub enum WeightsRequest {
    /// Nothing was asked.
    #[default]
    None,
    /// The engine has not answered yet.
    Pending,
    /// The weights have arrived, and are to be saved.
    Ready(Arc<SavedWeights>),
}

impl PartialEq for WeightsRequest {
    /// Returns whether both are the same. Weights are compared by their place in memory, since
    /// comparing millions of values takes longer than showing them.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Ready(one), Self::Ready(other)) => Arc::ptr_eq(one, other),
            (Self::None, Self::None) | (Self::Pending, Self::Pending) => true,
            _ => false,
        }
    }
}
