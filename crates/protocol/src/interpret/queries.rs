//! All queries of the interpreter.
//!
//! To add one: its struct, its answer and a line in the table here, a file in `interpret/src/queries/`
//! with a line in `interpret/src/queries.rs`, and a view that asks it.

use std::fmt::Debug;

use model::OpKind;
use serde::{Deserialize, Serialize};

use super::{
    Embedding, ExplainTarget, Explanation, FeatureVisualization, LabeledImage, LayerProbe,
    Mistakes, NetworkActivations, OpTrace, UnitActivations, UnitRef,
};
use crate::QuantizedMaps;

/// A question about a network, with a typed answer.
pub trait Query: Clone + PartialEq + Debug + Into<AnyQuery> + Send + Sync + 'static {
    /// What the interpreter answers.
    type Answer: Clone + PartialEq + Debug + Send + Sync + 'static;

    /// When it is answered.
    const PRIORITY: Priority;

    /// Makes an answer ready to be sent.
    fn wrap(answer: Self::Answer) -> AnyAnswer;

    /// Returns the answer if it is one to this kind of query.
    fn unwrap(any: AnyAnswer) -> Option<Self::Answer>;

    /// Merges the answer so far with the next one. Most answers that come several times are replaced.
    fn merge(_before: &Self::Answer, next: Self::Answer) -> Self::Answer {
        next
    }
}

/// Order in which the interpreter answers queries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// Answered in one piece, before all others, since it follows the pointer.
    Quick,
    /// Takes seconds. First asked, first answered.
    Normal,
    /// Takes longer. The one asked last is answered first.
    Background,
}

/// Declares all queries: the struct that asks, its answer, its priority, and for an answer that comes in
/// parts the function that merges them.
macro_rules! queries {
    ($($variant:ident: $query:ident -> $answer:ty, $priority:ident $(, merged by $merge:path)?;)*) => {
        /// Any query, as it is sent.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub enum AnyQuery {
            $(#[doc = concat!("A [`", stringify!($query), "`].")] $variant($query),)*
        }

        /// Any answer, as it is sent.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub enum AnyAnswer {
            $(#[doc = concat!("The answer to a [`", stringify!($query), "`].")] $variant($answer),)*
        }

        impl AnyQuery {
            /// Returns the name of the query, for the log.
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
    Embedding: EmbeddingQuery -> Embedding, Normal;
    LayerProbes: LayerProbesQuery -> Vec<LayerProbe>, Background, merged by concat;
}

/// Asks for the activations and gradients of every layer for an image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActivationsQuery {
    /// The image.
    pub image: LabeledImage,
}

/// Asks for the feature maps of every layer but the image, of the last one the probability of each
/// class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FeatureMapsQuery {
    /// Gray values 0 to 255, `[height, width]`.
    #[serde(with = "serde_bytes")]
    pub pixels: Vec<u8>,
}

/// Asks for the input and the weights behind one feature map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpTraceQuery {
    /// The image.
    pub image: LabeledImage,
    /// The unit.
    pub unit: UnitRef,
    /// The operation of its layer.
    pub op: OpKind,
}

/// Asks for a unit's activations on the test set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnitQuery {
    /// The unit.
    pub unit: UnitRef,
}

/// Asks for an image that maximizes a unit's activation. It comes several times, better and better.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FeatureVisualizationQuery {
    /// The unit.
    pub unit: UnitRef,
}

/// Asks for the attributions of a class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExplanationQuery {
    /// The image.
    pub image: LabeledImage,
    /// The class, and the network.
    pub target: ExplainTarget,
}

/// Asks for the test images with the largest losses, and the most and least confident ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MistakesQuery {}

/// Asks for the test images nearest to one of them by the last hidden layer's activations. The answer is
/// that image, and the nearest ones in order, with their distances relative to the mean distance to all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NeighborsQuery {
    /// Index of the image in the test split.
    pub image: usize,
}

/// Asks for a map of a layer by t-SNE. It comes several times while it forms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EmbeddingQuery {
    /// The layer.
    pub layer: usize,
}

/// Asks for the linear probes of all layers of an epoch's network. They come one after the other, from
/// the image to the output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerProbesQuery {}

fn concat(before: &[LayerProbe], next: Vec<LayerProbe>) -> Vec<LayerProbe> {
    before.iter().cloned().chain(next).collect()
}
