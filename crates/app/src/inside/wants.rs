//! From what is looked at to what has to be asked.

use protocol::RunId;
use protocol::interpret::{Ask, At, Exhibit, Moment, Part, Question, Reason, Side, Spot};

use crate::views::inside::scene::Topic;

/// What somebody looks at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Focus {
    /// The network; none while there is no run.
    pub at: Option<At>,
    /// The network that it is compared with.
    pub other: Option<At>,
    /// Steps of the latest weights.
    pub step: usize,
    /// The same for what takes long: while the run goes on, those of its last epoch.
    pub settled: usize,
    /// The image.
    pub exhibit: Option<Exhibit>,
    /// Whether the layers are on the screen.
    pub layers: bool,
    /// Whether the explanations are.
    pub why: bool,
    /// Whether the mistakes are.
    pub mistakes: bool,
    /// The unit that is chosen or pointed at.
    pub spot: Option<Spot>,
    /// The unit that is chosen.
    pub chosen: Option<Spot>,
    /// The operation of it that is looked at closely.
    pub part: Option<Part>,
    /// Which class is explained.
    pub reason: Option<Reason>,
    /// The test image whose neighbours are wanted.
    pub near: Option<usize>,
    /// The layer that is wanted by t-SNE.
    pub embed: Option<usize>,
}

/// A question, and a stamp that changes when its answer may have.
#[derive(Clone, Debug, PartialEq)]
pub struct Want {
    /// What it is about.
    pub topic: Topic,
    /// Where the answer is shown.
    pub side: Side,
    /// Steps of the weights that it is about.
    pub stamp: usize,
    /// The question, without its number.
    pub ask: Ask,
}

/// The questions whose answers are on the screen.
pub fn wants(focus: &Focus) -> Vec<Want> {
    let mut wants = Vec::new();
    let sides = [(Side::One, focus.at), (Side::Other, focus.other.filter(|_| focus.at.is_some()))];
    for (side, at) in sides {
        let Some(at) = at else { continue };
        let question = Question { request: 0, side, at };
        let stamp = |steps: usize| if at.moment == Moment::Now { steps } else { 0 };
        let mut want = |topic, stamp, ask| wants.push(Want { topic, side, stamp, ask });
        let (quick, slow) = (stamp(focus.step), stamp(focus.settled));
        if focus.layers {
            if let Some(exhibit) = &focus.exhibit {
                want(Topic::Layers, quick, Ask::Layers(question, exhibit.clone()));
                if let (Some(spot), Some(part), Side::One) = (focus.chosen, focus.part, side) {
                    let ask = Ask::Close(question, exhibit.clone(), spot, part);
                    want(Topic::Close, quick, ask);
                }
            }
            // The image is no layer that has learned anything.
            if let Some(spot) = focus.spot.filter(|spot| spot.layer > 0) {
                want(Topic::Unit, slow, Ask::Unit(question, spot));
            }
            if let Some(spot) = focus.chosen.filter(|spot| spot.layer > 0) {
                want(Topic::Dream, slow, Ask::Dream(question, spot));
            }
            if let (Some(layer), Side::One) = (focus.embed, side) {
                want(Topic::Embed, slow, Ask::Embed(question, layer));
            }
        }
        if focus.why
            && let (Some(exhibit), Some(reason)) = (&focus.exhibit, focus.reason)
        {
            want(Topic::Why, slow, Ask::Explain(question, exhibit.clone(), reason));
        }
        if focus.mistakes && side == Side::One {
            want(Topic::Mistakes, slow, Ask::Mistakes(question));
            if let Some(image) = focus.near {
                want(Topic::Neighbours, slow, Ask::Neighbours(question, image));
            }
        }
    }
    wants
}

/// The same question with its number.
pub fn numbered(mut ask: Ask, request: u32) -> Ask {
    match &mut ask {
        Ask::Layers(question, _)
        | Ask::Unit(question, _)
        | Ask::Dream(question, _)
        | Ask::Close(question, ..)
        | Ask::Explain(question, ..)
        | Ask::Mistakes(question)
        | Ask::Neighbours(question, _)
        | Ask::Embed(question, _) => question.request = request,
        Ask::Exhibits(_) | Ask::Run { .. } | Ask::Ladder(_) => {}
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
) -> Vec<At> {
    let mut wanted: Vec<usize> =
        epochs.iter().copied().filter(|epoch| !asked(run, *epoch)).collect();
    wanted.sort_by_key(|epoch| std::cmp::Reverse(epoch.abs_diff(looked_at)));
    wanted.into_iter().map(|epoch| At { run, moment: Moment::Epoch(epoch) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: At = At { run: RunId(3), moment: Moment::Now };

    fn focus() -> Focus {
        Focus {
            at: Some(NOW),
            step: 120,
            settled: 75,
            exhibit: Some(Exhibit { pixels: vec![1], targets: vec![0] }),
            layers: true,
            reason: Some(Reason { class: None, randomised: false }),
            ..Focus::default()
        }
    }

    fn topics(focus: &Focus) -> Vec<(Topic, Side, usize)> {
        wants(focus).into_iter().map(|want| (want.topic, want.side, want.stamp)).collect()
    }

    #[test]
    fn only_what_is_on_the_screen_is_asked() {
        assert_eq!(topics(&focus()), [(Topic::Layers, Side::One, 120)]);
        assert!(topics(&Focus { layers: false, ..focus() }).is_empty());
        assert!(topics(&Focus { at: None, other: Some(NOW), ..focus() }).is_empty());
        let all = Focus { why: true, mistakes: true, near: Some(4), ..focus() };
        let slow = |topic| (topic, Side::One, 75);
        let more = [Topic::Why, Topic::Mistakes, Topic::Neighbours].map(slow);
        assert_eq!(topics(&all)[1..], more);
    }

    #[test]
    fn an_epochs_network_is_asked_about_once() {
        let at = At { moment: Moment::Epoch(2), ..NOW };
        let then = Focus { at: Some(at), ..focus() };
        assert_eq!(topics(&then), [(Topic::Layers, Side::One, 0)]);
        assert_eq!(wants(&then), wants(&Focus { step: 500, settled: 500, ..then.clone() }));
        assert_ne!(wants(&focus()), wants(&Focus { step: 500, ..focus() }));
    }

    #[test]
    fn a_chosen_unit_dreams_and_a_pointed_one_does_not() {
        let spot = Spot { layer: 1, unit: 2 };
        let pointed = Focus { spot: Some(spot), ..focus() };
        assert_eq!(topics(&pointed)[1..], [(Topic::Unit, Side::One, 75)]);
        let chosen = Focus { chosen: Some(spot), part: Some(Part::Pool), ..pointed };
        let found: Vec<Topic> = topics(&chosen).into_iter().map(|(topic, ..)| topic).collect();
        assert_eq!(found, [Topic::Layers, Topic::Close, Topic::Unit, Topic::Dream]);
        let image = Focus { spot: Some(Spot { layer: 0, unit: 0 }), ..focus() };
        assert_eq!(topics(&image).len(), 1);
    }

    #[test]
    fn both_sides_of_a_comparison_are_asked() {
        let other = At { moment: Moment::Epoch(0), ..NOW };
        let both = Focus { other: Some(other), ..focus() };
        assert_eq!(
            topics(&both),
            [(Topic::Layers, Side::One, 120), (Topic::Layers, Side::Other, 0)]
        );
    }

    #[test]
    fn the_ladder_looked_at_comes_first() {
        let asked = ladders(RunId(1), &[0, 1, 2, 3], 2, |_, epoch| epoch == 1);
        let epochs: Vec<_> = asked.iter().map(|at| at.moment).collect();
        assert_eq!(epochs, [0, 3, 2].map(Moment::Epoch));
    }

    #[test]
    fn a_number_comes_with_every_question() {
        for want in wants(&Focus { why: true, mistakes: true, near: Some(1), ..focus() }) {
            let number = |ask: &Ask| match ask {
                Ask::Layers(q, _) | Ask::Explain(q, ..) | Ask::Neighbours(q, _) => q.request,
                Ask::Mistakes(q) => q.request,
                _ => 0,
            };
            assert_eq!(number(&numbered(want.ask, 9)), 9);
        }
    }
}
