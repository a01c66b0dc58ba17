//! Given weights from which runs start, and weights that leave as a file: the types.

use std::sync::Arc;

use model::graph::Graph;
use model::{DataShape, Task};
use protocol::InitialWeights;

/// Part of a network whose first weights are given instead of drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeightsPart {
    /// The whole network.
    Network,
    /// The encoder of a U-Net. The weights are those of a classifier that begins with it.
    Encoder,
}

/// What first weights are called on the page, and what starts from them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeightsOrigin {
    /// Name of the file, or of the classifier: “Deep CNN on mednist, 10 epochs”.
    pub name: String,
    /// The part of the network.
    pub part: WeightsPart,
}

impl WeightsOrigin {
    /// Returns the words of the legend: “from a.safetensors”, “encoder from a.safetensors”.
    pub fn label(&self) -> String {
        match self.part {
            WeightsPart::Network => format!("from {}", self.name),
            WeightsPart::Encoder => format!("encoder from {}", self.name),
        }
    }
}

/// Weights that are the first ones of runs.
#[derive(Clone, Debug, PartialEq)]
pub struct FirstWeights {
    /// Their number, counted over the visit; the same file opened again has another.
    pub number: u32,
    /// Name, and the part of a network.
    pub origin: WeightsOrigin,
    /// The task whose network has these weights: with [`WeightsPart::Encoder`], a classification.
    pub task: Task,
    /// Shape of its data.
    pub shape: DataShape,
    /// The values of a checkpoint; with [`WeightsPart::Encoder`], at least the first ones.
    pub values: Arc<Vec<f32>>,
}

impl FirstWeights {
    /// Returns whether runs of a task can start from them.
    pub(crate) fn fit(&self, task: &Task, shape: DataShape) -> bool {
        self.len_for(task, shape).is_some()
    }

    /// Returns the values for a run of a task, or `None` if they do not fit its network.
    pub(crate) fn initial_weights(&self, task: &Task, shape: DataShape) -> Option<InitialWeights> {
        let values = self.values.get(..self.len_for(task, shape)?)?.to_vec();
        Some(match self.origin.part {
            WeightsPart::Network => InitialWeights::Network(values),
            WeightsPart::Encoder => InitialWeights::Encoder(values),
        })
    }

    /// Returns how many of the values a network takes, if they fit: for the whole network, if it has
    /// the same parameters with the same names and shapes, for an encoder, if the classifier begins
    /// with it.
    fn len_for(&self, task: &Task, shape: DataShape) -> Option<usize> {
        let is_encoder = self.origin.part == WeightsPart::Encoder;
        if !is_encoder && self.task == *task && self.shape == shape {
            return Some(self.values.len());
        }
        let other = Graph::of(task, shape).ok()?;
        if let (true, Task::Classify(network)) = (is_encoder, &self.task) {
            // A file may be of a classifier that is wider than those of the page.
            let own = Graph::classifier_without_limits(network, self.shape).ok()?;
            let len = other.encoder_len().filter(|len| *len <= self.values.len());
            return len.filter(|_| own.begins_with_encoder(&other));
        }
        let own = Graph::of(&self.task, self.shape).ok().filter(|_| !is_encoder)?;
        let names = |graph: &Graph| {
            let parameters = graph.parameters().iter();
            parameters.map(|one| (one.name.clone(), one.shape.clone())).collect::<Vec<_>>()
        };
        (names(&own) == names(&other)).then_some(self.values.len())
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
