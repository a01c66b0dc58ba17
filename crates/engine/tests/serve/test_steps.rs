//! Evaluations between the ends of epochs, and the training accuracy.

use model::RunConfig;
use protocol::{Command, Event, RunState, StepReport, TestReport};

use crate::harness::{self, EngineHarness, deep, segmenting, small, tiny};

fn tests(events: &[Event]) -> Vec<StepReport> {
    let report = |event: &Event| match event {
        Event::Tested { report, .. } => Some(report.clone()),
        _ => None,
    };
    events.iter().filter_map(report).collect()
}

fn play(config: RunConfig) -> Vec<Event> {
    let mut engine = EngineHarness::with_phantoms();
    let run = engine.configure(config);
    engine.send(Command::Play(run));
    engine.run_until_idle()
}

#[test]
fn tests_within_an_epoch_leave_the_training_as_it_is() {
    // Batch norm and dropout behave differently in an evaluation.
    let config = RunConfig { batch: 128, epochs: 1, ..deep() };
    let plain = play(config.clone());
    assert_eq!(tests(&plain), []);
    let tested = play(RunConfig { test_every: 4, ..config });
    let steps: Vec<usize> = tests(&tested).iter().map(|report| report.step).collect();
    assert_eq!(steps, [4, 8]);
    let bits = |events: &[Event]| -> Vec<u32> {
        harness::losses(events).iter().map(|loss| loss.to_bits()).collect()
    };
    assert_eq!(bits(&tested), bits(&plain));
    // The end of an epoch is evaluated as such alone.
    let tested = play(RunConfig { test_every: 5, ..tiny() });
    assert_eq!(tests(&tested), []);
    assert_eq!(harness::last_state(&tested).unwrap().0, RunState::Finished);
}

#[test]
fn a_test_is_made_on_request_before_after_and_while_training() {
    let mut engine = EngineHarness::with_phantoms();
    engine.slow_down(0.05);
    let run = engine.configure(small());
    engine.run_until_idle();
    engine.send(Command::Step(run));
    engine.send(Command::Test(run));
    let events = engine.run_until_idle();
    let [report] = &tests(&events)[..] else { panic!("{events:?}") };
    assert_eq!(report.step, 1);
    let TestReport::Classify(test) = &report.test else { panic!("{report:?}") };
    assert!((0.0..=1.0).contains(&test.accuracy) && test.loss.is_finite());
    assert_eq!(harness::last_state(&events), Some((RunState::Paused, 1)));

    engine.send(Command::Play(run));
    engine.run_until(|event| matches!(event, Event::Steps { .. }));
    engine.send(Command::Test(run));
    let events = engine.run_until_idle();
    let [report] = &tests(&events)[..] else { panic!("one test") };
    assert!(report.step > 1 && report.step < 38, "{}", report.step);
    assert_eq!(harness::last_state(&events), Some((RunState::Finished, 76)));

    engine.send(Command::Test(run));
    let events = engine.run_until_idle();
    assert_eq!(tests(&events)[0].step, 76);
}

#[test]
fn a_unet_is_tested_too() {
    let mut engine = EngineHarness::with(segmenting().data, 1);
    let run = engine.configure(RunConfig { test_every: 1, ..segmenting() });
    engine.send(Command::Step(run));
    let events = engine.run_until_idle();
    let [report] = &tests(&events)[..] else { panic!("one test") };
    assert!(matches!(report.test, TestReport::Segment(_)) && report.step == 1);
}

#[test]
fn the_training_accuracy_is_told_with_each_epoch() {
    let events = play(RunConfig { epochs: 4, ..small() });
    let shares: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::Epoch { report, .. } => Some((report.epoch, report.train_accuracy)),
            _ => None,
        })
        .collect();
    let [(first, share), .., (last, end)] = shares[..] else { panic!("{shares:?}") };
    assert_eq!(last, 4);
    assert!(first > 0 || share.is_none(), "{shares:?}");
    let (start, end) = (shares.iter().find_map(|(_, share)| *share).unwrap(), end.unwrap());
    assert!((0.0..=1.0).contains(&start) && end > start && end <= 1.0, "{shares:?}");
}
