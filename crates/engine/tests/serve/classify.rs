//! Tests of the classification lab, and of the parts that both labs share.

use crate::harness::{self, EngineHarness, deep, fragile, small, tiny};
use data::ImageSet;
use model::graph::Graph;
use model::{
    Architecture, DataShape, DataSource, Network, Optimizer, RunConfig, Split, Task, score,
};
use protocol::{BatchTrace, BatchTracePhase, Command, ErrorCode, Event, RunId, RunState};

/// Computes the mean cross-entropy of logits via their probabilities.
fn loss_of(logits: &[f32], labels: &[u8]) -> f32 {
    let classes = logits.len() / labels.len();
    let sum: f32 = logits
        .chunks_exact(classes)
        .zip(labels)
        .map(|(row, label)| -score::softmax(row)[usize::from(*label)].ln())
        .sum();
    sum / labels.len() as f32
}

#[test]
fn a_new_run_stands_at_zero_with_its_first_batch_and_an_evaluation() {
    let mut engine = EngineHarness::with_phantoms();
    let run = engine.configure(small());
    let events = engine.run_until_idle();
    let shape = DataShape { classes: 6, size: [64, 64] };
    assert!(
        matches!(&events[0], Event::RunReady { parameters, steps_per_epoch: 38, .. }
            if *parameters == Graph::of(&small().task, shape).unwrap().learned()),
        "{:?}",
        events[0]
    );
    assert!(matches!(&events[1], Event::State { state: RunState::Paused, step: 0, .. }));
    let Event::BatchTrace { trace, .. } = &events[2] else { panic!("{:?}", events[2]) };
    assert_eq!(
        (trace.step, &trace.phase, trace.images.len()),
        (1, &BatchTracePhase::BeforeStep, 32)
    );
    let Event::Epoch { report, .. } = &events[3] else { panic!("{:?}", events[3]) };
    assert_eq!((report.epoch, report.step, report.train_loss), (0, 0, None));
    let test = harness::classification_report(report);
    assert_eq!(test.probabilities.len(), 300 * 6);
    // Six classes without training: about ln 6.
    assert!((test.loss - 6.0_f32.ln()).abs() < 0.3, "{}", test.loss);
    assert_eq!(events.len(), 4);
    assert!(events.iter().all(|event| event.run() == Some(run)));
}

#[test]
fn a_run_plays_to_its_end_and_learns() {
    let mut engine = EngineHarness::with_phantoms();
    let run = engine.configure(small());
    engine.send(Command::Play(run));
    let events = engine.run_until_idle();
    let losses = harness::losses(&events);
    assert_eq!(losses.len(), 76);
    assert_eq!(harness::last_state(&events), Some((RunState::Finished, 76)));
    let reports = harness::epochs(&events);
    let numbers: Vec<_> = reports.iter().map(|r| (r.epoch, r.step)).collect();
    assert_eq!(numbers, [(0, 0), (1, 38), (2, 76)]);
    let last = reports.last().unwrap();
    let of_epoch = losses[38..].iter().sum::<f32>() / 38.0;
    assert!((last.train_loss.unwrap() - of_epoch).abs() < 1e-5);
    assert!(last.images_per_second > 0.0);
    let test = harness::classification_report(last);
    let accuracy = score::ConfusionMatrix::new(&engine.labels(Split::Test), &test.probabilities, 6)
        .accuracy()
        .unwrap();
    assert!((accuracy - test.accuracy).abs() < 1e-9);
    assert!(accuracy > 0.5, "chance would be 0.17: {accuracy}");
    // Only the batch of the last step is shown.
    let shown: Vec<_> = events.iter().filter(|e| matches!(e, Event::BatchTrace { .. })).collect();
    assert_eq!(shown.len(), 1);
    let last = batch_trace(&events).unwrap();
    assert_eq!(last.step, 76);
    assert!(matches!(last.phase, BatchTracePhase::AfterStep { .. }), "{:?}", last.phase);

    // A finished run stays finished.
    engine.send(Command::Play(run));
    engine.send(Command::Step(run));
    let events = engine.run_until_idle();
    assert_eq!(events.len(), 2);
    assert_eq!(harness::last_state(&events), Some((RunState::Finished, 76)));
}

#[test]
fn play_pressed_ten_times_is_play() {
    let mut engine = EngineHarness::with_phantoms();
    let run = engine.configure(tiny());
    for _ in 0..10 {
        engine.send(Command::Play(run));
    }
    let events = engine.run_until_idle();
    let states = harness::states(&events);
    assert_eq!(states, [RunState::Paused, RunState::Running, RunState::Finished]);
    assert_eq!(harness::losses(&events).len(), harness::steps(&tiny()));
}

#[test]
fn pause_holds_and_play_goes_on_with_the_same_curve() {
    let mut whole = EngineHarness::with_phantoms();
    let run = whole.configure(small());
    whole.send(Command::Play(run));
    let expected = harness::losses(&whole.run_until_idle());

    let mut engine = EngineHarness::with_phantoms();
    // With a slow clock, the engine handles commands after each step, however fast the machine is.
    engine.slow_down(0.05);
    let run = engine.configure(small());
    engine.send(Command::Play(run));
    let mut events = engine.run_until(|event| matches!(event, Event::Steps { .. }));
    engine.send(Command::Pause(run));
    events.extend(engine.run_until_idle());
    let (state, paused_at) = harness::last_state(&events).unwrap();
    assert_eq!(state, RunState::Paused);
    assert!(paused_at > 0 && paused_at < 38, "{paused_at}");
    assert_eq!(harness::losses(&events).len(), paused_at, "every step is reported");
    let next = batch_trace(&events).expect("the next step's batch");
    assert_eq!((next.step, &next.phase), (paused_at + 1, &BatchTracePhase::BeforeStep));
    engine.send(Command::Play(run));
    events.extend(engine.run_until_idle());
    assert_eq!(harness::losses(&events), expected);
}

#[test]
fn a_pause_while_an_epoch_is_evaluated_shows_the_next_batch() {
    let mut engine = EngineHarness::with_phantoms();
    // With a slow clock, the engine handles commands after each step, however fast the machine is.
    engine.slow_down(0.05);
    let run = engine.configure(small());
    engine.send(Command::Play(run));
    let ends_epoch = |event: &Event| match event {
        Event::Steps { first, losses, .. } => first + losses.len() - 1 == 38,
        _ => false,
    };
    engine.run_until(ends_epoch);
    engine.send(Command::Pause(run));
    let events = engine.run_until_idle();
    assert_eq!(harness::last_state(&events), Some((RunState::Paused, 38)));
    let next = batch_trace(&events).expect("the next step's batch");
    assert_eq!((next.step, next.phase), (39, BatchTracePhase::BeforeStep));
}

#[test]
fn same_seed_same_curve_other_seed_other_curve() {
    let curve = |seed| {
        let mut engine = EngineHarness::with(DataSource::PHANTOM, seed);
        let run = engine.configure(RunConfig { seed, ..deep() });
        for _ in 0..4 {
            engine.send(Command::Step(run));
        }
        harness::losses(&engine.run_until_idle())
    };
    let first = curve(1);
    assert_eq!(first.len(), 4);
    assert_eq!(first, curve(1));
    assert_ne!(first, curve(2));
}

#[test]
fn one_step_shows_its_batch_before_and_after() {
    let mut engine = EngineHarness::with_phantoms();
    let run = engine.configure(small());
    let next = batch_trace(&engine.run_until_idle()).expect("the first batch");
    engine.send(Command::Step(run));
    let events = engine.run_until_idle();
    let kinds: Vec<_> = events
        .iter()
        .map(|event| match event {
            Event::Steps { .. } => "steps",
            Event::BatchTrace { .. } => "batch trace",
            Event::State { .. } => "state",
            _ => "other",
        })
        .collect();
    assert_eq!(kinds, ["steps", "batch trace", "state"]);
    let stepped = batch_trace(&events).unwrap();
    assert_eq!(stepped.images, next.images);
    assert_eq!(stepped.logits_before, next.logits_before);
    let labels = engine.labels(Split::Train);
    for (image, label) in stepped.images.iter().zip(&stepped.labels) {
        assert_eq!((image.split, labels[image.index]), (Split::Train, *label));
    }
    let BatchTracePhase::AfterStep { logits_after, loss_after } = &stepped.phase else {
        panic!("{:?}", stepped.phase)
    };
    assert!((loss_of(&stepped.logits_before, &stepped.labels) - stepped.loss_before).abs() < 1e-5);
    assert!((loss_of(logits_after, &stepped.labels) - loss_after).abs() < 1e-5);
    // Without dropout and batch norm, the loss of the step equals the loss before it.
    assert!((harness::losses(&events)[0] - stepped.loss_before).abs() < 1e-5);
    assert!(*loss_after < stepped.loss_before, "a step down the gradient lowers the loss");
    assert_eq!(harness::last_state(&events), Some((RunState::Paused, 1)));
}

#[test]
fn single_steps_make_the_same_curve_as_play() {
    let mut played = EngineHarness::with_phantoms();
    let run = played.configure(tiny());
    played.send(Command::Play(run));
    let expected = played.run_until_idle();

    let mut stepped = EngineHarness::with_phantoms();
    let run = stepped.configure(tiny());
    for _ in 0..harness::steps(&tiny()) {
        stepped.send(Command::Step(run));
    }
    // Repeated commands are not lost.
    let events = stepped.run_until_idle();
    assert!(matches!(harness::last_state(&events), Some((RunState::Finished, _))));
    assert_eq!(events.iter().filter(|e| matches!(e, Event::BatchTrace { .. })).count(), 5);
    assert_eq!(harness::losses(&events), harness::losses(&expected));
    let last = |events: &[Event]| harness::epochs(events).last().unwrap().test.clone();
    assert_eq!(last(&events), last(&expected));
}

#[test]
fn epoch_plays_to_the_end_of_the_epoch() {
    let mut engine = EngineHarness::with_phantoms();
    let run = engine.configure(small());
    engine.send(Command::Step(run));
    engine.run_until_idle();
    engine.send(Command::Epoch(run));
    let events = engine.run_until_idle();
    assert_eq!(harness::last_state(&events), Some((RunState::Paused, 38)));
    assert!(
        matches!(events[events.len() - 2], Event::Epoch { .. }),
        "the evaluation comes before the pause"
    );
    engine.send(Command::Epoch(run));
    assert_eq!(harness::last_state(&engine.run_until_idle()), Some((RunState::Finished, 76)));
}

#[test]
fn a_reset_in_mid_run_starts_over_and_older_commands_are_ignored() {
    let mut engine = EngineHarness::with_phantoms();
    engine.slow_down(0.05);
    let old = engine.configure(small());
    engine.send(Command::Play(old));
    engine.run_until(|event| matches!(event, Event::Steps { .. }));
    let new = engine.configure(small());
    let events = engine.run_until_idle();
    assert!(harness::losses(&events).len() < 38, "the old run was left in the middle");
    let place = events
        .iter()
        .position(|event| matches!(event, Event::RunReady { run, .. } if *run == new))
        .expect("the new run");
    assert!(events[place..].iter().all(|event| event.run() == Some(new)));
    assert_eq!(harness::last_state(&events), Some((RunState::Paused, 0)));

    for late in [
        Command::Play(old),
        Command::Pause(old),
        Command::Step(old),
        Command::Epoch(old),
        Command::SetLearningRate { run: old, value: 0.5 },
        Command::Predict { run: old, request: 1, pixels: vec![0; 4096] },
        Command::Configure { run: old, config: small(), first_weights: None },
    ] {
        engine.send(late.clone());
        assert_eq!(engine.run_until_idle(), [], "{late:?}");
    }
    engine.send(Command::Play(new));
    assert_eq!(harness::last_state(&engine.run_until_idle()), Some((RunState::Finished, 76)));
}

#[test]
fn a_bad_config_is_named_and_the_earlier_run_goes_on() {
    let mut engine = EngineHarness::with_phantoms();
    let run = engine.configure(tiny());
    engine.run_until_idle();
    let mut impossible = tiny();
    let layers = vec!["dense0".parse().unwrap()];
    impossible.task = Task::Classify(Network { architecture: Architecture::Mlp, layers });
    for config in [
        impossible,
        RunConfig { batch: 0, ..tiny() },
        RunConfig { learning_rate: f64::NAN, ..tiny() },
        RunConfig { optimizer: Optimizer::Sgd { momentum: 2.0 }, ..tiny() },
    ] {
        let bad = RunId(run.0 + 1);
        engine.send(Command::Configure { run: bad, config, first_weights: None });
        let events = engine.run_until_idle();
        let [Event::Error { run: Some(named), problem }] = &events[..] else {
            panic!("{events:?}")
        };
        assert_eq!((*named, problem.code), (bad, ErrorCode::BadConfig));
    }
    engine.send(Command::Play(run));
    let end = harness::last_state(&engine.run_until_idle());
    assert_eq!(end, Some((RunState::Finished, harness::steps(&tiny()))));
}

#[test]
fn commands_that_come_too_early_get_a_sentence() {
    let mut engine = EngineHarness::empty();
    for early in [
        Command::Configure { run: RunId(1), config: tiny(), first_weights: None },
        Command::Play(RunId(1)),
        Command::Predict { run: RunId(1), request: 1, pixels: vec![0; 4096] },
    ] {
        engine.send(early);
        engine.expect_problem(ErrorCode::NotReady);
    }
    engine.load(DataSource::PHANTOM, 1, harness::generate(DataSource::PHANTOM, 1));
    // Other data, and phantoms with another seed.
    engine.send(Command::Configure {
        run: RunId(2),
        config: RunConfig { data: DataSource::MedNist, ..tiny() },
        first_weights: None,
    });
    engine.expect_problem(ErrorCode::NotReady);
    engine.send(Command::Configure {
        run: RunId(3),
        config: RunConfig { seed: 2, ..tiny() },
        first_weights: None,
    });
    engine.expect_problem(ErrorCode::NotReady);
}

#[test]
fn an_empty_data_set_is_refused_and_nothing_else_is_lost() {
    let mut engine = EngineHarness::with_phantoms();
    let run = engine.configure(tiny());
    engine.run_until_idle();
    let dataset = ImageSet::default().into();
    engine.send(Command::LoadData { key: harness::key(DataSource::MedNist, 0), dataset });
    engine.expect_problem(ErrorCode::BadPack);
    engine.send(Command::Play(run));
    assert!(matches!(harness::last_state(&engine.run_until_idle()), Some((RunState::Finished, _))));
    let again = engine.configure(tiny());
    assert!(matches!(engine.run_until_idle()[0], Event::RunReady { run, .. } if run == again));
}

#[test]
fn a_diverging_run_stops_and_keeps_the_last_finite_network() {
    let mut engine = EngineHarness::with_phantoms();
    let run = engine.configure(fragile());
    engine.send(Command::Epoch(run));
    let good =
        harness::classification_report(harness::epochs(&engine.run_until_idle()).last().unwrap());
    engine.send(Command::SetLearningRate { run, value: 10.0 });
    engine.send(Command::Play(run));
    let events = engine.run_until_idle();
    let (state, step) = harness::last_state(&events).unwrap();
    assert_eq!(state, RunState::Diverged);
    assert!(harness::losses(&events).iter().all(|loss| loss.is_finite()));
    let Some(Event::Error { problem, .. }) =
        events.iter().find(|event| matches!(event, Event::Error { .. }))
    else {
        panic!("{events:?}")
    };
    assert_eq!(problem.code, ErrorCode::Diverged);
    let named: usize = problem
        .message
        .split("step ")
        .nth(1)
        .and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next())
        .and_then(|digits| digits.parse().ok())
        .expect(&problem.message);
    assert!(named > 19 && named <= step, "{}", problem.message);
    assert!(problem.message.contains("epoch 1 is back"), "{}", problem.message);

    // The answer comes from the network after epoch 1.
    engine.send(Command::Predict { run, request: 4, pixels: engine.pixels(Split::Test, 7) });
    let events = engine.run_until_idle();
    let [Event::Prediction { request: 4, logits, .. }] = &events[..] else { panic!("{events:?}") };
    for (found, expected) in score::softmax(logits).iter().zip(&good.probabilities[7 * 6..]) {
        assert!((found - expected).abs() < 1e-5, "{found} is not {expected}");
    }
    engine.send(Command::Play(run));
    assert_eq!(harness::states(&engine.run_until_idle()), [RunState::Diverged]);
}

#[test]
fn the_learning_rate_changes_from_the_next_step_on() {
    let mut engine = EngineHarness::with_phantoms();
    let run = engine.configure(RunConfig { optimizer: Optimizer::SGD, ..tiny() });
    engine.send(Command::Step(run));
    engine.run_until_idle();
    engine.send(Command::SetLearningRate { run, value: f64::NAN });
    engine.expect_problem(ErrorCode::BadConfig);
    engine.send(Command::SetLearningRate { run, value: 1e-9 });
    engine.send(Command::Step(run));
    let events = engine.run_until_idle();
    let rates: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::Steps { learning_rate, .. } => Some(*learning_rate),
            _ => None,
        })
        .collect();
    assert_eq!(rates, [1e-9]);
    let stepped = batch_trace(&events).unwrap();
    let BatchTracePhase::AfterStep { loss_after, .. } = stepped.phase else {
        panic!("{stepped:?}")
    };
    // With a learning rate of 1e-9, momentum has no visible effect.
    assert!((loss_after - stepped.loss_before).abs() < 1e-5);
}

#[test]
fn predictions_come_with_their_request_also_while_training() {
    let mut engine = EngineHarness::with_phantoms();
    let run = engine.configure(small());
    engine.send(Command::Predict { run, request: 9, pixels: vec![0; 17] });
    engine.send(Command::Play(run));
    engine.send(Command::Predict { run, request: 10, pixels: engine.pixels(Split::Test, 0) });
    let events = engine.run_until_idle();
    assert!(events.iter().any(|event| matches!(event,
        Event::Error { problem, .. } if problem.code == ErrorCode::BadImage)));
    assert!(events.iter().any(|event| matches!(event,
        Event::Prediction { request: 10, logits, .. } if logits.len() == 6)));
    assert_eq!(harness::last_state(&events), Some((RunState::Finished, 76)));
}

#[test]
fn play_skips_a_slow_evaluation_of_the_untrained_network() {
    let mut engine = EngineHarness::with_phantoms();
    // Each reading of the clock takes a second, so ten batches would take longer than Play waits.
    engine.slow_down(1.0);
    let run = engine.configure(tiny());
    engine.send(Command::Play(run));
    let events = engine.run_until_idle();
    assert_eq!(harness::epochs(&events).first().map(|r| r.epoch), Some(1));
    assert_eq!(harness::losses(&events).len(), harness::steps(&tiny()));
}

fn batch_trace(events: &[Event]) -> Option<BatchTrace> {
    events.iter().rev().find_map(|event| match event {
        Event::BatchTrace { trace, .. } => Some(trace.clone()),
        _ => None,
    })
}

#[test]
fn devices_are_benchmarked_before_the_first_step_or_while_a_run_is_idle() {
    let mut engine = EngineHarness::with_phantoms();
    let run = engine.configure(small());
    engine.send(Command::Benchmark(run));
    engine.send(Command::Play(run));
    let events = engine.run_until_idle();
    let found = |event: &Event| match event {
        Event::Benchmark { device, cpu, .. } => Some((*device, *cpu)),
        _ => None,
    };
    let at = events.iter().position(|event| found(event).is_some()).expect("an answer");
    let first = events.iter().position(|event| matches!(event, Event::Steps { .. })).unwrap();
    assert!(at < first, "before the first step");
    // Both devices are the CPU here. Machine load varies, so the ratio is not tested.
    let (device, cpu) = found(&events[at]).unwrap();
    assert!(device > 0.0 && cpu > 0.0, "{device} {cpu}");

    // The benchmark does not affect the run.
    let mut other = EngineHarness::with_phantoms();
    let alone = other.configure(small());
    other.send(Command::Play(alone));
    assert_eq!(harness::losses(&events), harness::losses(&other.run_until_idle()));

    // Replacing a run ends its benchmark.
    engine.send(Command::Benchmark(run));
    engine.configure(tiny());
    assert!(engine.run_until_idle().iter().all(|event| found(event).is_none()));
}

#[test]
fn checkpoints_are_sent_before_training_after_each_epoch_and_on_request() {
    let mut engine = EngineHarness::with_phantoms();
    let run = engine.configure(small());
    // The untrained network is sent even if Play follows at once.
    engine.send(Command::Play(run));
    let events = engine.run_until_idle();
    let kept = engine.checkpoints();
    let half = harness::steps(&small()) / 2;
    let when: Vec<_> = kept.iter().map(|c| (c.run, c.epoch, c.step, c.keep)).collect();
    assert_eq!(when, [(run, 0, 0, true), (run, 1, half, true), (run, 2, 2 * half, true)]);
    assert!(kept.windows(2).all(|pair| pair[0].weights != pair[1].weights));
    assert!(kept.iter().all(|c| c.weights.len() == 4 * 32_830));

    engine.send(Command::SendCheckpoint(run));
    assert!(engine.run_until_idle().is_empty());
    let [now] = &engine.checkpoints()[..] else { panic!("one") };
    assert_eq!(*now, kept[2], "it stands at the end of an epoch");

    // Checkpoints do not affect the run.
    let mut other = EngineHarness::with_phantoms();
    let alone = other.configure(small());
    other.send(Command::Play(alone));
    other.run_until(|event| matches!(event, Event::Steps { .. }));
    other.send(Command::SendCheckpoint(alone));
    other.run_until_idle();
    let others = other.checkpoints();
    assert_eq!(others.last().unwrap().weights, kept[2].weights);
    assert!(others.iter().all(|c| c.keep == c.step.is_multiple_of(half)));
    assert!(!harness::losses(&events).is_empty());
}
