//! Tests of a U-Net's encoder that starts from a classifier.

use model::graph::Graph;
use model::{DataShape, UNet};
use protocol::InitialWeights;

use super::*;
use crate::action::WeightsOfFile;
use crate::encoder_start::{EncoderOffer, encoder_offer, encoder_start};
use crate::first_weights::{WeightsPart, WeightsRequest};
use crate::view_model::curves;

impl Page {
    /// Returns the page of the second lab, whose run has made two steps.
    fn with_unet_run() -> Self {
        let config = RunConfig { seed: 7, ..RunConfig::default_for(Lab::Segment) };
        let mut page = Self::ready_at(Permalink { config, ..Permalink::default() });
        page.steps(&[2.0, 1.5]);
        page
    }

    fn edit_unet(&mut self, change: impl FnOnce(&mut UNet)) {
        self.edit_and_debounce(|config| {
            if let Task::Segment(part) = &mut config.task {
                change(&mut part.unet);
            }
        });
    }

    /// Makes pack, data and run of the lab ready to which the page has just switched.
    fn lab_is_ready(&mut self) {
        self.act(Action::PackReady(self.state.link.config.data));
        self.data_is_decoded();
        self.run_is_ready();
    }

    /// Returns the number of values of the network's checkpoint.
    fn checkpoint_len(&self) -> usize {
        let shape = self.state.engine.data.shape();
        Graph::of(&self.state.link.config.task, shape).unwrap().checkpoint_len()
    }

    /// Answers the request for the weights of the run: they count up from a number.
    fn weights_arrive(&mut self, first: f32) {
        let run = self.id();
        let values = (0..self.checkpoint_len()).map(|index| first + index as f32).collect();
        self.on_event(Event::Weights { run, step: self.run().step(), values });
    }

    /// Returns the first weights of the last run that was set up.
    fn last_start(&self) -> Option<InitialWeights> {
        let last = self.commands().into_iter().rev().find_map(|command| match command {
            Command::Configure { first_weights, .. } => Some(first_weights.clone()),
            _ => None,
        });
        last.expect("a run was set up")
    }

    /// Asserts that the last run starts from an encoder whose values count up from a number.
    fn assert_starts_from(&self, first: f32) {
        let Some(InitialWeights::Encoder(values)) = self.last_start() else {
            panic!("{:?}", self.last_start())
        };
        let graph = Graph::of(&self.state.link.config.task, SLICES).unwrap();
        assert_eq!(Some(values.len()), graph.encoder_len());
        assert_eq!(values[..2], [first, first + 1.0]);
    }

    /// Trains the classifier of an encoder and takes its weights over.
    fn takes_classifier(&mut self, first: f32) {
        self.act(Action::StartFromClassifier);
        self.lab_is_ready();
        self.steps(&[1.0; 4]);
        self.act(Action::UseAsEncoder);
        self.weights_arrive(first);
        self.lab_is_ready();
    }

    fn origin(&self) -> String {
        self.state.first_weights.as_ref().map_or_else(String::new, |one| one.origin.label())
    }
}

const SLICES: DataShape = DataShape { classes: 2, size: [8, 8] };

#[test]
fn the_way_from_the_unet_to_a_classifier_and_back() {
    let mut page = Page::with_unet_run();
    assert_eq!(encoder_start(&page.state), Default::default());
    page.edit_and_debounce(|config| config.batch = 3);
    page.run_is_ready();
    page.act(Action::StartFromClassifier);
    let classifier = RunConfig {
        task: Task::Classify(Network::encoder_of(&UNet::default())),
        seed: 7,
        ..RunConfig::default()
    };
    assert_eq!(page.state.link.config, classifier);
    page.lab_is_ready();
    assert_eq!(page.last_start(), None);
    let offer = |is_trained| Some(EncoderOffer { unet: UNet::default(), is_trained });
    assert_eq!(encoder_offer(&page.state), offer(false));
    // There is nothing to take over yet.
    page.act(Action::UseAsEncoder);
    assert!(!page.state.is_encoder_requested);

    page.act(Action::Play);
    page.engine_says(RunState::Running);
    page.steps(&[1.0, 0.9, 0.8, 0.7]);
    assert_eq!(encoder_offer(&page.state), offer(true));
    page.effects.clear();
    let run = page.id();
    page.act(Action::UseAsEncoder);
    page.act(Action::UseAsEncoder);
    assert_eq!(page.commands(), [&Command::SendWeights(run)]);
    page.weights_arrive(0.5);
    assert_eq!(page.state.lab(), Lab::Segment);
    assert!(page.commands().contains(&&Command::Pause(run)), "nothing trains unseen");
    page.lab_is_ready();
    page.assert_starts_from(0.5);
    assert_eq!((page.state.link.config.batch, page.state.link.config.seed), (3, 7));
    assert_eq!(page.origin(), "encoder from Deep CNN on mednist, 1 epoch");
    assert!(!page.run().moves(), "it waits for Play");
    assert_eq!(page.state.saved_weights, WeightsRequest::None, "no file is saved");
    let labels: Vec<String> = curves(&page.state).into_iter().map(|curve| curve.label).collect();
    assert_eq!(
        labels,
        ["batch 8 → 3, from random weights", "this run, encoder from Deep CNN on mednist, 1 epoch"]
    );
    assert_eq!(page.notices(), [""; 0]);
}

#[test]
fn random_and_classifier_are_compared_without_another_training() {
    let mut page = Page::with_unet_run();
    page.takes_classifier(0.5);
    page.steps(&[0.9]);
    page.act(Action::DropWeights);
    assert_eq!(page.last_start(), None);
    page.run_is_ready();
    let name = "Deep CNN on mednist, 1 epoch";
    assert_eq!(encoder_start(&page.state).classifier.as_deref(), Some(name));
    page.act(Action::StartFromClassifier);
    assert_eq!(page.state.lab(), Lab::Segment, "its weights are still there");
    page.assert_starts_from(0.5);
    let labels: Vec<String> = curves(&page.state).into_iter().map(|curve| curve.label).collect();
    assert_eq!(
        labels,
        ["from random weights", "same settings", &format!("this run, encoder from {name}")]
    );
    // A network with another decoder has the same encoder.
    page.run_is_ready();
    page.edit_unet(|unet| unet.skips[0] = false);
    page.assert_starts_from(0.5);
}

#[test]
fn an_encoder_that_no_longer_fits_is_dropped_with_a_sentence() {
    let mut page = Page::with_unet_run();
    page.takes_classifier(0.5);
    // A shallower encoder is the beginning of the same classifier.
    page.edit_unet(|unet| unet.depth = 1);
    page.assert_starts_from(0.5);
    page.run_is_ready();
    page.edit_unet(|unet| unet.width = 4);
    assert_eq!(page.last_start(), None);
    let [notice] = page.notices()[..] else { panic!("{:?}", page.notices()) };
    assert!(notice.contains("Deep CNN on mednist") && notice.contains("classifier"), "{notice}");
    assert_eq!(encoder_start(&page.state).classifier, None);
    // Another classifier is trained for it.
    page.run_is_ready();
    page.takes_classifier(2.5);
    page.assert_starts_from(2.5);
    assert_eq!(page.notices().len(), 1);
}

#[test]
fn a_classifier_that_fits_is_found_as_it_was_left() {
    let mut page = Page::with_unet_run();
    page.act(Action::StartFromClassifier);
    page.lab_is_ready();
    page.edit_and_debounce(|config| config.epochs = 3);
    page.run_is_ready();
    page.act(Action::SetLab(Lab::Segment));
    page.lab_is_ready();
    page.act(Action::StartFromClassifier);
    assert_eq!(page.state.link.config.epochs, 3);
    // One that does not fit is replaced, with its training.
    page.lab_is_ready();
    page.edit_and_debounce(|config| {
        config.task = Task::Classify(Network::default_for(Architecture::Mlp));
    });
    assert_eq!(encoder_offer(&page.state), None);
    page.act(Action::SetLab(Lab::Segment));
    page.act(Action::StartFromClassifier);
    assert_eq!(page.state.link.config.epochs, 10);
    assert!(encoder_offer(&page.state).is_some());
}

#[test]
fn each_lab_keeps_the_weights_that_its_runs_start_from() {
    let mut page = Page::with_unet_run();
    page.takes_classifier(0.5);
    page.act(Action::SetLab(Lab::Classify));
    page.lab_is_ready();
    assert_eq!(page.last_start(), None);
    page.act(Action::SetLab(Lab::Segment));
    page.lab_is_ready();
    page.assert_starts_from(0.5);
    assert_eq!(page.notices(), [""; 0]);
}

#[test]
fn no_weights_are_taken_from_a_run_that_was_left() {
    let mut page = Page::with_unet_run();
    page.act(Action::StartFromClassifier);
    page.lab_is_ready();
    page.steps(&[1.0]);
    page.act(Action::UseAsEncoder);
    page.edit_and_debounce(|config| config.seed = 8);
    page.run_is_ready();
    assert!(!page.state.is_encoder_requested);
    page.weights_arrive(0.5);
    assert_eq!(page.state.lab(), Lab::Classify);
}

#[test]
fn weights_are_saved_and_taken_over_with_one_request() {
    for save_first in [true, false] {
        let mut page = Page::with_unet_run();
        page.act(Action::StartFromClassifier);
        page.lab_is_ready();
        page.steps(&[1.0]);
        page.effects.clear();
        let actions = match save_first {
            true => [Action::SaveWeights, Action::UseAsEncoder],
            false => [Action::UseAsEncoder, Action::SaveWeights],
        };
        actions.into_iter().for_each(|action| page.act(action));
        assert_eq!(page.commands(), [&Command::SendWeights(page.id())]);
        page.weights_arrive(0.5);
        assert!(matches!(page.state.saved_weights, WeightsRequest::Ready(_)));
        assert_eq!(page.state.lab(), Lab::Segment);
        assert_eq!(page.origin(), "encoder from Deep CNN on mednist, step 1");
    }
}

#[test]
fn a_file_of_a_classifier_starts_the_encoder() {
    let mut page = Page::with_unet_run();
    let length = Graph::of(&page.state.link.config.task, SLICES).unwrap().encoder_len().unwrap();
    let file = |length: usize| {
        let (file, part) = ("deepcnn-step-750.safetensors".to_owned(), WeightsPart::Encoder);
        let values = (0..length).map(|index| 4.0 + index as f32).collect();
        Action::LoadWeights(WeightsOfFile { file, part, shape: SLICES, values })
    };
    page.act(file(length - 1));
    assert_eq!(page.notices().len(), 1);
    page.act(file(length));
    page.assert_starts_from(4.0);
    assert_eq!(page.origin(), "encoder from deepcnn-step-750.safetensors");
    page.run_is_ready();
    // It can be chosen again, and is refused in the lab that has no encoder.
    page.act(Action::DropWeights);
    page.run_is_ready();
    page.act(Action::StartFromClassifier);
    page.assert_starts_from(4.0);
    // It may be of a classifier with more channels than the page has.
    page.run_is_ready();
    page.act(Action::DropWeights);
    page.edit_unet(|unet| (unet.depth, unet.width) = (3, 32));
    let wide = Graph::of(&page.state.link.config.task, SLICES).unwrap().encoder_len().unwrap();
    page.run_is_ready();
    page.act(file(wide));
    page.assert_starts_from(4.0);
    assert_eq!(page.notices().len(), 1);
    let mut classifiers = Page::ready();
    classifiers.act(file(length));
    assert_eq!(classifiers.notices().len(), 1);
    assert_eq!(classifiers.origin(), "");
}

#[test]
fn weights_that_the_engine_refuses_are_not_offered_again() {
    let mut page = Page::with_unet_run();
    page.takes_classifier(0.5);
    let problem = Problem::new(ErrorCode::BadWeights, "The weights do not fit.");
    page.on_event(Event::Error { run: Some(page.id()), problem });
    assert_eq!(page.last_start(), None);
    assert_eq!(encoder_start(&page.state).classifier, None);
}

#[test]
fn a_locked_lab_and_an_encoder_that_is_too_wide_are_told() {
    let (link, _) = model::permalink::parse("lab=segment&lock=lab");
    let mut page = Page::ready_at(link);
    page.act(Action::StartFromClassifier);
    assert_eq!(page.state.lab(), Lab::Segment);
    let [notice] = page.notices()[..] else { panic!("{:?}", page.notices()) };
    assert!(notice.contains("lab cannot be changed"), "{notice}");
    assert_eq!(encoder_start(&page.state).problem.as_deref(), Some(notice));

    let mut page = Page::with_unet_run();
    page.edit_unet(|unet| (unet.depth, unet.width) = (3, 32));
    let problem = encoder_start(&page.state).problem.expect("too many channels");
    assert!(problem.contains("128") && problem.ends_with("depth."), "{problem}");
    page.act(Action::StartFromClassifier);
    assert_eq!(page.state.lab(), Lab::Segment);
    assert_eq!(page.notices(), [problem]);

    let (link, _) = model::permalink::parse("lab=classify&lock=lab");
    let mut page = Page::ready_at(link);
    page.edit_and_debounce(|config| {
        config.task = Task::Classify(Network::encoder_of(&UNet::default()));
    });
    page.run_is_ready();
    page.steps(&[1.0]);
    assert_eq!(encoder_offer(&page.state), None);
    page.act(Action::UseAsEncoder);
    assert_eq!((page.state.lab(), page.notices().len()), (Lab::Classify, 1));
}
