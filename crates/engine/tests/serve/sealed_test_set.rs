//! Tests that a sealed test set is evaluated when it is opened, and has no effect otherwise.

use data::Dataset;
use model::{DataSource, DatasetKey, RunConfig, Sampling, Split, Ventricles};
use protocol::{Command, ErrorCode, Event, RunId, TestReport};

use super::harness::{EngineHarness, epochs, segmenting, tiny};

const THREE_SPLITS: Sampling = Sampling::DEFAULT;

/// Returns a data set with three splits.
fn generated(source: DataSource) -> (DatasetKey, Dataset) {
    let key = DatasetKey::new(source, THREE_SPLITS, 1);
    (key, data::load(key, Vec::new()).unwrap().1)
}

/// Loads a data set as the page does, without its test set, and trains to the end.
fn trained(engine: &mut EngineHarness, data: &(DatasetKey, Dataset), config: RunConfig) -> RunId {
    let (key, dataset) = data;
    let dataset = dataset.without_sealed_test_set();
    assert_eq!(dataset.count(Split::Test), 0);
    engine.send(Command::LoadData { key: *key, dataset });
    let run = engine.configure(RunConfig { sampling: THREE_SPLITS, ..config });
    engine.send(Command::Play(run));
    run
}

fn open(engine: &mut EngineHarness, run: RunId, dataset: &Dataset) -> Vec<Event> {
    engine.send(Command::OpenTestSet { run, dataset: dataset.only_test_set() });
    engine.run_until_idle()
}

#[test]
fn the_test_set_of_a_classifier_is_evaluated_when_it_is_opened() {
    let data = generated(DataSource::PHANTOM);
    let mut engine = EngineHarness::empty();
    let run = trained(&mut engine, &data, tiny());
    let events = engine.run_until_idle();
    let Event::DataReady { info, .. } = &events[0] else { panic!("{:?}", events[0]) };
    assert_eq!(info.evaluated(), Split::Validation);
    assert!(!events.iter().any(|event| matches!(event, Event::TestSet { .. })));
    let Some(TestReport::Classify(validation)) = epochs(&events).last().map(|e| e.test.clone())
    else {
        panic!("no evaluation")
    };

    let opened = open(&mut engine, run, &data.1);
    let [Event::TestSet { epoch: 1, report, .. }] = &opened[..] else { panic!("{opened:?}") };
    let TestReport::Classify(test) = &report.test else { panic!("{report:?}") };
    assert_eq!((report.step, test.probabilities.len()), (5, 300 * 6));
    assert_ne!(test.probabilities, validation.probabilities);

    // The same network on the same images as a run with two splits gives.
    let two = DatasetKey { sampling: super::harness::TWO_SPLITS, ..data.0 };
    let mut engine = EngineHarness::empty();
    engine.send(Command::LoadData { key: two, dataset: data::load(two, Vec::new()).unwrap().1 });
    let run = engine.configure(tiny());
    engine.send(Command::Play(run));
    let events = engine.run_until_idle();
    assert_eq!(epochs(&events).last().unwrap().test, report.test);
}

#[test]
fn the_test_set_of_slices_is_evaluated_when_it_is_opened() {
    let data = generated(DataSource::Ventricles(Ventricles::default()));
    let mut engine = EngineHarness::empty();
    let run = trained(&mut engine, &data, segmenting());
    engine.run_until_idle();
    let opened = open(&mut engine, run, &data.1);
    let [Event::TestSet { report, .. }] = &opened[..] else { panic!("{opened:?}") };
    let TestReport::Segment(test) = &report.test else { panic!("{report:?}") };
    assert_eq!((test.masks.len(), test.cases.len()), (60 * 64 * 64, 60));
}

/// Everything that a run decides is the same with other labels in the test set.
#[test]
fn labels_of_the_test_set_change_nothing_before_it_is_opened() {
    let (key, dataset) = generated(DataSource::PHANTOM);
    let Dataset::Images(set) = &dataset else { panic!("no images") };
    let mut poisoned = (**set).clone();
    poisoned.test.labels.iter_mut().for_each(|label| *label = 5 - *label);
    let run = |dataset: Dataset| {
        let mut engine = EngineHarness::empty();
        trained(&mut engine, &(key, dataset), tiny());
        let untimed = |event: &Event| matches!(event, Event::Epoch { .. } | Event::State { .. });
        let mut events = engine.run_until_idle();
        events.retain(untimed);
        for event in &mut events {
            if let Event::Epoch { report, .. } = event {
                report.images_per_second = 0.0;
            }
        }
        events
    };
    assert_eq!(run(dataset), run(poisoned.into()));
}

#[test]
fn a_test_set_that_does_not_fit_is_refused() {
    let data = generated(DataSource::PHANTOM);
    let mut engine = EngineHarness::empty();
    let run = trained(&mut engine, &data, tiny());
    engine.run_until_idle();
    let slices = generated(DataSource::Ventricles(Ventricles::default())).1;
    for other in [slices, data.1.without_sealed_test_set()] {
        engine.send(Command::OpenTestSet { run, dataset: other.only_test_set() });
        engine.expect_problem(ErrorCode::BadConfig);
    }
}
