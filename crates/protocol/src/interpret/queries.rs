//! All queries of the interpreter.
//!
//! To add a query: add its struct, its answer and a line in the table in this file; add a file in
//! `interpret/src/queries/` and its line in `interpret/src/queries.rs`; add a view that asks the
//! query.

use std::fmt::Debug;

use model::OpKind;
use serde::{Deserialize, Serialize};

use super::{
    Embedding, ExplainTarget, Explanation, FeatureVisualization, LabeledImage, LayerProbe,
    Mistakes, NetworkActivations, Novelty, OpTrace, UnitActivations, UnitRef,
};
use crate::QuantizedMaps;

/// A query about a network, with a typed answer.
pub trait Query: Clone + PartialEq + Debug + Into<AnyQuery> + Send + Sync + 'static {
    /// Type of the answer.
    type Answer: Clone + PartialEq + Debug + Send + Sync + 'static;

    /// Priority of the query.
    const PRIORITY: Priority;

    /// Wraps an answer, so that it can be sent.
    fn wrap(answer: Self::Answer) -> AnyAnswer;

    /// Returns the answer if it belongs to this kind of query, and `None` otherwise.
    fn unwrap(any: AnyAnswer) -> Option<Self::Answer>;

    /// Merges the answer received so far with the next one. By default, the next answer replaces
    /// the previous one.
    fn merge(_before: &Self::Answer, next: Self::Answer) -> Self::Answer {
        next
    }
}

/// Priority of a query, which determines the order in which the interpreter answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// Answered before all other queries and without interruption, since the query follows the
    /// pointer.
    Quick,
    /// Takes seconds. Answered in the order in which the queries were asked.
    Normal,
    /// Takes longer. Of the queries that have not started, the one asked last is answered first.
    Background,
}

/// Declares all queries: for each its struct, its answer, its priority and, for an answer that
/// comes in parts, the function that merges the parts.
macro_rules! queries {
    ($($variant:ident: $query:ident -> $answer:ty, $priority:ident $(, merged by $merge:path)?;)*) => {
        /// Any of the queries, in the form in which it is sent.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub enum AnyQuery {
            $(#[doc = concat!("A [`", stringify!($query), "`].")] $variant($query),)*
        }

        /// Any of the answers, in the form in which it is sent.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub enum AnyAnswer {
            $(#[doc = concat!("The answer to a [`", stringify!($query), "`].")] $variant($answer),)*
        }

        impl AnyQuery {
            /// Returns the name of the query, for logs.
            pub fn name(&self) -> &'static str {
                match self {
                    $(AnyQuery::$variant(_) => stringify!($variant),)*
                }
            }

            /// Returns the priority of the query.
            pub fn priority(&self) -> Priority {
                match self {
                    $(AnyQuery::$variant(_) => <$query as Query>::PRIORITY,)*
                }
            }
        }

        $(
            impl From<$query> for AnyQuery {
                fn from(query: $query) -> Self {
                    AnyQuery::$variant(query)
                }
            }

            impl Query for $query {
                type Answer = $answer;

                const PRIORITY: Priority = Priority::$priority;

                fn wrap(answer: $answer) -> AnyAnswer {
                    AnyAnswer::$variant(answer)
                }

                fn unwrap(any: AnyAnswer) -> Option<$answer> {
                    match any {
                        AnyAnswer::$variant(answer) => Some(answer),
                        _ => None,
                    }
                }

                $(
                    fn merge(before: &$answer, next: $answer) -> $answer {
                        $merge(before, next)
                    }
                )?
            }
        )*
    };
}

queries! {
    Activations: ActivationsQuery -> NetworkActivations, Quick;
    FeatureMaps: FeatureMapsQuery -> Vec<QuantizedMaps>, Quick;
    OpTrace: OpTraceQuery -> OpTrace, Quick;
    Unit: UnitQuery -> UnitActivations, Normal;
    FeatureVisualization: FeatureVisualizationQuery -> FeatureVisualization, Normal;
    Explanation: ExplanationQuery -> Explanation, Normal;
    Mistakes: MistakesQuery -> Mistakes, Normal;
    Neighbors: NeighborsQuery -> (usize, Vec<(usize, f32)>), Normal;
    Novelty: NoveltyQuery -> Novelty, Normal;
    Embedding: EmbeddingQuery -> Embedding, Normal;
    LayerProbes: LayerProbesQuery -> Vec<LayerProbe>, Background, merged by concat;
}

/// Asks for the activations and gradients of all layers for one image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActivationsQuery {
    /// The image.
    pub image: LabeledImage,
}

/// Asks for the feature maps of all layers except the image. For the last layer, they are the
/// probabilities of the classes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FeatureMapsQuery {
    /// Gray values 0 to 255, `[height, width]`.
    #[serde(with = "serde_bytes")]
    pub pixels: Vec<u8>,
}

/// Asks for the input and the weights from which one feature map is computed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpTraceQuery {
    /// The image.
    pub image: LabeledImage,
    /// The unit.
    pub unit: UnitRef,
    /// The operation of the unit's layer.
    pub op: OpKind,
}

/// Asks for the weights of a unit and its activations on the test set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnitQuery {
    /// The unit.
    pub unit: UnitRef,
}

/// Asks for an image that maximizes a unit's activation. The answer is sent several times while the
/// image improves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FeatureVisualizationQuery {
    /// The unit.
    pub unit: UnitRef,
}

/// Asks for the attribution maps of a class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExplanationQuery {
    /// The image.
    pub image: LabeledImage,
    /// The class to explain, and the weights to use.
    pub target: ExplainTarget,
}

/// Asks for the test images with the largest losses, and those with the largest and smallest
/// confidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MistakesQuery {}

/// Asks for the nearest neighbors of a test image, by the activations of the last hidden layer. The
/// answer is the index of that image, and the nearest test images in increasing order of distance,
/// each with its distance relative to the mean distance to all test images.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NeighborsQuery {
    /// Index of the image in the test split.
    pub image: usize,
}

/// Asks how unusual an image is for a classifier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoveltyQuery {
    /// Gray values 0 to 255, `[height, width]`.
    #[serde(with = "serde_bytes")]
    pub pixels: Vec<u8>,
}

/// Asks for the t-SNE embedding of a layer. The answer is sent several times while the embedding
/// improves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EmbeddingQuery {
    /// Index of the layer in [`model::layer_table`].
    pub layer: usize,
}

/// Asks for the linear probes of all layers of a network at the end of an epoch. The answer comes
/// in parts, one layer after the other from the image to the output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerProbesQuery {}

fn concat(before: &[LayerProbe], next: Vec<LayerProbe>) -> Vec<LayerProbe> {
    before.iter().cloned().chain(next).collect()
}
