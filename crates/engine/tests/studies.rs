//! A trial of a study with all layers and all images is the run of the same configuration.

use std::rc::Rc;

use data::phantom;
use engine::burn::tensor::Device;
use engine::data::ImageData;
use engine::training::Session;
use futures::executor::block_on;
use model::{Augmentation, ImageTransform, RunConfig};
use protocol::interpret::InterpreterDataset;
use protocol::study::NetworkTrial;
use studies::TrialRun;

#[test]
fn a_trial_has_the_losses_of_the_run() {
    let set = phantom::dataset(phantom::Spec { noise: 20, rotation: 15 }, 1);
    let layers = ["conv4k5.bn.relu.pool4.drop20", "dense8.relu.drop20"];
    let mut config = RunConfig { batch: 100, seed: 7, ..RunConfig::default() };
    let model::Task::Classify(network) = &mut config.task else { panic!("a classifier") };
    network.layers = layers.map(|layer| layer.parse().unwrap()).to_vec();
    config.augmentation = Augmentation::of(ImageTransform::ALL);

    // More than one epoch, with a last batch that is smaller.
    let steps = set.train.labels.len() / config.batch + 4;
    let data = Rc::new(ImageData::new(&set, &Device::flex()));
    let mut session = Session::classify(config.clone(), data).unwrap();
    for _ in 0..steps {
        block_on(session.train());
    }
    let expected = block_on(session.read_losses()).unwrap();

    let dataset = InterpreterDataset::whole(&set);
    let trial = NetworkTrial::new(config, steps);
    let mut run = TrialRun::new(trial, Rc::new(dataset)).unwrap();
    let mut found = Vec::new();
    while let Some(loss) = run.train().unwrap() {
        found.push(loss);
    }
    assert_eq!(found, expected);
}
