//! Queries from the page to the interpreter, and their answers.

use serde::{Deserialize, Serialize};

use model::{OpKind, Task};

use super::{
    Embedding, ExplainTarget, Explanation, FeatureVisualization, InterpreterDataset, LabeledImage,
    LayerProbe, MapPoint, Mistakes, NetworkActivations, NetworkRef, OpTrace, UnitActivations,
    UnitRef,
};
use crate::{Problem, RunId};

/// Side of a comparison that an answer is shown on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Side {
    /// The network under inspection.
    #[default]
    Primary,
    /// The network that it is compared with.
    Compared,
}

/// Fields that queries have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryHeader {
    /// Number that the answer repeats.
    pub request: u32,
    /// Side of the comparison.
    pub side: Side,
    /// The network.
    pub network: NetworkRef,
}

/// A query to the interpreter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Query {
    /// Replaces the images. Answer: [`Answer::MapPoints`].
    SetDataset(InterpreterDataset),
    /// Declares the network of a run, whose checkpoints follow. Keeps the checkpoints of the run `keep`
    /// and drops all others.
    SetRun {
        /// The run.
        run: RunId,
        /// Its network.
        task: Task,
        /// Number of classes.
        classes: usize,
        /// Height and width of the images.
        size: [usize; 2],
        /// The other run whose checkpoints stay.
        keep: Option<RunId>,
    },
    /// Activations and gradients of every layer for an image. Answer: [`Answer::Activations`].
    Activations(QueryHeader, LabeledImage),
    /// Linear probes of all layers. Answer: [`Answer::LayerProbe`], one a layer, from first to last; at
    /// once where cached.
    LayerProbes(NetworkRef),
    /// Weights and activation statistics of one unit. Answer: [`Answer::Unit`].
    Unit(QueryHeader, UnitRef),
    /// The image that maximizes a unit's activation. Answer: [`Answer::FeatureVisualization`], several
    /// times.
    FeatureVisualization(QueryHeader, UnitRef),
    /// The arithmetic of one operation for one feature map. Answer: [`Answer::OpTrace`].
    OpTrace(QueryHeader, LabeledImage, UnitRef, OpKind),
    /// Attribution maps for a class. Answer: [`Answer::Explanation`].
    Explain(QueryHeader, LabeledImage, ExplainTarget),
    /// The test images with the largest loss, and the most and least confident ones of each class.
    /// Answer: [`Answer::Mistakes`].
    Mistakes(QueryHeader),
    /// The nearest neighbors of a test image in the last hidden layer. Answer: [`Answer::Neighbors`].
    Neighbors(QueryHeader, usize),
    /// The t-SNE embedding of a layer. Answer: [`Answer::Embedding`], several times.
    Embedding(QueryHeader, usize),
}

impl Query {
    /// Returns the name of the variant, for logs.
    pub fn name(&self) -> &'static str {
        match self {
            Query::SetDataset(..) => "SetDataset",
            Query::SetRun { .. } => "SetRun",
            Query::Activations(..) => "Activations",
            Query::LayerProbes(..) => "LayerProbes",
            Query::Unit(..) => "Unit",
            Query::FeatureVisualization(..) => "FeatureVisualization",
            Query::OpTrace(..) => "OpTrace",
            Query::Explain(..) => "Explain",
            Query::Mistakes(..) => "Mistakes",
            Query::Neighbors(..) => "Neighbors",
            Query::Embedding(..) => "Embedding",
        }
    }
}

/// An answer of the interpreter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// A checkpoint was stored.
    CheckpointStored {
        /// The run.
        run: RunId,
        /// Step of its latest checkpoint.
        step: usize,
        /// Epochs whose checkpoints are kept, in order.
        epochs: Vec<usize>,
    },
    /// Images and classes behind the points of embedding maps.
    MapPoints(Vec<MapPoint>),
    /// Activations and gradients of every layer, the image first.
    Activations(QueryHeader, NetworkActivations),
    /// Linear probe of one layer.
    LayerProbe(NetworkRef, LayerProbe),
    /// Weights and activation statistics of a unit.
    Unit(QueryHeader, UnitActivations),
    /// The image so far that maximizes a unit's activation.
    FeatureVisualization(QueryHeader, FeatureVisualization),
    /// The arithmetic of one operation.
    OpTrace(QueryHeader, OpTrace),
    /// Attribution maps.
    Explanation(QueryHeader, Explanation),
    /// The largest losses.
    Mistakes(QueryHeader, Mistakes),
    /// Indices of the nearest test images, nearest first, each with its distance as a fraction of the
    /// mean distance to all test images.
    Neighbors(QueryHeader, Vec<(usize, f32)>),
    /// The t-SNE embedding so far.
    Embedding(QueryHeader, Embedding),
    /// A query failed.
    QueryFailed(QueryHeader, Problem),
    /// The probes of a network failed.
    LayerProbesFailed(NetworkRef, Problem),
    /// The interpreter cannot answer any query.
    InterpreterFailed(Problem),
}

impl Answer {
    /// Returns the name of the variant, for logs.
    pub fn name(&self) -> &'static str {
        match self {
            Answer::CheckpointStored { .. } => "CheckpointStored",
            Answer::MapPoints(..) => "MapPoints",
            Answer::Activations(..) => "Activations",
            Answer::LayerProbe(..) => "LayerProbe",
            Answer::Unit(..) => "Unit",
            Answer::FeatureVisualization(..) => "FeatureVisualization",
            Answer::OpTrace(..) => "OpTrace",
            Answer::Explanation(..) => "Explanation",
            Answer::Mistakes(..) => "Mistakes",
            Answer::Neighbors(..) => "Neighbors",
            Answer::Embedding(..) => "Embedding",
            Answer::QueryFailed(..) => "QueryFailed",
            Answer::LayerProbesFailed(..) => "LayerProbesFailed",
            Answer::InterpreterFailed(..) => "InterpreterFailed",
        }
    }
}
