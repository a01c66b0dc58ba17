//! Tests of the stored checkpoints, and of requests for weights.

use protocol::LivePrediction;

use super::*;
use crate::checkpoints::WatchedWeights;

impl Page {
    fn stored(&mut self, step: usize, epochs: &[usize]) {
        let run = self.id();
        self.act(Action::CheckpointStored { run, step, epochs: epochs.to_vec() });
    }

    fn requests(&self) -> usize {
        let id = self.id();
        let commands = self.commands();
        commands.iter().filter(|command| ***command == Command::SendCheckpoint(id)).count()
    }
}

#[test]
fn weights_are_requested_while_somebody_looks_and_they_have_moved_on() {
    let mut page = Page::ready();
    page.stored(0, &[0]);
    page.steps(&[1.0]);
    assert_eq!(page.requests(), 0, "nobody looks");
    page.act(Action::WatchWeights(WatchedWeights::AllSteps));
    assert_eq!(page.requests(), 1);
    page.steps(&[0.9]);
    assert_eq!(page.requests(), 1, "one at a time");
    page.stored(1, &[0]);
    assert_eq!(page.requests(), 1, "and not more often than the interval");
    page.act(Action::CheckpointIntervalElapsed);
    assert_eq!(page.requests(), 2, "they have moved on");
    page.stored(2, &[0]);
    page.act(Action::CheckpointIntervalElapsed);
    assert_eq!(page.requests(), 2, "they are the latest");
    page.act(Action::WatchWeights(WatchedWeights::None));
    page.steps(&[0.8]);
    assert_eq!(page.requests(), 2);
}

#[test]
fn beside_live_predictions_the_weights_are_requested_with_each_and_once_more_at_the_end() {
    let mut page = Page::ready();
    page.stored(0, &[0]);
    page.act(Action::WatchWeights(WatchedWeights::LivePredictions));
    page.act(Action::Play);
    page.engine_says(RunState::Running);
    page.steps(&[1.0, 0.9]);
    assert_eq!(page.requests(), 0, "no live prediction yet");
    let run = page.id();
    let prediction = LivePrediction { step: 2, masks: vec![], dice: vec![] };
    page.on_event(Event::LivePrediction { run, prediction });
    assert_eq!(page.requests(), 1);
    page.stored(2, &[0]);
    page.act(Action::CheckpointIntervalElapsed);
    page.steps(&[0.8]);
    assert_eq!(page.requests(), 1);
    page.engine_says(RunState::Finished);
    assert_eq!(page.requests(), 2);
}

#[test]
fn weights_that_do_not_come_are_requested_again() {
    let mut page = Page::ready();
    page.act(Action::WatchWeights(WatchedWeights::AllSteps));
    assert_eq!(page.requests(), 1);
    for _ in 0..9 {
        page.act(Action::CheckpointIntervalElapsed);
    }
    assert_eq!(page.requests(), 1);
    page.act(Action::CheckpointIntervalElapsed);
    assert_eq!(page.requests(), 2);
}

#[test]
fn a_new_interpreter_has_no_checkpoints_and_gets_the_latest() {
    let mut page = Page::ready();
    page.act(Action::WatchWeights(WatchedWeights::AllSteps));
    page.stored(0, &[0]);
    page.act(Action::CheckpointIntervalElapsed);
    page.act(Action::InterpreterStarted);
    assert_eq!((page.state.checkpoints.step, page.requests()), (None, 2));
    assert!(page.state.checkpoints.epochs.is_empty());
}

#[test]
fn the_run_before_is_kept_for_comparison_if_it_learned_on_the_same_data() {
    let mut page = Page::ready();
    let first = page.id();
    page.stored(0, &[0]);
    page.steps(&[1.0]);
    page.stored(75, &[0, 1]);
    page.act(Action::CheckpointStored { run: RunId(99), step: 3, epochs: vec![0] });
    assert_eq!(page.state.checkpoints.epochs, [0, 1], "of another run");
    page.act(Action::Reset);
    page.run_is_ready();
    assert_eq!(page.state.checkpoints.previous, Some((first, vec![0, 1])));
    assert_eq!(page.state.checkpoints.step, None);
    // A run that was not trained does not replace it.
    page.stored(0, &[0]);
    page.steps(&[1.0]);
    page.act(Action::Reset);
    page.run_is_ready();
    assert_eq!(page.state.checkpoints.previous, Some((first, vec![0, 1])));
}

#[test]
fn steps_within_an_epoch_do_not_count_for_what_takes_long() {
    let mut page = Page::ready();
    page.stored(0, &[0]);
    page.stored(40, &[0]);
    assert_eq!((page.state.checkpoints.step, page.state.checkpoints.epoch_step), (Some(40), 0));
    page.stored(75, &[0, 1]);
    assert_eq!(page.state.checkpoints.epoch_step, 75);
}
