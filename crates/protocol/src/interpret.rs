//! Messages of the interpreter.
//!
//! The interpreter is a second worker, next to the engine. It receives the engine's weights as
//! [`Checkpoint`]s and answers queries about them. A [`Query`] is a struct with a typed answer; it
//! is sent in an [`InterpreterRequest`] together with a [`QueryId`]. A later query in the same slot
//! replaces an earlier one.

mod activations;
mod checkpoint;
mod explanation;
mod images;
mod messages;
mod mistakes;
mod novelty;
mod op_trace;
mod probe;
mod queries;
mod unit;

pub use activations::{LayerActivations, NetworkActivations};
pub use checkpoint::{Checkpoint, NetworkRef, Side, Snapshot};
pub use explanation::{Attribution, AttributionMethod, ExplainTarget, Explanation};
pub use images::{InterpreterDataset, LabeledImage, MapPoint};
pub use messages::{InterpreterRequest, InterpreterResponse, QueryId};
pub use mistakes::{Misclassified, Mistake, Mistakes};
pub use novelty::Novelty;
pub use op_trace::{OpTrace, TracedOp};
pub use probe::{Embedding, LayerProbe};
pub use queries::*;
pub use unit::{FeatureVisualization, Histogram, TopActivation, UnitActivations, UnitRef};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RunId;

    #[test]
    fn an_answer_is_unwrapped_by_its_own_query_alone() {
        let answer = NeighborsQuery::wrap((9, vec![(3, 0.5)]));
        assert_eq!(NeighborsQuery::unwrap(answer.clone()), Some((9, vec![(3, 0.5)])));
        assert_eq!(FeatureMapsQuery::unwrap(answer), None);
    }

    #[test]
    fn parts_of_an_answer_are_merged_where_they_add_up_and_replaced_elsewhere() {
        let near = NeighborsQuery::merge(&(9, vec![(3, 0.5)]), (9, vec![(4, 0.25)]));
        assert_eq!(near, (9, vec![(4, 0.25)]));
        let probe = |layer| LayerProbe {
            layer,
            accuracy: 0.5,
            map: Vec::new(),
            variance: [0.0; 2],
            dead: 0.0,
        };
        let probes = LayerProbesQuery::merge(&vec![probe(0)], vec![probe(1)]);
        assert_eq!(probes, [probe(0), probe(1)]);
    }

    #[test]
    fn every_message_of_the_interpreter_survives_its_trip() {
        let network = NetworkRef { run: RunId(3), snapshot: Snapshot::Epoch(2) };
        let id = QueryId { slot: 4, revision: 7 };
        let query = AnyQuery::from(NeighborsQuery { image: 9 });
        let request = InterpreterRequest::Query { id, network, query };
        let bytes = postcard::to_stdvec(&request).unwrap();
        assert_eq!(postcard::from_bytes::<InterpreterRequest>(&bytes).unwrap(), request);
        let answer = Ok(NeighborsQuery::wrap((9, vec![(1, 0.0)])));
        let response = InterpreterResponse::Answer { id, answer };
        let bytes = postcard::to_stdvec(&response).unwrap();
        assert_eq!(postcard::from_bytes::<InterpreterResponse>(&bytes).unwrap(), response);
        for end in 0..bytes.len() {
            assert!(postcard::from_bytes::<InterpreterResponse>(&bytes[..end]).is_err());
        }
    }
}
