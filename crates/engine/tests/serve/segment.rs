//! Tests of the segmentation lab.

use crate::harness::{self, EngineHarness, segmenting, tiny};
use data::SliceSet;
use model::graph::Graph;
use model::{DataShape, DataSource, Lab, Optimizer, PREVIEW_SLICES, RunConfig, Task, Ventricles};
use protocol::{Command, DataInfo, ErrorCode, Event, RunId, RunState, TestReport};

const SIZE: [usize; 2] = [64, 64];
const PIXELS: usize = SIZE[0] * SIZE[1];

/// Returns the number of steps per epoch of [`segmenting`].
fn epoch_steps(engine: &EngineHarness) -> usize {
    engine.slices().train.len().div_ceil(segmenting().batch)
}

/// Returns the number of learned values of [`segmenting`]'s network.
fn learned() -> usize {
    Graph::of(&segmenting().task, DataShape { classes: 2, size: SIZE }).unwrap().learned()
}

#[test]
fn generated_heads_are_described_by_their_info() {
    let mut engine = EngineHarness::empty();
    let source = DataSource::Ventricles(Ventricles::default());
    engine.send(Command::LoadData {
        key: harness::key(source, 1),
        dataset: harness::generate(source, 1),
    });
    let events = engine.run_until_idle();
    let [Event::DataReady { info: DataInfo::Slices(info), .. }] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(
        (info.size, info.classes.len(), info.preview_slices.len()),
        ([64, 64], 2, PREVIEW_SLICES)
    );
    assert!(
        (info.class_frequencies.iter().sum::<f64>() - 1.0).abs() < 1e-9,
        "{:?}",
        info.class_frequencies
    );
    assert!(
        info.class_frequencies[1] > 0.0 && info.class_frequencies[1] < 0.2,
        "{:?}",
        info.class_frequencies
    );
}

#[test]
fn a_new_run_stands_at_zero_with_a_live_prediction_and_an_evaluation() {
    let mut engine = EngineHarness::with_ventricles();
    let run = engine.configure(segmenting());
    let events = engine.run_until_idle();
    assert!(
        matches!(&events[0], Event::RunReady { parameters, steps_per_epoch, .. }
            if (*parameters, *steps_per_epoch) == (learned(), epoch_steps(&engine))),
        "{:?}",
        events[0]
    );
    assert!(matches!(&events[1], Event::State { state: RunState::Paused, step: 0, .. }));
    let Event::LivePrediction { prediction, .. } = &events[2] else { panic!("{:?}", events[2]) };
    assert_eq!((prediction.step, prediction.masks.len()), (0, PREVIEW_SLICES * PIXELS));
    assert_eq!((prediction.dice.len(), prediction.dice[0].len()), (PREVIEW_SLICES, 1));
    // The report of the epoch includes a preview of the same slices.
    assert_eq!(events[3], events[2]);
    let Event::Epoch { report, .. } = &events[4] else { panic!("{:?}", events[4]) };
    assert_eq!((report.epoch, report.step, report.train_loss), (0, 0, None));
    let test = harness::segmentation_report(report);
    let slices = &engine.slices().test;
    assert_eq!(test.masks.len(), slices.len() * PIXELS);
    assert_eq!((test.dice.len(), test.cases.len()), (1, slices.cases.len()));
    assert_eq!(test.cases[3].case, slices.cases[3].name);
    assert_eq!(test.cases[3].slices, slices.of_case(3));
    let right = test.masks.iter().zip(&slices.masks).filter(|(a, b)| a == b).count();
    assert!((test.pixel_accuracy - right as f64 / slices.masks.len() as f64).abs() < 1e-9);
    assert_eq!(events.len(), 5);
    assert!(events.iter().all(|event| event.run() == Some(run)));
}

#[test]
fn a_run_plays_to_its_end_with_live_predictions_on_the_way() {
    let mut engine = EngineHarness::with_ventricles();
    // With simulated steps of several seconds, a live prediction is due after each.
    engine.slow_down(1.0);
    let run = engine.configure(segmenting());
    engine.send(Command::Play(run));
    let events = engine.run_until_idle();
    let steps = epoch_steps(&engine);
    assert!(steps > 2);
    assert_eq!(harness::losses(&events).len(), steps);
    assert_eq!(harness::last_state(&events), Some((RunState::Finished, steps)));
    let previews = harness::previews(&events);
    let at: Vec<_> = previews.iter().map(|prediction| prediction.step).collect();
    assert!(at.is_sorted() && at[0] == 0 && at[at.len() - 1] == steps, "{at:?}");
    let reports = harness::epochs(&events);
    let test = harness::segmentation_report(reports.last().unwrap());
    // The last live prediction shows the masks of the evaluation.
    let last = previews.last().unwrap();
    let place = engine.slices().preview_slices()[2];
    assert_eq!(last.masks[2 * PIXELS..3 * PIXELS], test.masks[place * PIXELS..][..PIXELS]);
    assert_eq!(last.dice[2][0], test.cases[place].classes[0].dice);
}

#[test]
fn a_step_shows_what_it_did_and_a_pause_what_there_is() {
    let mut engine = EngineHarness::with_ventricles();
    let run = engine.configure(segmenting());
    engine.run_until_idle();
    engine.send(Command::Step(run));
    let events = engine.run_until_idle();
    assert!(
        matches!(
            &events[..],
            [
                Event::Steps { first: 1, .. },
                Event::LivePrediction { .. },
                Event::State { state: RunState::Paused, step: 1, .. }
            ]
        ),
        "{events:?}"
    );
    // With a slow clock, the engine handles commands after each step.
    engine.slow_down(0.05);
    engine.send(Command::Play(run));
    engine.run_until(|event| matches!(event, Event::Steps { .. }));
    engine.send(Command::Pause(run));
    let events = engine.run_until_idle();
    let (state, step) = harness::last_state(&events).unwrap();
    assert_eq!(state, RunState::Paused);
    assert!(step > 1 && step < epoch_steps(&engine), "{step}");
    assert_eq!(harness::previews(&events).last().unwrap().step, step);
    // A second pause emits nothing new.
    engine.send(Command::Pause(run));
    assert_eq!(engine.run_until_idle(), []);
}

#[test]
fn steps_play_and_another_engine_make_the_same_curve() {
    let curve = |seed, single: bool| {
        let source = DataSource::Ventricles(Ventricles::default());
        let mut engine = EngineHarness::with(source, seed);
        let run = engine.configure(RunConfig { seed, ..segmenting() });
        if single {
            (0..epoch_steps(&engine)).for_each(|_| engine.send(Command::Step(run)));
        } else {
            engine.send(Command::Play(run));
        }
        harness::losses(&engine.run_until_idle())
    };
    let first = curve(1, false);
    assert_eq!(first.len(), 240_usize.div_ceil(64));
    assert_eq!(first, curve(1, false));
    assert_eq!(first, curve(1, true));
    assert_ne!(first, curve(2, false));
}

#[test]
fn a_reset_in_mid_run_starts_over() {
    let mut engine = EngineHarness::with_ventricles();
    engine.slow_down(0.05);
    let old = engine.configure(segmenting());
    engine.send(Command::Play(old));
    engine.run_until(|event| matches!(event, Event::Steps { .. }));
    let new = engine.configure(segmenting());
    let events = engine.run_until_idle();
    assert!(harness::losses(&events).len() < epoch_steps(&engine));
    assert_eq!(harness::last_state(&events), Some((RunState::Paused, 0)));
    assert_eq!(harness::previews(&events).last().unwrap().step, 0);
    let segment = Command::Segment { run: old, request: 1, size: SIZE, pixels: vec![0; PIXELS] };
    for late in [segment, Command::Play(old)] {
        engine.send(late);
        assert_eq!(engine.run_until_idle(), []);
    }
    engine.send(Command::Play(new));
    assert!(matches!(harness::last_state(&engine.run_until_idle()), Some((RunState::Finished, _))));
}

#[test]
fn any_number_of_slices_is_segmented() {
    let mut engine = EngineHarness::with_ventricles();
    let run = engine.configure(segmenting());
    let report = harness::epochs(&engine.run_until_idle()).pop().unwrap();
    let expected = harness::segmentation_report(&report).masks;
    let images = engine.slices().test.images.clone();
    // One slice, and more than one batch.
    for count in [1, 37] {
        let pixels = images[..count * PIXELS].to_vec();
        engine.send(Command::Segment { run, request: 5, size: SIZE, pixels });
        let events = engine.run_until_idle();
        let [Event::Masks { request: 5, masks, .. }] = &events[..] else { panic!("{events:?}") };
        assert_eq!(masks.len(), count * PIXELS);
        // Sums in a different order may change the class of a pixel with equal logits.
        let other = masks.iter().zip(&expected).filter(|(a, b)| a != b).count();
        assert!(other * 1000 <= masks.len(), "{other} of {} pixels differ", masks.len());
    }
}

#[test]
fn larger_slices_are_segmented_and_smaller_ones_refused() {
    let mut engine = EngineHarness::with_ventricles();
    let run = engine.configure(segmenting());
    engine.run_until_idle();
    // A slice beside its copy.
    let image = &engine.slices().test.images[..PIXELS];
    let pixels: Vec<u8> = image.chunks(64).flat_map(|row| [row, row].concat()).collect();
    engine.send(Command::Segment { run, request: 6, size: [64, 128], pixels });
    let events = engine.run_until_idle();
    let [Event::Masks { request: 6, masks, .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!(masks.len(), 2 * PIXELS);
    engine.send(Command::Segment { run, request: 7, size: [63, 64], pixels: vec![0; 63 * 64] });
    engine.expect_problem(ErrorCode::BadImage);
}

#[test]
fn a_request_for_masks_replaces_the_one_before() {
    let mut engine = EngineHarness::with_ventricles();
    let run = engine.configure(segmenting());
    engine.run_until_idle();
    for request in [1, 2] {
        let pixels = vec![0; PIXELS * usize::from(request == 2) + PIXELS];
        engine.send(Command::Segment { run, request, size: SIZE, pixels });
    }
    let events = engine.run_until_idle();
    let [Event::Masks { request: 2, masks, .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!(masks.len(), 2 * PIXELS);
}

#[test]
fn bad_input_and_requests_of_the_other_lab_get_a_sentence() {
    let mut engine = EngineHarness::with_ventricles();
    let run = engine.configure(segmenting());
    engine.run_until_idle();
    for length in [0, 1, PIXELS - 1, PIXELS + 1] {
        let pixels = vec![0; length];
        engine.send(Command::Segment { run, request: 1, size: SIZE, pixels });
        engine.expect_problem(ErrorCode::BadImage);
    }
    engine.send(Command::Predict { run, request: 1, pixels: vec![0; PIXELS] });
    engine.expect_problem(ErrorCode::NotReady);

    let mut deep = segmenting();
    let Task::Segment(part) = &mut deep.task else { panic!("{deep:?}") };
    part.unet.depth = 9;
    let classifier = RunConfig { data: deep.data, ..tiny() };
    for config in [deep, classifier] {
        engine.send(Command::Configure { run: RunId(run.0 + 1), config, first_weights: None });
        engine.expect_problem(ErrorCode::BadConfig);
    }
    let source = DataSource::Hippocampus;
    for dataset in [SliceSet::default().into(), harness::generate(DataSource::PHANTOM, 1)] {
        engine.send(Command::LoadData { key: harness::key(source, 0), dataset });
        engine.expect_problem(ErrorCode::BadPack);
    }
    // No command is lost.
    engine.send(Command::Play(run));
    assert!(matches!(harness::last_state(&engine.run_until_idle()), Some((RunState::Finished, _))));

    let mut engine = EngineHarness::with_phantoms();
    let run = engine.configure(tiny());
    engine.run_until_idle();
    engine.send(Command::Segment { run, request: 1, size: SIZE, pixels: vec![0; PIXELS] });
    engine.expect_problem(ErrorCode::NotReady);
}

#[test]
fn one_engine_serves_both_labs() {
    let mut engine = EngineHarness::with_ventricles();
    let run = engine.configure(segmenting());
    engine.run_until_idle();
    engine.load(DataSource::PHANTOM, 1, harness::generate(DataSource::PHANTOM, 1));
    let classifier = engine.configure(tiny());
    let events = engine.run_until_idle();
    assert!(events.iter().all(|event| event.run() == Some(classifier)));
    engine.send(Command::Segment { run, request: 1, size: SIZE, pixels: vec![0; PIXELS] });
    assert_eq!(engine.run_until_idle(), [], "the U-Net is gone");
    engine.send(Command::Play(classifier));
    let events = engine.run_until_idle();
    assert!(matches!(harness::epochs(&events).last().unwrap().test, TestReport::Classify(_)));
}

#[test]
fn a_diverging_run_stops_and_shows_the_last_finite_network() {
    let mut engine = EngineHarness::with_ventricles();
    // With a weight decay of 1, a learning rate of 10 multiplies every weight by -9.
    let optimizer = Optimizer::AdamW { weight_decay: 1.0 };
    let run = engine.configure(RunConfig { optimizer, epochs: 20, ..segmenting() });
    engine.send(Command::Epoch(run));
    let good =
        harness::segmentation_report(harness::epochs(&engine.run_until_idle()).last().unwrap());
    engine.send(Command::SetLearningRate { run, value: 10.0 });
    engine.send(Command::Play(run));
    let events = engine.run_until_idle();
    assert_eq!(harness::last_state(&events).unwrap().0, RunState::Diverged);
    assert!(harness::losses(&events).iter().all(|loss| loss.is_finite()));
    let Some(Event::Error { problem, .. }) =
        events.iter().find(|event| matches!(event, Event::Error { .. }))
    else {
        panic!("{events:?}")
    };
    assert_eq!(problem.code, ErrorCode::Diverged);
    // The network may have stayed finite for an epoch or two.
    let good = harness::epochs(&events).last().map_or(good, harness::segmentation_report);
    let Some(Event::LivePrediction { prediction, .. }) = events.last() else {
        panic!("{events:?}")
    };
    let expected: Vec<u8> = engine
        .slices()
        .preview_slices()
        .iter()
        .flat_map(|place| good.masks[place * PIXELS..][..PIXELS].to_vec())
        .collect();
    let other = prediction.masks.iter().zip(&expected).filter(|(a, b)| a != b).count();
    assert!(other * 1000 <= expected.len(), "{other} pixels differ");
}

#[test]
fn the_defaults_of_the_lab_can_be_configured() {
    let config = RunConfig::default_for(Lab::Segment);
    let mut engine = EngineHarness::with_ventricles();
    let data = DataSource::Ventricles(Ventricles::default());
    engine.configure(RunConfig { data, sampling: harness::TWO_SPLITS, ..config });
    let events = engine.run_until(|event| matches!(event, Event::LivePrediction { .. }));
    assert!(matches!(events[0], Event::RunReady { steps_per_epoch: 30, .. }), "{:?}", events[0]);
}
