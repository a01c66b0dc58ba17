//! Weights that leave a run, and a run that starts from them.

use model::graph::Graph;
use model::{DataShape, Network, RunConfig, Task, UNet};
use protocol::{Command, ErrorCode, Event, InitialWeights, RunId, RunState};

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
    configure_from(engine, run, config, InitialWeights::Network(values.to_vec()));
}

fn configure_from(
    engine: &mut EngineHarness,
    run: RunId,
    config: &RunConfig,
    weights: InitialWeights,
) {
    let (config, first_weights) = (config.clone(), Some(weights));
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

/// Trains the classifier that begins with the encoder of a U-Net, and returns its weights.
fn trained_classifier(unet: &UNet) -> Vec<f32> {
    let mut engine = EngineHarness::with_phantoms();
    let task = Task::Classify(Network::encoder_of(unet));
    let run = engine.configure(RunConfig { task, batch: 256, epochs: 1, ..harness::small() });
    trained(&mut engine, run).1
}

#[test]
fn the_encoder_of_a_unet_starts_from_a_classifier_and_the_rest_from_the_seed() {
    let mut engine = EngineHarness::with_ventricles();
    for (residual, batch_norm) in [(false, true), (true, true), (false, false)] {
        let mut config = harness::segmenting();
        let Task::Segment(part) = &mut config.task else { panic!("no U-Net") };
        (part.unet.residual, part.unet.batch_norm) = (residual, batch_norm);
        let unet = part.unet.clone();
        let classifier = trained_classifier(&unet);
        let shape = DataShape { classes: 2, size: [64, 64] };
        let graph = Graph::of(&config.task, shape).expect("a U-Net");
        let length = graph.encoder_len().expect("an encoder");

        let run = engine.configure(config.clone());
        let random = {
            engine.run_until_idle();
            weights(&mut engine, run)
        };
        let next = RunId(run.0 + 1);
        let encoder = InitialWeights::Encoder(classifier[..length].to_vec());
        configure_from(&mut engine, next, &config, encoder);
        let events = engine.run_until_idle();
        assert_eq!(harness::last_state(&events), Some((RunState::Paused, 0)));
        let first = weights(&mut engine, next);
        let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        // With the running statistics of batch norm, which the classifier has learned.
        assert_eq!(bits(&first[..length]), bits(&classifier[..length]));
        assert_ne!(bits(&first[..length]), bits(&random[..length]));
        assert_eq!(bits(&first[length..]), bits(&random[length..]));
        assert!(!random[length..].is_empty());

        // It trains from there.
        engine.send(Command::Play(next));
        engine.run_until_idle();
        assert_ne!(bits(&weights(&mut engine, next)), bits(&first));
    }
}

#[test]
fn weights_that_are_no_encoder_are_refused() {
    let encoder = |length: usize| InitialWeights::Encoder(vec![0.5; length]);
    let refused = |engine: &mut EngineHarness, config: &RunConfig, weights: InitialWeights| {
        let run = RunId(9);
        configure_from(engine, run, config, weights);
        let events = engine.run_until_idle();
        let [Event::Error { run: Some(named), problem }] = &events[..] else {
            panic!("{events:?}")
        };
        assert_eq!((*named, problem.code), (run, ErrorCode::BadWeights), "{problem:?}");
        problem.message.clone()
    };
    let mut engine = EngineHarness::with_ventricles();
    let config = harness::segmenting();
    let shape = DataShape { classes: 2, size: [64, 64] };
    let graph = Graph::of(&config.task, shape).expect("a U-Net");
    let length = graph.encoder_len().expect("an encoder");
    for wrong in [0, length - 1, length + 1, graph.checkpoint_len()] {
        let text = refused(&mut engine, &config, encoder(wrong));
        assert!(text.contains(&format!("{length} are needed")), "{text}");
    }
    let mut with_nan = vec![0.5; length];
    with_nan[length - 1] = f32::NAN;
    let text = refused(&mut engine, &config, InitialWeights::Encoder(with_nan));
    assert!(text.contains("bottom.bn2.running_var"), "{text}");
    let mut engine = EngineHarness::with_phantoms();
    let text = refused(&mut engine, &harness::small(), encoder(length));
    assert!(text.contains("encoder"), "{text}");
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
