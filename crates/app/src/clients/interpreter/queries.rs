//! The queries that the views on the screen need.

use model::OpKind;
use protocol::RunId;
use protocol::interpret::{
    ExplainTarget, LabeledImage, NetworkRef, Query, QueryHeader, Side, Snapshot, UnitRef,
};

use super::signals::Topic;

/// Selection and visible views: the inputs of all queries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Focus {
    /// The network; none while there is no run.
    pub at: Option<NetworkRef>,
    /// The network that it is compared with.
    pub other: Option<NetworkRef>,
    /// Steps of the latest weights.
    pub step: usize,
    /// The same for what takes long: while the run goes on, those of its last epoch.
    pub settled: usize,
    /// The image.
    pub exhibit: Option<LabeledImage>,
    /// Whether the layers are on the screen.
    pub layers: bool,
    /// Whether the explanations are.
    pub why: bool,
    /// Whether the mistakes are.
    pub mistakes: bool,
    /// The unit that is chosen or pointed at.
    pub unit_ref: Option<UnitRef>,
    /// The unit that is chosen.
    pub chosen: Option<UnitRef>,
    /// The operation of it that is looked at closely.
    pub part: Option<OpKind>,
    /// The class that is explained.
    pub reason: Option<ExplainTarget>,
    /// The test image whose neighbours are wanted.
    pub near: Option<usize>,
    /// The layer that is wanted by t-SNE.
    pub embed: Option<usize>,
}

/// A question, and a stamp that changes when its answer may have.
#[derive(Clone, Debug, PartialEq)]
pub struct Want {
    /// Its topic.
    pub topic: Topic,
    /// Where the answer is shown.
    pub side: Side,
    /// Steps of the weights that it is about.
    pub stamp: usize,
    /// The question, without its number.
    pub ask: Query,
}

/// The questions whose answers are on the screen.
pub fn wants(focus: &Focus) -> Vec<Want> {
    let mut wants = Vec::new();
    let sides =
        [(Side::Primary, focus.at), (Side::Compared, focus.other.filter(|_| focus.at.is_some()))];
    for (side, at) in sides {
        let Some(at) = at else { continue };
        let question = QueryHeader { request: 0, side, network: at };
        let stamp = |steps: usize| if at.snapshot == Snapshot::Latest { steps } else { 0 };
        let mut want = |topic, stamp, ask| wants.push(Want { topic, side, stamp, ask });
        let (quick, slow) = (stamp(focus.step), stamp(focus.settled));
        if focus.layers {
            if let Some(exhibit) = &focus.exhibit {
                want(Topic::Layers, quick, Query::Activations(question, exhibit.clone()));
                if let (Some(unit_ref), Some(part), Side::Primary) =
                    (focus.chosen, focus.part, side)
                {
                    let ask = Query::OpTrace(question, exhibit.clone(), unit_ref, part);
                    want(Topic::Close, quick, ask);
                }
            }
            // The image is no layer that has learned anything.
            if let Some(unit_ref) = focus.unit_ref.filter(|unit_ref| unit_ref.layer > 0) {
                want(Topic::Unit, slow, Query::Unit(question, unit_ref));
            }
            if let Some(unit_ref) = focus.chosen.filter(|unit_ref| unit_ref.layer > 0) {
                want(Topic::Dream, slow, Query::FeatureVisualization(question, unit_ref));
            }
            if let (Some(layer), Side::Primary) = (focus.embed, side) {
                want(Topic::Embed, slow, Query::Embedding(question, layer));
            }
        }
        if focus.why
            && let (Some(exhibit), Some(reason)) = (&focus.exhibit, focus.reason)
        {
            want(Topic::Why, slow, Query::Explain(question, exhibit.clone(), reason));
        }
        if focus.mistakes && side == Side::Primary {
            want(Topic::Mistakes, slow, Query::Mistakes(question));
            if let Some(image) = focus.near {
                want(Topic::Neighbours, slow, Query::Neighbors(question, image));
            }
        }
    }
    wants
}

/// The same question with its number.
pub fn numbered(mut ask: Query, request: u32) -> Query {
    match &mut ask {
        Query::Activations(question, _)
        | Query::Unit(question, _)
        | Query::FeatureVisualization(question, _)
        | Query::OpTrace(question, ..)
        | Query::Explain(question, ..)
        | Query::Mistakes(question)
        | Query::Neighbors(question, _)
        | Query::Embedding(question, _) => question.request = request,
        Query::SetDataset(_) | Query::SetRun { .. } | Query::LayerProbes(_) => {}
    }
    ask
}

/// Epochs whose ladders are wanted: those that have not been asked for, the one looked at last, since
/// what is asked last is answered first.
pub fn ladders(
    run: RunId,
    epochs: &[usize],
    looked_at: usize,
    asked: impl Fn(RunId, usize) -> bool,
) -> Vec<NetworkRef> {
    let mut wanted: Vec<usize> =
        epochs.iter().copied().filter(|epoch| !asked(run, *epoch)).collect();
    wanted.sort_by_key(|epoch| std::cmp::Reverse(epoch.abs_diff(looked_at)));
    wanted.into_iter().map(|epoch| NetworkRef { run, snapshot: Snapshot::Epoch(epoch) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: NetworkRef = NetworkRef { run: RunId(3), snapshot: Snapshot::Latest };

    fn focus() -> Focus {
        Focus {
            at: Some(NOW),
            step: 120,
            settled: 75,
            exhibit: Some(LabeledImage { pixels: vec![1], targets: vec![0] }),
            layers: true,
            reason: Some(ExplainTarget { class: None, randomized: false }),
            ..Focus::default()
        }
    }

    fn topics(focus: &Focus) -> Vec<(Topic, Side, usize)> {
        wants(focus).into_iter().map(|want| (want.topic, want.side, want.stamp)).collect()
    }

    #[test]
    fn only_what_is_on_the_screen_is_asked() {
        assert_eq!(topics(&focus()), [(Topic::Layers, Side::Primary, 120)]);
        assert!(topics(&Focus { layers: false, ..focus() }).is_empty());
        assert!(topics(&Focus { at: None, other: Some(NOW), ..focus() }).is_empty());
        let all = Focus { why: true, mistakes: true, near: Some(4), ..focus() };
        let slow = |topic| (topic, Side::Primary, 75);
        let more = [Topic::Why, Topic::Mistakes, Topic::Neighbours].map(slow);
        assert_eq!(topics(&all)[1..], more);
    }

    #[test]
    fn an_epochs_network_is_asked_about_once() {
        let at = NetworkRef { snapshot: Snapshot::Epoch(2), ..NOW };
        let then = Focus { at: Some(at), ..focus() };
        assert_eq!(topics(&then), [(Topic::Layers, Side::Primary, 0)]);
        assert_eq!(wants(&then), wants(&Focus { step: 500, settled: 500, ..then.clone() }));
        assert_ne!(wants(&focus()), wants(&Focus { step: 500, ..focus() }));
    }

    #[test]
    fn a_chosen_unit_dreams_and_a_pointed_one_does_not() {
        let unit_ref = UnitRef { layer: 1, unit: 2 };
        let pointed = Focus { unit_ref: Some(unit_ref), ..focus() };
        assert_eq!(topics(&pointed)[1..], [(Topic::Unit, Side::Primary, 75)]);
        let chosen = Focus { chosen: Some(unit_ref), part: Some(OpKind::Pool), ..pointed };
        let found: Vec<Topic> = topics(&chosen).into_iter().map(|(topic, ..)| topic).collect();
        assert_eq!(found, [Topic::Layers, Topic::Close, Topic::Unit, Topic::Dream]);
        let image = Focus { unit_ref: Some(UnitRef { layer: 0, unit: 0 }), ..focus() };
        assert_eq!(topics(&image).len(), 1);
    }

    #[test]
    fn both_sides_of_a_comparison_are_asked() {
        let other = NetworkRef { snapshot: Snapshot::Epoch(0), ..NOW };
        let both = Focus { other: Some(other), ..focus() };
        assert_eq!(
            topics(&both),
            [(Topic::Layers, Side::Primary, 120), (Topic::Layers, Side::Compared, 0)]
        );
    }

    #[test]
    fn the_ladder_looked_at_comes_first() {
        let asked = ladders(RunId(1), &[0, 1, 2, 3], 2, |_, epoch| epoch == 1);
        let epochs: Vec<_> = asked.iter().map(|at| at.snapshot).collect();
        assert_eq!(epochs, [0, 3, 2].map(Snapshot::Epoch));
    }

    #[test]
    fn a_number_comes_with_every_question() {
        for want in wants(&Focus { why: true, mistakes: true, near: Some(1), ..focus() }) {
            let number = |ask: &Query| match ask {
                Query::Activations(q, _) | Query::Explain(q, ..) | Query::Neighbors(q, _) => {
                    q.request
                }
                Query::Mistakes(q) => q.request,
                _ => 0,
            };
            assert_eq!(number(&numbered(want.ask, 9)), 9);
        }
    }
}
