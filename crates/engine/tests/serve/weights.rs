//! Weights that leave a run, and a run that starts from them.

use model::RunConfig;
use protocol::{Command, ErrorCode, Event, RunId, RunState};

use crate::harness::{self, EngineHarness};

/// Trains to the end, and returns the weights and the events before them.
fn trained(engine: &mut EngineHarness, run: RunId) -> (Vec<Event>, Vec<f32>) {
    engine.run_until_idle();
    engine.send(Command::Play(run));
    let events = engine.run_until_idle();
    (events, weights(engine, run))
}

fn weights(engine: &mut EngineHarness, run: RunId) -> Vec<f32> {
    engine.send(Command::SendWeights(run));
    let events = engine.run_until_idle();
    let [Event::Weights { run: of, values, .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!(*of, run);
    values.clone()
}

fn configure(engine: &mut EngineHarness, run: RunId, config: &RunConfig, values: &[f32]) {
    let (config, first_weights) = (config.clone(), Some(values.to_vec()));
    engine.send(Command::Configure { run, config, first_weights });
}

#[test]
fn a_run_from_saved_weights_is_as_good_as_the_one_that_they_are_of() {
    let mut engine = EngineHarness::with_phantoms();
    let config = RunConfig { epochs: 1, ..harness::deep() };
    let run = engine.configure(config.clone());
    let (events, values) = trained(&mut engine, run);
    let saved = harness::epochs(&events).pop().expect("an epoch");

    let next = RunId(run.0 + 1);
    configure(&mut engine, next, &RunConfig { epochs: 3, ..config }, &values);
    let events = engine.run_until_idle();
    assert_eq!(harness::last_state(&events), Some((RunState::Paused, 0)));
    let first = harness::epochs(&events).pop().expect("the first evaluation");
    assert_eq!((first.epoch, &first.test), (0, &saved.test));
    assert_eq!(weights(&mut engine, next), values);
    // The checkpoint of the first network has them, too.
    let checkpoint = engine.checkpoints().pop().expect("a checkpoint");
    assert_eq!((checkpoint.run, checkpoint.step), (next, 0));
    let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    assert_eq!(checkpoint.weights, bytes);
}

#[test]
fn a_unet_starts_from_saved_weights() {
    let mut engine = EngineHarness::with_ventricles();
    let run = engine.configure(harness::segmenting());
    let (events, values) = trained(&mut engine, run);
    let saved = harness::epochs(&events).pop().expect("an epoch");
    let next = RunId(run.0 + 1);
    configure(&mut engine, next, &harness::segmenting(), &values);
    let first = harness::epochs(&engine.run_until_idle()).pop().expect("the first evaluation");
    assert_eq!(first.test, saved.test);
}

#[test]
fn weights_that_do_not_fit_are_refused_and_the_earlier_run_goes_on() {
    let mut engine = EngineHarness::with_phantoms();
    let config = harness::deep();
    let run = engine.configure(config.clone());
    engine.run_until_idle();
    let values = weights(&mut engine, run);
    let mut with_nan = values.clone();
    with_nan[7] = f32::NAN;
    // The running variances of the first batch norm follow its kernels, biases, scale, shift and
    // running means.
    let mut negative = values.clone();
    negative[50 + 2 + 2 + 2 + 2] = -1.0;
    for wrong in [&values[1..], &[&values[..], &[0.0]].concat(), &[], &with_nan, &negative] {
        let next = RunId(run.0 + 1);
        configure(&mut engine, next, &config, wrong);
        let events = engine.run_until_idle();
        let [Event::Error { run: Some(named), problem }] = &events[..] else {
            panic!("{events:?}")
        };
        assert_eq!((*named, problem.code), (next, ErrorCode::BadWeights), "{problem:?}");
        assert!(problem.message.ends_with('.'), "{}", problem.message);
    }
    assert_eq!(weights(&mut engine, run), values);
}

#[test]
fn sending_weights_leaves_the_curve_alone() {
    let losses = |asks: bool| {
        let mut engine = EngineHarness::with_phantoms();
        let run = engine.configure(harness::tiny());
        engine.run_until_idle();
        engine.send(Command::Play(run));
        let is_step = |event: &Event| matches!(event, Event::Steps { .. });
        let mut events = engine.run_until(is_step);
        if asks {
            engine.send(Command::SendWeights(run));
        }
        events.extend(engine.run_until_idle());
        assert_eq!(events.iter().any(|event| matches!(event, Event::Weights { .. })), asks);
        harness::losses(&events)
    };
    assert_eq!(losses(true), losses(false));
}

#[test]
fn a_diverged_run_sends_the_weights_that_are_back() {
    let mut engine = EngineHarness::with_phantoms();
    let run = engine.configure(RunConfig { learning_rate: 10.0, ..harness::fragile() });
    let (events, values) = trained(&mut engine, run);
    assert!(matches!(harness::last_state(&events), Some((RunState::Diverged, _))));
    assert!(values.iter().all(|value| value.is_finite()));
}
