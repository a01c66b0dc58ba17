//! Tests of traced steps: look ahead, gradients, updates.

use crate::harness::{self, EngineHarness, deep, segmenting, small, tiny};
use model::{Optimizer, RunConfig, score};
use protocol::interpret::UnitRef;
use protocol::{BatchTrace, BatchTracePhase, Command, Event, RunId, StepTrace};

const FIRST: UnitRef = UnitRef { layer: 1, unit: 0 };

fn step_traces(events: &[Event]) -> Vec<StepTrace> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::StepTrace { trace, .. } => Some((**trace).clone()),
            _ => None,
        })
        .collect()
}

fn batch_traces(events: &[Event]) -> Vec<BatchTrace> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::BatchTrace { trace, .. } => Some(trace.clone()),
            _ => None,
        })
        .collect()
}

fn watch(engine: &mut EngineHarness, run: RunId, unit: UnitRef) -> Vec<Event> {
    engine.send(Command::WatchStep { run, unit: Some(unit) });
    engine.run_until_idle()
}

/// Trains in several ways: single steps, to the end of the epoch, with another learning rate, to
/// the end. Returns all losses and the last checkpoint.
fn train(
    config: RunConfig,
    mut look: impl FnMut(&mut EngineHarness, RunId),
) -> (Vec<f32>, Vec<u8>) {
    let mut engine = EngineHarness::with_phantoms();
    let run = engine.configure(config);
    let mut events = engine.run_until_idle();
    look(&mut engine, run);
    let go = |engine: &mut EngineHarness, command| {
        engine.send(command);
        engine.run_until_idle()
    };
    for _ in 0..3 {
        events.extend(go(&mut engine, Command::Step(run)));
        look(&mut engine, run);
    }
    events.extend(go(&mut engine, Command::Epoch(run)));
    look(&mut engine, run);
    go(&mut engine, Command::SetLearningRate { run, value: 0.002 });
    look(&mut engine, run);
    events.extend(go(&mut engine, Command::Play(run)));
    look(&mut engine, run);
    let last = engine.checkpoints().pop().expect("a checkpoint").weights;
    (harness::losses(&events), last)
}

#[test]
fn looking_changes_nothing_with_dropout_batch_norm_and_every_optimizer() {
    let optimizers =
        [Optimizer::Sgd { momentum: 0.0 }, Optimizer::SGD, Optimizer::Adam, Optimizer::ADAMW];
    for optimizer in optimizers {
        let config = RunConfig { optimizer, batch: 128, ..deep() };
        let unseen = train(config.clone(), |_, _| ());
        assert_eq!(unseen.0.len(), harness::steps(&config));
        let seen = train(config, |engine, run| {
            watch(engine, run, UnitRef { layer: 2, unit: 3 });
            engine.send(Command::LookAhead(run));
            engine.run_until_idle();
            watch(engine, run, FIRST);
        });
        // The bits, not the values: the curve is the same to the last digit.
        let bits = |losses: &[f32]| losses.iter().map(|loss| loss.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&unseen.0), bits(&seen.0), "{optimizer:?}");
        assert_eq!(unseen.1, seen.1, "{optimizer:?}: the weights at the end");
    }
}

#[test]
fn a_step_is_foreseen_to_the_last_digit() {
    for optimizer in [Optimizer::SGD, Optimizer::Adam, Optimizer::ADAMW] {
        let mut engine = EngineHarness::with_phantoms();
        let run = engine.configure(RunConfig { optimizer, ..deep() });
        engine.run_until_idle();
        for _ in 0..3 {
            watch(&mut engine, run, FIRST);
            engine.send(Command::LookAhead(run));
            let seen = engine.run_until_idle();
            let next = batch_traces(&seen).pop().expect("the next batch");
            assert_eq!(next.phase, BatchTracePhase::BeforeStep);
            let ahead = watch(&mut engine, run, FIRST);
            let ahead = step_traces(&ahead).pop().expect("a trace");
            assert_eq!(ahead.step, next.step);
            engine.checkpoints();
            engine.send(Command::Step(run));
            let events = engine.run_until_idle();
            // The training loss is with dropout and batch statistics, unlike that of the batch
            // trace.
            assert_eq!(harness::losses(&events), [ahead.loss]);
            let made = batch_traces(&events).pop().expect("the step made");
            assert_eq!((made.step, &made.images), (ahead.step, &next.images));
            // The weights of the first convolution are the first in a checkpoint.
            engine.send(Command::SendCheckpoint(run));
            engine.run_until_idle();
            let weights = engine.checkpoints().pop().expect("a checkpoint").weights;
            let found: Vec<f32> = weights.as_chunks::<4>().0[..25]
                .iter()
                .map(|bytes| f32::from_le_bytes(*bytes))
                .collect();
            assert_eq!(found, ahead.unit.updated, "{optimizer:?}");
            assert_ne!(found, ahead.unit.weights);
        }
    }
}

#[test]
fn the_trace_of_a_batch_is_about_that_batch() {
    let mut engine = EngineHarness::with_phantoms();
    let run = engine.configure(small());
    let first = batch_traces(&engine.run_until_idle()).pop().expect("the first batch");
    let events = watch(&mut engine, run, FIRST);
    let [trace] = &step_traces(&events)[..] else { panic!("{events:?}") };
    assert_eq!(
        batch_traces(&events),
        std::slice::from_ref(&first),
        "told once more, with its gradients"
    );
    // Without dropout and batch norm, training and evaluation are the same, up to the order of sums:
    // burn evaluates, a replica trains.
    assert_eq!(trace.logits.len(), first.logits_before.len());
    for (trained, evaluated) in trace.logits.iter().zip(&first.logits_before) {
        assert!((trained - evaluated).abs() < 1e-5, "{trained} and {evaluated}");
    }
    let classes = 6;
    let mean = trace
        .logits
        .chunks_exact(classes)
        .zip(&first.labels)
        .map(|(row, label)| -score::softmax(row)[usize::from(*label)].ln())
        .sum::<f32>()
        / first.labels.len() as f32;
    assert!((trace.loss - mean).abs() < 1e-5, "{} and {mean}", trace.loss);
    let names: Vec<_> = trace.parameters.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"]);
    assert_eq!(trace.parameters[0].shape[1], 4096);
    assert_eq!(trace.unit.shape, [4096]);
    let bytes =
        postcard::to_stdvec(&Event::StepTrace { run, trace: trace.clone().into() }).unwrap();
    assert!(bytes.len() < 120_000, "{} bytes", bytes.len());
}

#[test]
fn a_unit_of_the_step_just_made_can_still_be_looked_up() {
    let mut engine = EngineHarness::with_phantoms();
    let run = engine.configure(small());
    engine.run_until_idle();
    watch(&mut engine, run, FIRST);
    engine.send(Command::Step(run));
    let events = engine.run_until_idle();
    assert_eq!(step_traces(&events).len(), 0, "it was sent before the step");
    let head = UnitRef { layer: 2, unit: 4 };
    let events = watch(&mut engine, run, head);
    let [trace] = &step_traces(&events)[..] else { panic!("{events:?}") };
    assert_eq!((trace.step, trace.unit.unit), (1, head));
    assert_eq!(trace.unit.moments, vec![vec![0.0; trace.unit.weights.len()]; 2]);
    // The next step is shown when it is asked for.
    engine.send(Command::LookAhead(run));
    let events = engine.run_until_idle();
    assert_eq!(batch_traces(&events)[0].step, 2);
    let [next] = &step_traces(&events)[..] else { panic!("{events:?}") };
    assert_eq!((next.step, next.unit.update), (2, 2));
    assert_eq!(next.unit.weights, trace.unit.updated);
    assert!(next.unit.moments[0].iter().any(|value| *value != 0.0));
}

#[test]
fn a_new_learning_rate_changes_the_update_that_is_shown() {
    let mut engine = EngineHarness::with_phantoms();
    let run = engine.configure(RunConfig { optimizer: Optimizer::SGD, ..small() });
    engine.run_until_idle();
    let before = step_traces(&watch(&mut engine, run, FIRST)).pop().expect("a trace");
    engine.send(Command::SetLearningRate { run, value: 0.25 });
    let after = step_traces(&engine.run_until_idle()).pop().expect("a trace");
    assert_eq!((after.step, after.unit.learning_rate), (1, 0.25));
    assert_eq!(after.unit.gradients, before.unit.gradients);
    assert_ne!(after.unit.updated, before.unit.updated);
}

#[test]
fn nothing_is_traced_unless_it_is_watched() {
    let mut engine = EngineHarness::with_phantoms();
    let run = engine.configure(tiny());
    let mut events = engine.run_until_idle();
    events.extend(watch(&mut engine, run, FIRST).drain(..).filter(|_| false));
    engine.send(Command::WatchStep { run, unit: None });
    engine.send(Command::LookAhead(run));
    engine.send(Command::Step(run));
    engine.send(Command::Play(run));
    events.extend(engine.run_until_idle());
    assert_eq!(step_traces(&events), []);
    // A finished run has no next step.
    engine.send(Command::LookAhead(run));
    assert_eq!(watch(&mut engine, run, FIRST), []);
}

#[test]
fn while_a_run_trains_steps_are_not_traced_until_it_stops() {
    let mut engine = EngineHarness::with_phantoms();
    let run = engine.configure(tiny());
    engine.run_until_idle();
    watch(&mut engine, run, FIRST);
    engine.send(Command::Play(run));
    engine.send(Command::LookAhead(run));
    let events = engine.run_until_idle();
    let steps: Vec<_> = step_traces(&events).iter().map(|trace| trace.step).collect();
    assert_eq!(steps, [harness::steps(&tiny())], "the last step only");
}

#[test]
fn units_that_do_not_exist_are_answered_with_the_nearest() {
    let mut engine = EngineHarness::with_phantoms();
    let run = engine.configure(deep());
    engine.run_until_idle();
    let unit = |layer, unit| UnitRef { layer, unit };
    for (asked, sent, shape) in [
        (unit(0, 9), unit(1, 1), vec![1, 5, 5]),
        (unit(2, 3), unit(2, 3), vec![2, 3, 3]),
        (unit(99, 99), unit(4, 5), vec![16]),
    ] {
        let trace = step_traces(&watch(&mut engine, run, asked)).pop().expect("a trace");
        assert_eq!((trace.unit.unit, trace.unit.shape), (sent, shape));
    }
}

#[test]
fn the_segmentation_lab_has_no_traces_of_steps() {
    let mut engine = EngineHarness::with_ventricles();
    let run = engine.configure(segmenting());
    engine.run_until_idle();
    let mut events = watch(&mut engine, run, FIRST);
    engine.send(Command::Step(run));
    events.extend(engine.run_until_idle());
    assert_eq!((step_traces(&events), batch_traces(&events)), (vec![], vec![]));
    assert_eq!(harness::losses(&events).len(), 1);
}
