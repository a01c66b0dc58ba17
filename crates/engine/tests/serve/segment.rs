//! The segmentation lab.

use crate::stage::{self, Stage, segmenting, tiny};
use model::{
    DataSource, Lab, Optimizer, PREVIEW_SLICES, RunConfig, Split, Task, UNetSummary, Ventricles,
};
use protocol::{Command, DataInfo, ErrorCode, Event, RunId, RunState, TestReport};

const PIXELS: usize = 64 * 64;

/// Steps of an epoch of [`segmenting`].
fn epoch_steps(stage: &Stage) -> usize {
    stage.slices().train.len().div_ceil(segmenting().batch)
}

fn summary() -> UNetSummary {
    segmenting().segmentation().unwrap().unet.summary(2, [64, 64]).unwrap()
}

#[test]
fn generated_heads_are_told_as_they_are() {
    let mut stage = Stage::empty();
    let source = DataSource::Ventricles(Ventricles::default());
    stage.send(Command::LoadData { source, seed: 1, pack: Vec::new() });
    let events = stage.rest();
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
fn a_new_run_stands_at_zero_with_a_glimpse_and_the_untrained_figures() {
    let mut stage = Stage::with_ventricles();
    let run = stage.configure(segmenting());
    let events = stage.rest();
    assert!(
        matches!(&events[0], Event::RunReady { parameters, steps_per_epoch, .. }
            if (*parameters, *steps_per_epoch) == (summary().parameters, epoch_steps(&stage))),
        "{:?}",
        events[0]
    );
    assert!(matches!(&events[1], Event::State { state: RunState::Paused, step: 0, .. }));
    let Event::LivePrediction { prediction: glimpse, .. } = &events[2] else {
        panic!("{:?}", events[2])
    };
    assert_eq!((glimpse.step, glimpse.masks.len()), (0, PREVIEW_SLICES * PIXELS));
    assert_eq!((glimpse.dice.len(), glimpse.dice[0].len()), (PREVIEW_SLICES, 1));
    // The epoch's figures bring the same slices once more.
    assert_eq!(events[3], events[2]);
    let Event::Epoch { report, .. } = &events[4] else { panic!("{:?}", events[4]) };
    assert_eq!((report.epoch, report.step, report.train_loss), (0, 0, None));
    let test = stage::segmented(report);
    let slices = &stage.slices().test;
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
fn a_run_plays_to_its_end_with_glimpses_on_the_way() {
    let mut stage = Stage::with_ventricles();
    // Each step takes seconds, as far as the engine can tell: a glimpse is due after each.
    stage.slow_down(1.0);
    let run = stage.configure(segmenting());
    stage.send(Command::Play(run));
    let events = stage.rest();
    let steps = epoch_steps(&stage);
    assert!(steps > 2);
    assert_eq!(stage::losses(&events).len(), steps);
    assert_eq!(stage::last_state(&events), Some((RunState::Finished, steps)));
    let glimpses = stage::glimpses(&events);
    let at: Vec<_> = glimpses.iter().map(|glimpse| glimpse.step).collect();
    assert!(at.is_sorted() && at[0] == 0 && at[at.len() - 1] == steps, "{at:?}");
    let reports = stage::epochs(&events);
    let test = stage::segmented(reports.last().unwrap());
    // The last glimpse shows the masks of the evaluation.
    let last = glimpses.last().unwrap();
    let place = stage.slices().preview_slices()[2];
    assert_eq!(last.masks[2 * PIXELS..3 * PIXELS], test.masks[place * PIXELS..][..PIXELS]);
    assert_eq!(last.dice[2][0], test.cases[place].classes[0].dice);
}

#[test]
fn a_step_shows_what_it_did_and_a_pause_what_there_is() {
    let mut stage = Stage::with_ventricles();
    let run = stage.configure(segmenting());
    stage.rest();
    stage.send(Command::Step(run));
    let events = stage.rest();
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
    // The engine looks for commands after each step then.
    stage.slow_down(0.05);
    stage.send(Command::Play(run));
    stage.until(|event| matches!(event, Event::Steps { .. }));
    stage.send(Command::Pause(run));
    let events = stage.rest();
    let (state, step) = stage::last_state(&events).unwrap();
    assert_eq!(state, RunState::Paused);
    assert!(step > 1 && step < epoch_steps(&stage), "{step}");
    assert_eq!(stage::glimpses(&events).last().unwrap().step, step);
    // Once more says nothing new.
    stage.send(Command::Pause(run));
    assert_eq!(stage.rest(), []);
}

#[test]
fn steps_play_and_another_engine_make_the_same_curve() {
    let curve = |seed, single: bool| {
        let source = DataSource::Ventricles(Ventricles::default());
        let mut stage = Stage::with(source, seed);
        let run = stage.configure(RunConfig { seed, ..segmenting() });
        if single {
            (0..epoch_steps(&stage)).for_each(|_| stage.send(Command::Step(run)));
        } else {
            stage.send(Command::Play(run));
        }
        stage::losses(&stage.rest())
    };
    let first = curve(1, false);
    assert_eq!(first.len(), 240_usize.div_ceil(64));
    assert_eq!(first, curve(1, false));
    assert_eq!(first, curve(1, true));
    assert_ne!(first, curve(2, false));
}

#[test]
fn a_reset_in_mid_run_starts_over() {
    let mut stage = Stage::with_ventricles();
    stage.slow_down(0.05);
    let old = stage.configure(segmenting());
    stage.send(Command::Play(old));
    stage.until(|event| matches!(event, Event::Steps { .. }));
    let new = stage.configure(segmenting());
    let events = stage.rest();
    assert!(stage::losses(&events).len() < epoch_steps(&stage));
    assert_eq!(stage::last_state(&events), Some((RunState::Paused, 0)));
    assert_eq!(stage::glimpses(&events).last().unwrap().step, 0);
    for late in
        [Command::Segment { run: old, request: 1, pixels: vec![0; PIXELS] }, Command::Play(old)]
    {
        stage.send(late);
        assert_eq!(stage.rest(), []);
    }
    stage.send(Command::Play(new));
    assert!(matches!(stage::last_state(&stage.rest()), Some((RunState::Finished, _))));
}

#[test]
fn any_number_of_slices_is_segmented() {
    let mut stage = Stage::with_ventricles();
    let run = stage.configure(segmenting());
    let report = stage::epochs(&stage.rest()).pop().unwrap();
    let expected = stage::segmented(&report).masks;
    let images = stage.slices().test.images.clone();
    // One, and more than are segmented together.
    for count in [1, 37] {
        let pixels = images[..count * PIXELS].to_vec();
        stage.send(Command::Segment { run, request: 5, pixels });
        let events = stage.rest();
        let [Event::Masks { request: 5, masks, .. }] = &events[..] else { panic!("{events:?}") };
        assert_eq!(masks.len(), count * PIXELS);
        // Sums in another order may turn a pixel of equal logits.
        let other = masks.iter().zip(&expected).filter(|(a, b)| a != b).count();
        assert!(other * 1000 <= masks.len(), "{other} of {} pixels differ", masks.len());
    }
}

#[test]
fn feature_maps_have_the_shapes_of_the_blocks() {
    let mut stage = Stage::with_ventricles();
    let run = stage.configure(segmenting());
    stage.rest();
    let pixels = stage.slices().split(Split::Test).image(0).to_vec();
    stage.send(Command::Features { run, request: 3, pixels });
    let events = stage.rest();
    let [Event::Features { request: 3, blocks, .. }] = &events[..] else { panic!("{events:?}") };
    let shapes: Vec<_> = blocks.iter().map(|block| block.shape).collect();
    let expected: Vec<_> = summary().blocks.iter().map(|block| block.output).collect();
    assert_eq!(shapes, expected);
    for block in blocks {
        assert_eq!(block.values.len(), block.shape.iter().product::<usize>());
        assert!(block.low >= 0.0 && block.low <= block.high, "after ReLU or softmax");
        assert_eq!(block.values.iter().max(), Some(&255));
    }
    assert!(blocks.last().unwrap().high <= 1.0);
}

#[test]
fn bad_input_and_questions_of_the_other_lab_get_a_sentence() {
    let mut stage = Stage::with_ventricles();
    let run = stage.configure(segmenting());
    stage.rest();
    for length in [0, 1, PIXELS - 1, PIXELS + 1] {
        let pixels = vec![0; length];
        stage.send(Command::Segment { run, request: 1, pixels: pixels.clone() });
        stage.expect_problem(ErrorCode::BadImage);
        stage.send(Command::Features { run, request: 1, pixels });
        stage.expect_problem(ErrorCode::BadImage);
    }
    stage.send(Command::Features { run, request: 1, pixels: vec![0; 2 * PIXELS] });
    stage.expect_problem(ErrorCode::BadImage);
    stage.send(Command::Predict { run, request: 1, pixels: vec![0; PIXELS] });
    stage.expect_problem(ErrorCode::NotReady);

    let mut deep = segmenting();
    let Task::Segment(part) = &mut deep.task else { panic!("{deep:?}") };
    part.unet.depth = 9;
    let classifier = RunConfig { data: deep.data, ..tiny() };
    for config in [deep, classifier] {
        stage.send(Command::Configure { run: RunId(run.0 + 1), config });
        stage.expect_problem(ErrorCode::BadConfig);
    }
    let pack = b"no zip at all".to_vec();
    stage.send(Command::LoadData { source: DataSource::Hippocampus, seed: 0, pack });
    stage.expect_problem(ErrorCode::BadPack);
    // Nothing is lost.
    stage.send(Command::Play(run));
    assert!(matches!(stage::last_state(&stage.rest()), Some((RunState::Finished, _))));

    let mut stage = Stage::with_phantoms();
    let run = stage.configure(tiny());
    stage.rest();
    for question in [
        Command::Segment { run, request: 1, pixels: vec![0; PIXELS] },
        Command::Features { run, request: 1, pixels: vec![0; PIXELS] },
    ] {
        stage.send(question);
        stage.expect_problem(ErrorCode::NotReady);
    }
}

#[test]
fn one_engine_serves_both_labs() {
    let mut stage = Stage::with_ventricles();
    let run = stage.configure(segmenting());
    stage.rest();
    stage.load(DataSource::PHANTOM, 1, Vec::new());
    let classifier = stage.configure(tiny());
    let events = stage.rest();
    assert!(events.iter().all(|event| event.run() == Some(classifier)));
    stage.send(Command::Segment { run, request: 1, pixels: vec![0; PIXELS] });
    assert_eq!(stage.rest(), [], "the U-Net is gone");
    stage.send(Command::Play(classifier));
    let events = stage.rest();
    assert!(matches!(stage::epochs(&events).last().unwrap().test, TestReport::Classify(_)));
}

#[test]
fn a_diverging_run_stops_and_shows_the_last_good_network() {
    let mut stage = Stage::with_ventricles();
    // With a decay of 1, a learning rate of 10 multiplies every weight by -9.
    let optimizer = Optimizer::AdamW { weight_decay: 1.0 };
    let run = stage.configure(RunConfig { optimizer, epochs: 20, ..segmenting() });
    stage.send(Command::Epoch(run));
    let good = stage::segmented(stage::epochs(&stage.rest()).last().unwrap());
    stage.send(Command::SetLearningRate { run, value: 10.0 });
    stage.send(Command::Play(run));
    let events = stage.rest();
    assert_eq!(stage::last_state(&events).unwrap().0, RunState::Diverged);
    assert!(stage::losses(&events).iter().all(|loss| loss.is_finite()));
    let Some(Event::Error { problem, .. }) =
        events.iter().find(|event| matches!(event, Event::Error { .. }))
    else {
        panic!("{events:?}")
    };
    assert_eq!(problem.code, ErrorCode::Diverged);
    // It may have held out for an epoch or two.
    let good = stage::epochs(&events).last().map_or(good, stage::segmented);
    let Some(Event::LivePrediction { prediction: glimpse, .. }) = events.last() else {
        panic!("{events:?}")
    };
    let expected: Vec<u8> = stage
        .slices()
        .preview_slices()
        .iter()
        .flat_map(|place| good.masks[place * PIXELS..][..PIXELS].to_vec())
        .collect();
    let other = glimpse.masks.iter().zip(&expected).filter(|(a, b)| a != b).count();
    assert!(other * 1000 <= expected.len(), "{other} pixels differ");
}

#[test]
fn the_defaults_of_the_lab_can_be_configured() {
    let config = RunConfig::default_for(Lab::Segment);
    let mut stage = Stage::with_ventricles();
    let data = DataSource::Ventricles(Ventricles::default());
    stage.configure(RunConfig { data, ..config });
    let events = stage.until(|event| matches!(event, Event::LivePrediction { .. }));
    assert!(matches!(events[0], Event::RunReady { steps_per_epoch: 30, .. }), "{:?}", events[0]);
}
