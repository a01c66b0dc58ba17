//! The classification lab, and what both labs share.

use crate::stage::{self, Stage, deep, fragile, small, tiny};
use model::{Architecture, DataSource, Network, Optimizer, RunConfig, Split, Task, score};
use protocol::{BatchTrace, BatchTracePhase, Command, ErrorCode, Event, RunId, RunState};

/// Mean cross-entropy of a lens's logits, from their probabilities.
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
fn a_new_run_stands_at_zero_with_its_first_batch_and_the_untrained_figures() {
    let mut stage = Stage::with_phantoms();
    let run = stage.configure(small());
    let events = stage.rest();
    assert!(
        matches!(&events[0], Event::RunReady { parameters, steps_per_epoch: 38, .. }
            if *parameters == small().network().unwrap().summary(6).unwrap().parameters),
        "{:?}",
        events[0]
    );
    assert!(matches!(&events[1], Event::State { state: RunState::Paused, step: 0, .. }));
    let Event::BatchTrace { trace: lens, .. } = &events[2] else { panic!("{:?}", events[2]) };
    assert_eq!((lens.step, &lens.phase, lens.images.len()), (1, &BatchTracePhase::BeforeStep, 32));
    let Event::Epoch { report, .. } = &events[3] else { panic!("{:?}", events[3]) };
    assert_eq!((report.epoch, report.step, report.train_loss), (0, 0, None));
    let test = stage::classified(report);
    assert_eq!(test.probabilities.len(), 300 * 6);
    // Six classes and no training: about ln 6.
    assert!((test.loss - 6.0_f32.ln()).abs() < 0.3, "{}", test.loss);
    assert_eq!(events.len(), 4);
    assert!(events.iter().all(|event| event.run() == Some(run)));
}

#[test]
fn a_run_plays_to_its_end_and_learns() {
    let mut stage = Stage::with_phantoms();
    let run = stage.configure(small());
    stage.send(Command::Play(run));
    let events = stage.rest();
    let losses = stage::losses(&events);
    assert_eq!(losses.len(), 76);
    assert_eq!(stage::last_state(&events), Some((RunState::Finished, 76)));
    let reports = stage::epochs(&events);
    let numbers: Vec<_> = reports.iter().map(|r| (r.epoch, r.step)).collect();
    assert_eq!(numbers, [(0, 0), (1, 38), (2, 76)]);
    let last = reports.last().unwrap();
    let of_epoch = losses[38..].iter().sum::<f32>() / 38.0;
    assert!((last.train_loss.unwrap() - of_epoch).abs() < 1e-5);
    assert!(last.images_per_second > 0.0);
    let test = stage::classified(last);
    let accuracy = score::ConfusionMatrix::new(&stage.labels(Split::Test), &test.probabilities, 6)
        .accuracy()
        .unwrap();
    assert!((accuracy - test.accuracy).abs() < 1e-9);
    assert!(accuracy > 0.5, "chance would be 0.17: {accuracy}");
    // The batch of the last step is shown, and no other on the way.
    let shown: Vec<_> = events.iter().filter(|e| matches!(e, Event::BatchTrace { .. })).collect();
    assert_eq!(shown.len(), 1);
    let last = lens(&events).unwrap();
    assert_eq!(last.step, 76);
    assert!(matches!(last.phase, BatchTracePhase::AfterStep { .. }), "{:?}", last.phase);

    // Finished stays finished.
    stage.send(Command::Play(run));
    stage.send(Command::Step(run));
    let events = stage.rest();
    assert_eq!(events.len(), 2);
    assert_eq!(stage::last_state(&events), Some((RunState::Finished, 76)));
}

#[test]
fn play_pressed_ten_times_is_play() {
    let mut stage = Stage::with_phantoms();
    let run = stage.configure(tiny());
    for _ in 0..10 {
        stage.send(Command::Play(run));
    }
    let events = stage.rest();
    let states = stage::states(&events);
    assert_eq!(states, [RunState::Paused, RunState::Running, RunState::Finished]);
    assert_eq!(stage::losses(&events).len(), stage::steps(&tiny()));
}

#[test]
fn pause_holds_and_play_goes_on_with_the_same_curve() {
    let mut whole = Stage::with_phantoms();
    let run = whole.configure(small());
    whole.send(Command::Play(run));
    let expected = stage::losses(&whole.rest());

    let mut stage = Stage::with_phantoms();
    // The engine looks for commands after each step then, however quick this machine is.
    stage.slow_down(0.05);
    let run = stage.configure(small());
    stage.send(Command::Play(run));
    let mut events = stage.until(|event| matches!(event, Event::Steps { .. }));
    stage.send(Command::Pause(run));
    events.extend(stage.rest());
    let (state, paused_at) = stage::last_state(&events).unwrap();
    assert_eq!(state, RunState::Paused);
    assert!(paused_at > 0 && paused_at < 38, "{paused_at}");
    assert_eq!(stage::losses(&events).len(), paused_at, "every step made is told");
    let next = lens(&events).expect("the next step's batch");
    assert_eq!((next.step, &next.phase), (paused_at + 1, &BatchTracePhase::BeforeStep));
    stage.send(Command::Play(run));
    events.extend(stage.rest());
    assert_eq!(stage::losses(&events), expected);
}

#[test]
fn same_seed_same_curve_other_seed_other_curve() {
    let curve = |seed| {
        let mut stage = Stage::with(DataSource::PHANTOM, seed);
        let run = stage.configure(RunConfig { seed, ..deep() });
        for _ in 0..4 {
            stage.send(Command::Step(run));
        }
        stage::losses(&stage.rest())
    };
    let first = curve(1);
    assert_eq!(first.len(), 4);
    assert_eq!(first, curve(1));
    assert_ne!(first, curve(2));
}

#[test]
fn one_step_shows_its_batch_before_and_after() {
    let mut stage = Stage::with_phantoms();
    let run = stage.configure(small());
    let next = lens(&stage.rest()).expect("the first batch");
    stage.send(Command::Step(run));
    let events = stage.rest();
    let kinds: Vec<_> = events
        .iter()
        .map(|event| match event {
            Event::Steps { .. } => "steps",
            Event::BatchTrace { .. } => "lens",
            Event::State { .. } => "state",
            _ => "other",
        })
        .collect();
    assert_eq!(kinds, ["steps", "lens", "state"]);
    let stepped = lens(&events).unwrap();
    assert_eq!(stepped.images, next.images);
    assert_eq!(stepped.logits_before, next.logits_before);
    let labels = stage.labels(Split::Train);
    for (image, label) in stepped.images.iter().zip(&stepped.labels) {
        assert_eq!((image.split, labels[image.index]), (Split::Train, *label));
    }
    let BatchTracePhase::AfterStep { logits_after, loss_after } = &stepped.phase else {
        panic!("{:?}", stepped.phase)
    };
    assert!((loss_of(&stepped.logits_before, &stepped.labels) - stepped.loss_before).abs() < 1e-5);
    assert!((loss_of(logits_after, &stepped.labels) - loss_after).abs() < 1e-5);
    // Without dropout and batch norm the step's own loss is the one before it.
    assert!((stage::losses(&events)[0] - stepped.loss_before).abs() < 1e-5);
    assert!(*loss_after < stepped.loss_before, "a step down the gradient lowers the loss");
    assert_eq!(stage::last_state(&events), Some((RunState::Paused, 1)));
}

#[test]
fn single_steps_make_the_same_curve_as_play() {
    let mut played = Stage::with_phantoms();
    let run = played.configure(tiny());
    played.send(Command::Play(run));
    let expected = played.rest();

    let mut stepped = Stage::with_phantoms();
    let run = stepped.configure(tiny());
    for _ in 0..stage::steps(&tiny()) {
        stepped.send(Command::Step(run));
    }
    // Quick presses are not lost.
    let events = stepped.rest();
    assert!(matches!(stage::last_state(&events), Some((RunState::Finished, _))));
    assert_eq!(events.iter().filter(|e| matches!(e, Event::BatchTrace { .. })).count(), 5);
    assert_eq!(stage::losses(&events), stage::losses(&expected));
    let last = |events: &[Event]| stage::epochs(events).last().unwrap().test.clone();
    assert_eq!(last(&events), last(&expected));
}

#[test]
fn epoch_plays_to_the_end_of_the_epoch() {
    let mut stage = Stage::with_phantoms();
    let run = stage.configure(small());
    stage.send(Command::Step(run));
    stage.rest();
    stage.send(Command::Epoch(run));
    let events = stage.rest();
    assert_eq!(stage::last_state(&events), Some((RunState::Paused, 38)));
    assert!(matches!(events[events.len() - 2], Event::Epoch { .. }), "figures before the pause");
    stage.send(Command::Epoch(run));
    assert_eq!(stage::last_state(&stage.rest()), Some((RunState::Finished, 76)));
}

#[test]
fn a_reset_in_mid_run_starts_over_and_older_commands_mean_nothing() {
    let mut stage = Stage::with_phantoms();
    stage.slow_down(0.05);
    let old = stage.configure(small());
    stage.send(Command::Play(old));
    stage.until(|event| matches!(event, Event::Steps { .. }));
    let new = stage.configure(small());
    let events = stage.rest();
    assert!(stage::losses(&events).len() < 38, "the old run was left in the middle");
    let place = events
        .iter()
        .position(|event| matches!(event, Event::RunReady { run, .. } if *run == new))
        .expect("the new run");
    assert!(events[place..].iter().all(|event| event.run() == Some(new)));
    assert_eq!(stage::last_state(&events), Some((RunState::Paused, 0)));

    for late in [
        Command::Play(old),
        Command::Pause(old),
        Command::Step(old),
        Command::Epoch(old),
        Command::SetLearningRate { run: old, value: 0.5 },
        Command::Predict { run: old, request: 1, pixels: vec![0; 4096] },
        Command::Configure { run: old, config: small() },
    ] {
        stage.send(late.clone());
        assert_eq!(stage.rest(), [], "{late:?}");
    }
    stage.send(Command::Play(new));
    assert_eq!(stage::last_state(&stage.rest()), Some((RunState::Finished, 76)));
}

#[test]
fn a_bad_config_is_named_and_the_earlier_run_goes_on() {
    let mut stage = Stage::with_phantoms();
    let run = stage.configure(tiny());
    stage.rest();
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
        stage.send(Command::Configure { run: bad, config });
        let events = stage.rest();
        let [Event::Error { run: Some(named), problem }] = &events[..] else {
            panic!("{events:?}")
        };
        assert_eq!((*named, problem.code), (bad, ErrorCode::BadConfig));
    }
    stage.send(Command::Play(run));
    let end = stage::last_state(&stage.rest());
    assert_eq!(end, Some((RunState::Finished, stage::steps(&tiny()))));
}

#[test]
fn commands_that_come_too_early_get_a_sentence() {
    let mut stage = Stage::empty();
    for early in [
        Command::Configure { run: RunId(1), config: tiny() },
        Command::Play(RunId(1)),
        Command::Predict { run: RunId(1), request: 1, pixels: vec![0; 4096] },
    ] {
        stage.send(early);
        stage.expect_problem(ErrorCode::NotReady);
    }
    stage.load(DataSource::PHANTOM, 1, Vec::new());
    // Other data, and phantoms of another seed.
    stage.send(Command::Configure {
        run: RunId(2),
        config: RunConfig { data: DataSource::MedNist, ..tiny() },
    });
    stage.expect_problem(ErrorCode::NotReady);
    stage.send(Command::Configure { run: RunId(3), config: RunConfig { seed: 2, ..tiny() } });
    stage.expect_problem(ErrorCode::NotReady);
}

#[test]
fn a_bad_pack_is_named_and_nothing_else_is_lost() {
    let mut stage = Stage::with_phantoms();
    let run = stage.configure(tiny());
    stage.rest();
    for pack in [Vec::new(), b"no zip at all".to_vec(), vec![0x50, 0x4b, 3, 4, 0, 0]] {
        stage.send(Command::LoadData { source: DataSource::MedNist, seed: 0, pack });
        stage.expect_problem(ErrorCode::BadPack);
    }
    stage.send(Command::Play(run));
    assert!(matches!(stage::last_state(&stage.rest()), Some((RunState::Finished, _))));
    let again = stage.configure(tiny());
    assert!(matches!(stage.rest()[0], Event::RunReady { run, .. } if run == again));
}

#[test]
fn a_diverging_run_stops_and_keeps_the_last_good_network() {
    let mut stage = Stage::with_phantoms();
    let run = stage.configure(fragile());
    stage.send(Command::Epoch(run));
    let good = stage::classified(stage::epochs(&stage.rest()).last().unwrap());
    stage.send(Command::SetLearningRate { run, value: 10.0 });
    stage.send(Command::Play(run));
    let events = stage.rest();
    let (state, step) = stage::last_state(&events).unwrap();
    assert_eq!(state, RunState::Diverged);
    assert!(stage::losses(&events).iter().all(|loss| loss.is_finite()));
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

    // The network that answers is that of epoch 1.
    stage.send(Command::Predict { run, request: 4, pixels: stage.pixels(Split::Test, 7) });
    let events = stage.rest();
    let [Event::Prediction { request: 4, logits, .. }] = &events[..] else { panic!("{events:?}") };
    for (found, expected) in score::softmax(logits).iter().zip(&good.probabilities[7 * 6..]) {
        assert!((found - expected).abs() < 1e-5, "{found} is not {expected}");
    }
    stage.send(Command::Play(run));
    assert_eq!(stage::states(&stage.rest()), [RunState::Diverged]);
}

#[test]
fn the_learning_rate_changes_from_the_next_step_on() {
    let mut stage = Stage::with_phantoms();
    let run = stage.configure(RunConfig { optimizer: Optimizer::SGD, ..tiny() });
    stage.send(Command::Step(run));
    stage.rest();
    stage.send(Command::SetLearningRate { run, value: f64::NAN });
    stage.expect_problem(ErrorCode::BadConfig);
    stage.send(Command::SetLearningRate { run, value: 1e-9 });
    stage.send(Command::Step(run));
    let events = stage.rest();
    let rates: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::Steps { learning_rate, .. } => Some(*learning_rate),
            _ => None,
        })
        .collect();
    assert_eq!(rates, [1e-9]);
    let stepped = lens(&events).unwrap();
    let BatchTracePhase::AfterStep { loss_after, .. } = stepped.phase else {
        panic!("{stepped:?}")
    };
    // Momentum times a rate of 1e-9 moves nothing.
    assert!((loss_after - stepped.loss_before).abs() < 1e-5);
}

#[test]
fn predictions_come_with_their_request_also_while_training() {
    let mut stage = Stage::with_phantoms();
    let run = stage.configure(small());
    stage.send(Command::Predict { run, request: 9, pixels: vec![0; 17] });
    stage.send(Command::Play(run));
    stage.send(Command::Predict { run, request: 10, pixels: stage.pixels(Split::Test, 0) });
    let events = stage.rest();
    assert!(events.iter().any(|event| matches!(event,
        Event::Error { problem, .. } if problem.code == ErrorCode::BadImage)));
    assert!(events.iter().any(|event| matches!(event,
        Event::Prediction { request: 10, logits, .. } if logits.len() == 6)));
    assert_eq!(stage::last_state(&events), Some((RunState::Finished, 76)));
}

#[test]
fn play_leaves_a_slow_look_at_the_untrained_network() {
    let mut stage = Stage::with_phantoms();
    // Each look at the clock takes a second: ten stretches would take more than patience allows.
    stage.slow_down(1.0);
    let run = stage.configure(tiny());
    stage.send(Command::Play(run));
    let events = stage.rest();
    assert_eq!(stage::epochs(&events).first().map(|r| r.epoch), Some(1));
    assert_eq!(stage::losses(&events).len(), stage::steps(&tiny()));
}

fn lens(events: &[Event]) -> Option<BatchTrace> {
    events.iter().rev().find_map(|event| match event {
        Event::BatchTrace { trace: lens, .. } => Some(lens.clone()),
        _ => None,
    })
}

#[test]
fn devices_are_compared_before_the_first_step_or_while_a_run_rests() {
    let mut stage = Stage::with_phantoms();
    let run = stage.configure(small());
    stage.send(Command::Benchmark(run));
    stage.send(Command::Play(run));
    let events = stage.rest();
    let found = |event: &Event| match event {
        Event::Benchmark { device, cpu, .. } => Some((*device, *cpu)),
        _ => None,
    };
    let at = events.iter().position(|event| found(event).is_some()).expect("an answer");
    let first = events.iter().position(|event| matches!(event, Event::Steps { .. })).unwrap();
    assert!(at < first, "before the first step");
    // Both are the CPU here; loads come and go, so nothing is said of their ratio.
    let (device, cpu) = found(&events[at]).unwrap();
    assert!(device > 0.0 && cpu > 0.0, "{device} {cpu}");

    // The comparison leaves no trace in the run.
    let mut other = Stage::with_phantoms();
    let alone = other.configure(small());
    other.send(Command::Play(alone));
    assert_eq!(stage::losses(&events), stage::losses(&other.rest()));

    // A run that is forgotten takes its comparison along.
    stage.send(Command::Benchmark(run));
    stage.configure(tiny());
    assert!(stage.rest().iter().all(|event| found(event).is_none()));
}

#[test]
fn weights_are_handed_over_before_training_after_each_epoch_and_when_asked_for() {
    let mut stage = Stage::with_phantoms();
    let run = stage.configure(small());
    // However Play hurries, the untrained network is there.
    stage.send(Command::Play(run));
    let events = stage.rest();
    let kept = stage.checkpoints();
    let half = stage::steps(&small()) / 2;
    let when: Vec<_> = kept.iter().map(|c| (c.run, c.epoch, c.step, c.keep)).collect();
    assert_eq!(when, [(run, 0, 0, true), (run, 1, half, true), (run, 2, 2 * half, true)]);
    assert!(kept.windows(2).all(|pair| pair[0].weights != pair[1].weights));
    assert!(kept.iter().all(|c| c.weights.len() == 4 * 32_830));

    stage.send(Command::SendCheckpoint(run));
    assert!(stage.rest().is_empty());
    let [now] = &stage.checkpoints()[..] else { panic!("one") };
    assert_eq!(*now, kept[2], "it stands at the end of an epoch");

    // Looking changes nothing.
    let mut other = Stage::with_phantoms();
    let alone = other.configure(small());
    other.send(Command::Play(alone));
    other.until(|event| matches!(event, Event::Steps { .. }));
    other.send(Command::SendCheckpoint(alone));
    other.rest();
    let others = other.checkpoints();
    assert_eq!(others.last().unwrap().weights, kept[2].weights);
    assert!(others.iter().all(|c| c.keep == c.step.is_multiple_of(half)));
    assert!(!stage::losses(&events).is_empty());
}
