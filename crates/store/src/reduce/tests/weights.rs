//! Tests of weights that are saved as a file, and of runs that start from one.

use model::graph::Graph;
use model::{DataShape, Segmentation};

use super::*;
use protocol::InitialWeights;

use crate::action::WeightsOfFile;
use crate::first_weights::{WeightsPart, WeightsRequest};
use crate::view_model::curves;

const SHAPE: DataShape = DataShape { classes: 2, size: [64, 64] };

/// Returns weights of the network on the page, all of the same value.
fn values(page: &Page, value: f32) -> Vec<f32> {
    let graph = Graph::of(&page.state.link.config.task, page.state.engine.data.shape()).unwrap();
    vec![value; graph.checkpoint_len()]
}

impl Page {
    fn load(&mut self, file: &str, values: Vec<f32>) {
        self.load_part(file, WeightsPart::Network, values);
    }

    fn load_part(&mut self, file: &str, part: WeightsPart, values: Vec<f32>) {
        let shape = self.state.engine.data.shape();
        self.act(Action::LoadWeights(WeightsOfFile { file: file.into(), part, shape, values }));
    }

    /// Returns the first value of the first weights with which each run was set up.
    fn starts(&self) -> Vec<Option<f32>> {
        let starts = self.commands().into_iter().filter_map(|command| match command {
            Command::Configure { first_weights, .. } => {
                Some(first_weights.as_ref().map(|weights| match weights {
                    InitialWeights::Network(values) | InitialWeights::Encoder(values) => values[0],
                }))
            }
            _ => None,
        });
        starts.collect()
    }
}

#[test]
fn a_file_of_weights_begins_a_run_and_keeps_the_present_one_as_an_overlay() {
    let mut page = Page::ready();
    page.act(Action::Play);
    page.steps(&[2.0, 1.0]);
    page.epoch_ends(0);
    let values = values(&page, 0.5);
    page.load("good.safetensors", values.clone());
    assert_eq!(page.starts(), [Some(0.5)]);
    assert_eq!((page.id(), page.run().step()), (RunId(2), 0));
    assert_eq!(page.state.past.len(), 1);
    page.run_is_ready();
    // It does not train by itself.
    assert!(!page.run().moves() && page.state.pending_command.is_none());
    assert_eq!(curves(&page.state)[0].label, "from random weights");

    // Reset goes back to the weights of the file.
    page.act(Action::Play);
    page.steps(&[0.5]);
    page.act(Action::Reset);
    assert_eq!(page.starts(), [Some(0.5), Some(0.5)]);
    page.run_is_ready();
    // The same file again is another start.
    page.load("good.safetensors", values);
    assert_eq!(page.starts().len(), 3);
    page.act(Action::DropWeights);
    assert_eq!(page.starts(), [Some(0.5), Some(0.5), Some(0.5), None]);
    let labels: Vec<String> = curves(&page.state).into_iter().map(|curve| curve.label).collect();
    assert_eq!(labels, ["same settings", "from good.safetensors", "this run"]);
    assert_eq!(page.notices(), [""; 0]);
}

#[test]
fn the_weights_stay_while_they_fit_the_network() {
    let mut page = Page::ready();
    let values = values(&page, 0.5);
    page.load("good.safetensors", values);
    page.edit_and_debounce(|config| config.seed = 7);
    page.run_is_ready();
    page.edit_and_debounce(|config| config.batch = 8);
    page.run_is_ready();
    assert_eq!(page.starts(), [Some(0.5); 3]);
    page.edit_and_debounce(|config| {
        config.task = Task::Classify(Network::default_for(Architecture::Mlp));
    });
    assert_eq!(page.starts().last(), Some(&None));
    let [notice] = page.notices()[..] else { panic!("{:?}", page.notices()) };
    assert!(notice.contains("good.safetensors"), "{notice}");
    // Only once.
    page.run_is_ready();
    page.act(Action::Play);
    assert_eq!((page.notices().len(), page.starts().len()), (1, 4));
}

#[test]
fn another_loss_of_a_unet_needs_no_other_weights() {
    let config = RunConfig::default_for(Lab::Segment);
    let mut page = Page::ready_at(Permalink { config, ..Permalink::default() });
    // The slices of the tests are too small for the default depth.
    page.edit_and_debounce(|config| {
        let unet = model::UNet { depth: 1, ..model::UNet::default() };
        config.task = Task::Segment(Segmentation { unet, ..Segmentation::default() });
    });
    page.run_is_ready();
    page.effects.clear();
    let values = values(&page, 0.5);
    page.load("unet.safetensors", values);
    page.edit_and_debounce(|config| {
        if let Task::Segment(part) = &mut config.task {
            part.balanced = !part.balanced;
        }
    });
    assert_eq!(page.starts(), [Some(0.5); 2]);
    assert_eq!(page.notices(), [""; 0]);
}

#[test]
fn weights_that_do_not_fit_change_nothing() {
    let mut page = Page::ready();
    page.act(Action::Play);
    page.steps(&[2.0, 1.0]);
    let before = page.state.run.clone();
    let good = values(&page, 0.5);
    let mut with_nan = good.clone();
    with_nan[3] = f32::NAN;
    for wrong in [good[1..].to_vec(), Vec::new(), with_nan] {
        page.load("bad.safetensors", wrong);
        assert_eq!(page.state.run, before);
    }
    assert_eq!(page.starts(), []);
    let [notice] = page.notices()[..] else { panic!("{:?}", page.notices()) };
    assert!(notice.contains("bad.safetensors") && notice.ends_with('.'), "{notice}");
}

#[test]
fn a_run_that_the_engine_refuses_starts_from_random_weights() {
    let mut page = Page::ready();
    let values = values(&page, 0.5);
    page.load("odd.safetensors", values);
    let problem = Problem::new(ErrorCode::BadWeights, "The weights do not fit.");
    page.on_event(Event::Error { run: Some(page.id()), problem });
    assert_eq!(page.starts(), [Some(0.5), None]);
    assert_eq!(page.notices(), ["The weights do not fit."]);
}

#[test]
fn a_worker_that_is_replaced_gets_the_weights_again() {
    let mut page = Page::ready();
    let values = values(&page, 0.5);
    page.load("good.safetensors", values);
    page.run_is_ready();
    let worker = page.state.engine.worker;
    page.act(Action::WorkerFailed { worker, message: "lost".into() });
    page.worker_is_ready();
    page.data_is_decoded();
    assert_eq!(page.starts(), [Some(0.5), Some(0.5)]);
}

#[test]
fn weights_are_asked_once_and_kept_until_they_are_saved() {
    let mut page = Page::open(Permalink::default());
    page.act(Action::SaveWeights);
    assert_eq!(page.state.saved_weights, WeightsRequest::None);
    let mut page = Page::ready();
    page.act(Action::SaveWeights);
    page.act(Action::SaveWeights);
    assert_eq!(page.commands(), [&Command::SendWeights(RunId(1))]);
    page.on_event(Event::Weights { run: RunId(1), step: 4, values: vec![1.0, 2.0] });
    let WeightsRequest::Ready(saved) = &page.state.saved_weights else { panic!("not there") };
    assert_eq!((saved.step, saved.shape, &saved.values[..]), (4, SHAPE, &[1.0, 2.0][..]));
    assert_eq!(saved.task, page.state.link.config.task);
    page.act(Action::WeightsSaved);
    // Weights that nobody has asked for are not saved.
    page.on_event(Event::Weights { run: RunId(1), step: 4, values: vec![1.0, 2.0] });
    assert_eq!(page.state.saved_weights, WeightsRequest::None);
}

#[test]
fn a_new_run_answers_no_request_to_the_earlier_one() {
    let mut page = Page::ready();
    page.act(Action::SaveWeights);
    page.edit_and_debounce(|config| config.seed = 7);
    page.run_is_ready();
    assert_eq!(page.state.saved_weights, WeightsRequest::None);
    page.act(Action::SaveWeights);
    assert_eq!(page.commands().last(), Some(&&Command::SendWeights(RunId(2))));
}
