//! Computation of the answers, with one file per query.
//!
//! To add a query: add its struct, its answer and a line in the table of
//! `protocol::interpret::queries`; add a file here, and a line in [`start`].

mod activations;
mod embedding;
mod explanation;
mod feature_maps;
mod feature_visualization;
mod layer_probes;
mod mistakes;
mod neighbors;
mod novelty;
mod op_trace;
mod unit;

use protocol::interpret::*;

use crate::job::{Job, job, quick_job};

/// Starts the job that answers a query.
pub fn start(query: AnyQuery) -> Job {
    match query {
        AnyQuery::Activations(query) => quick_job(query, activations::answer),
        AnyQuery::FeatureMaps(query) => quick_job(query, feature_maps::answer),
        AnyQuery::OpTrace(query) => quick_job(query, op_trace::answer),
        AnyQuery::Unit(query) => job::<UnitQuery>(unit::start(query)),
        AnyQuery::FeatureVisualization(query) => {
            job::<FeatureVisualizationQuery>(feature_visualization::start(query))
        }
        AnyQuery::Explanation(query) => job::<ExplanationQuery>(explanation::start(query)),
        AnyQuery::Mistakes(_) => job::<MistakesQuery>(mistakes::start()),
        AnyQuery::Neighbors(query) => job::<NeighborsQuery>(neighbors::start(query)),
        AnyQuery::Novelty(query) => job::<NoveltyQuery>(novelty::start(query)),
        AnyQuery::Embedding(query) => job::<EmbeddingQuery>(embedding::start(query)),
        AnyQuery::LayerProbes(_) => job::<LayerProbesQuery>(layer_probes::start()),
    }
}
