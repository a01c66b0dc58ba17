//! Tests of the segmentation lab.

use model::{Nodules, Sampling, Split, Ventricles};
use protocol::embed::TestDice;
use protocol::{LivePrediction, SegmentEvaluation, SlicesInfo};

use super::*;
use crate::progress::Progress;
use crate::view_model::curves;

/// Returns information about slices of 8×8 pixels.
pub fn info() -> DataInfo {
    DataInfo::Slices(SlicesInfo {
        classes: ["background", "thing"].map(String::from).to_vec(),
        size: [8, 8],
        train: 4,
        evaluated: model::Split::Validation,
        evaluated_count: 2,
        class_frequencies: vec![0.9, 0.1],
        preview_slices: vec![0, 1],
    })
}

fn link() -> Permalink {
    Permalink { config: RunConfig::default_for(Lab::Segment), ..Permalink::default() }
}

fn slice(index: usize) -> ImageRef {
    ImageRef { split: Split::Test, index }
}

impl Page {
    fn segment() -> Self {
        Self::ready_at(link())
    }

    fn view(&mut self, index: usize) {
        let data = self.state.shown.expect("data are shown");
        let pixels = vec![index as u8; 64].into();
        self.act(Action::SelectSlice { data, image: slice(index), pixels });
    }

    fn live_prediction(&mut self, step: usize) {
        let prediction = LivePrediction { step, masks: vec![0; 128], dice: vec![vec![None]; 2] };
        let run = self.id();
        self.on_event(Event::LivePrediction { run, prediction });
    }

    fn asked_masks(&self) -> Vec<u32> {
        let asked = self.commands().into_iter().filter_map(|command| match command {
            Command::Segment { request, .. } => Some(*request),
            _ => None,
        });
        asked.collect()
    }

    fn segments_epoch(&mut self, epoch: usize, dice: &[Option<f64>]) {
        let run = self.id();
        let test = SegmentEvaluation {
            masks: vec![0; 128],
            loss: 0.5,
            pixel_accuracy: 0.99,
            dice: dice.to_vec(),
            cases: vec![],
        };
        self.on_event(Event::Epoch {
            run,
            report: EpochReport {
                epoch,
                step: epoch * 4,
                train_loss: (epoch > 0).then_some(1.0),
                train_accuracy: None,
                test: TestReport::Segment(test),
                images_per_second: 100.0,
            },
        });
    }
}

#[test]
fn only_the_pack_that_the_lab_needs_is_fetched() {
    let mut page = Page::open(link());
    page.act(Action::PacksListed(vec![listed("mednist", 2000), listed("hippocampus", 1000)]));
    let fetched: Vec<&Effect> =
        page.effects.iter().filter(|e| matches!(e, Effect::FetchPack { .. })).collect();
    let wanted = Effect::FetchPack {
        source: DataSource::Hippocampus,
        file: "hippocampus.zip".into(),
        bytes: 1000,
    };
    assert_eq!(fetched, [&wanted]);
    page.act(Action::PackProgress(
        DataSource::Hippocampus,
        Progress { received: 500, total: 1000 },
    ));
    assert_eq!(page.state.packs.loading().map(|p| p.received), Some(500));
    page.act(Action::PackReady(DataSource::Hippocampus));
    assert_eq!(
        page.state.shown,
        Some(DatasetKey::of(&RunConfig {
            data: DataSource::Hippocampus,
            seed: 1,
            ..RunConfig::default_for(Lab::Segment)
        }))
    );
    page.act(Action::SetLab(Lab::Classify));
    assert!(
        page.effects.iter().any(|e| matches!(
            e,
            Effect::FetchPack { source: DataSource::MedNist, bytes: 2000, .. }
        ))
    );
}

#[test]
fn without_its_pack_the_lab_draws_its_own_slices_and_says_so() {
    let mut page = Page::open(link());
    page.act(Action::PacksListed(vec![listed("mednist", 2000)]));
    assert_eq!(
        page.state.link.config.data,
        DataSource::Ventricles(Ventricles::default()),
        "not the images of the other lab"
    );
    assert_eq!(
        page.notices(),
        ["This copy of the page has no hippocampus images, so it trains on generated ones \
          (ventricles)."]
    );
    assert!(page.state.packs.has(DataSource::MedNist));
}

#[test]
fn a_list_of_packs_that_does_not_come_is_told_once_in_each_lab() {
    let mut page = Page::open(link());
    page.act(Action::PacksUnlisted(Problem::new(ErrorCode::Network, "It did not arrive.")));
    assert_eq!(
        page.notices(),
        ["It did not arrive. Until then the page uses generated images (ventricles)."]
    );
    page.act(Action::SetLab(Lab::Classify));
    assert_eq!(page.state.link.config.data, DataSource::Nodules(Nodules::DEFAULT));
    assert_eq!(page.notices().len(), 2);
}

#[test]
fn a_pack_that_cannot_be_decoded_after_all_leads_to_drawn_slices() {
    let mut page = Page::segment();
    let problem = Problem::new(ErrorCode::BadPack, "An image without its mask.");
    page.act(Action::PackFailed(DataSource::Hippocampus, problem));
    let drawn =
        DatasetKey::new(DataSource::Ventricles(Ventricles::default()), Sampling::DEFAULT, 1);
    assert_eq!(page.state.engine.data, EngineData::Loading(drawn));
    assert!(page.notices()[0].starts_with("An image without its mask. "));
}

#[test]
fn another_lab_is_another_run_and_the_way_back_finds_everything_as_it_was() {
    let mut page = Page::ready();
    page.edit_and_debounce(|config| {
        config.seed = 7;
        config.device = DeviceChoice::Cpu;
    });
    page.worker_is_ready();
    page.data_is_decoded();
    page.run_is_ready();
    page.act(Action::Play);
    page.engine_says(RunState::Running);
    page.steps(&[1.8]);
    let (classify, running) = (page.state.link.config.clone(), page.id());
    page.act(Action::Predict(vec![7]));
    page.effects.clear();

    page.act(Action::SetLab(Lab::Segment));
    let config = &page.state.link.config;
    let fresh =
        RunConfig { seed: 7, device: DeviceChoice::Cpu, ..RunConfig::default_for(Lab::Segment) };
    assert_eq!(*config, fresh, "seed and device stay");
    assert_eq!(page.commands(), [&Command::Pause(running)], "nothing trains unseen");
    assert!(matches!(&page.effects[..], [.., Effect::FetchPack { .. }]));
    assert_eq!((&page.state.run, &page.state.prediction), (&None, &None));
    assert_eq!(page.state.past.len(), 1);
    assert_eq!(curves(&page.state).len(), 1, "overlays of the other lab mean nothing here");

    page.act(Action::PackReady(DataSource::Hippocampus));
    page.data_is_decoded();
    page.run_is_ready();
    page.edit_and_debounce(|config| config.batch = 3);
    page.effects.clear();
    page.act(Action::SetLab(Lab::Classify));
    assert_eq!(page.state.link.config, classify);
    let urls = page
        .effects
        .iter()
        .filter(|e| matches!(e, Effect::ReplaceUrl(query) if query.contains("lab=classify")));
    assert_eq!(urls.count(), 1);
    assert_eq!(curves(&page.state).len(), 2);
    page.act(Action::SetLab(Lab::Segment));
    assert_eq!(page.state.link.config.batch, 3);
    page.effects.clear();
    page.act(Action::SetLab(Lab::Segment));
    assert!(page.effects.is_empty(), "{:?}", page.effects);
}

#[test]
fn overlays_are_counted_lab_by_lab() {
    let mut page = Page::ready();
    for batch in 1..=7 {
        page.edit_and_debounce(|config| config.batch = batch);
        page.run_is_ready();
        page.steps(&[1.0]);
    }
    page.act(Action::SetLab(Lab::Segment));
    page.act(Action::PackReady(DataSource::Hippocampus));
    page.data_is_decoded();
    page.run_is_ready();
    page.steps(&[1.0]);
    page.act(Action::Reset);
    assert_eq!(page.state.past.len(), 7, "six of one lab, one of the other");
}

#[test]
fn a_selected_slice_stays_selected_through_a_new_run() {
    let mut page = Page::segment();
    page.view(0);
    page.view(2);
    let selected = |page: &Page| page.state.selected_slice.as_ref().map(|viewed| viewed.image);
    assert_eq!(selected(&page), Some(slice(2)));
    page.steps(&[1.0]);
    page.act(Action::Reset);
    page.run_is_ready();
    assert_eq!(selected(&page), Some(slice(2)));
}

#[test]
fn slices_of_other_data_are_not_taken() {
    let mut page = Page::segment();
    let data = DatasetKey::new(DataSource::Ventricles(Ventricles::default()), Sampling::DEFAULT, 1);
    page.act(Action::SelectSlice { data, image: slice(0), pixels: vec![0; 64].into() });
    assert_eq!(page.state.selected_slice, None);
}

#[test]
fn the_visitors_slices_are_segmented_anew_when_the_weights_have_changed() {
    let mut page = Page::segment();
    let run = page.id();
    page.act(Action::Segment { pixels: vec![9; 128], size: [8, 8] });
    page.steps(&[1.0; 4]);
    page.segments_epoch(1, &[Some(0.5)]);
    page.engine_says(RunState::Finished);
    assert_eq!(page.asked_masks(), [1, 2], "at the end of the epoch, not twice");
    page.on_event(Event::Masks { run, request: 1, masks: vec![1; 128] });
    assert_eq!(page.state.own_slices.as_ref().unwrap().masks, None, "late");
    page.on_event(Event::Masks { run, request: 2, masks: vec![1; 128] });
    let masks = page.state.own_slices.as_ref().unwrap().masks.clone().unwrap();
    assert_eq!(*masks, [1; 128]);
}

#[test]
fn slices_that_the_network_cannot_segment_are_let_go() {
    let mut page = Page::segment();
    for (length, size) in [
        (0, [8, 8]),
        (100, [8, 8]),
        (64, [7, 9]),
        (64, [16, 4]),
        (100, [9, 10]),
        (64, [usize::MAX, 8]),
        (64, [0, 0]),
    ] {
        page.act(Action::Segment { pixels: vec![9; length], size });
        let kept = page.state.own_slices.is_some();
        assert_eq!((page.asked_masks(), kept), (vec![], false), "{size:?}");
    }
}

#[test]
fn larger_slices_keep_their_size_until_the_data_change() {
    let mut page = Page::segment();
    page.act(Action::Segment { pixels: vec![9; 240], size: [8, 15] });
    let sizes = |page: &Page| -> Vec<[usize; 2]> {
        let commands = page.commands().into_iter();
        commands
            .filter_map(|command| match command {
                Command::Segment { size, .. } => Some(*size),
                _ => None,
            })
            .collect()
    };
    assert_eq!(sizes(&page), [[8, 15]]);
    page.steps(&[1.0]);
    page.act(Action::Reset);
    page.run_is_ready();
    assert_eq!(sizes(&page), [[8, 15]; 2], "with the new network");
    page.edit_and_debounce(|config| config.data = DataSource::Ventricles(Ventricles::default()));
    assert_eq!(page.state.own_slices, None, "data of another kind");
}

#[test]
fn live_predictions_and_evaluations_belong_to_the_run() {
    let mut page = Page::segment();
    page.live_prediction(0);
    page.segments_epoch(0, &[Some(0.02), None]);
    let run = page.run();
    assert_eq!(run.live_prediction.as_ref().map(|prediction| prediction.step), Some(0));
    assert_eq!(
        run.segment_evaluation.as_ref().map(|report| report.test.pixel_accuracy),
        Some(0.99)
    );
    assert_eq!(run.points[0].dice, [Some(0.02), None]);
    assert_eq!(run.evaluation, None);
    let curves = curves(&page.state);
    assert_eq!(curves[0].tests[0].mean_dice(), Some(0.02));
}

#[test]
fn the_course_page_hears_of_dice() {
    let mut page = Page::segment();
    page.act(Action::Play);
    page.engine_says(RunState::Running);
    page.segments_epoch(1, &[Some(0.8), None]);
    page.engine_says(RunState::Finished);
    let dice = || Some(TestDice { mean: Some(0.8), classes: vec![Some(0.8), None] });
    let epoch = Effect::Emit(EmbedEvent::Epoch {
        epoch: 1,
        step: 4,
        train_loss: Some(1.0),
        test_loss: 0.5,
        test_accuracy: 0.99,
        test_dice: dice(),
        images_per_second: 100.0,
    });
    let finished = Effect::Emit(EmbedEvent::Finished {
        epoch: 1,
        step: 0,
        test_accuracy: 0.99,
        test_dice: dice(),
    });
    assert!(page.effects.contains(&epoch), "{:?}", page.effects);
    assert_eq!(page.effects.last(), Some(&finished));
}

#[test]
fn a_depth_that_does_not_divide_the_slices_stops_the_run_and_says_why_on_play() {
    let mut page = Page::segment();
    page.edit_and_debounce(|config| {
        if let Task::Segment(part) = &mut config.task {
            part.unet.depth = 4;
        }
    });
    page.act(Action::Play);
    assert!(page.notices()[0].contains("Choose a smaller depth."), "{:?}", page.notices());
}
