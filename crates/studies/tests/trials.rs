//! Trials on generated images: what is frozen stays, what is trained learns, and chance is told from
//! more than chance.

use std::rc::Rc;

use cpu::initial_checkpoint;
use data::rng::Rng;
use data::{Dataset, ImageSet, load, phantom};
use metrics::{seed_mean, wilson};
use model::graph::Graph;
use model::{
    Architecture, DataShape, DataSource, DatasetKey, Lab, MarkedImages, Network, Optimizer,
    ProbeTarget, RunConfig, Task, TrainedLayers,
};
use protocol::interpret::InterpreterDataset;
use protocol::study::{Donor, NetworkTrial, Probing};
use studies::{TrialError, TrialRun};

fn dataset(noise: u8) -> Rc<InterpreterDataset> {
    let set: ImageSet = phantom::dataset(phantom::Spec { noise, rotation: 45 }, 1);
    Rc::new(InterpreterDataset::whole(&set))
}

fn trial(layers: &str, seed: u32, steps: usize) -> NetworkTrial {
    let layers = layers.split('_').map(|layer| layer.parse().unwrap()).collect();
    let network = Network { architecture: Architecture::Cnn, layers };
    let config = RunConfig {
        task: Task::Classify(network),
        optimizer: Optimizer::Adam,
        learning_rate: 0.002,
        batch: 16,
        seed,
        ..RunConfig::default()
    };
    NetworkTrial::new(config, steps)
}

fn graph(trial: &NetworkTrial, dataset: &InterpreterDataset) -> Graph {
    let shape = DataShape { classes: dataset.classes, size: dataset.size };
    Graph::of(&trial.config.task, shape).unwrap()
}

fn trained(trial: NetworkTrial, dataset: &Rc<InterpreterDataset>) -> TrialRun {
    let mut run = TrialRun::new(trial, dataset.clone()).unwrap();
    while run.train().unwrap().is_some() {}
    run
}

fn accuracy(run: &TrialRun, dataset: &InterpreterDataset) -> (usize, usize) {
    let result = run.evaluate(0.0, |_| ());
    let pairs = result.predictions.iter().zip(&dataset.test_targets);
    (pairs.filter(|(found, truth)| found == truth).count(), dataset.test_targets.len())
}

#[test]
fn frozen_layers_are_bit_identical_after_training_and_the_others_are_not() {
    let dataset = dataset(20);
    let text = "conv4k5.bn.relu.pool4_conv6k3.relu.pool2_dense8.relu";
    for choice in TrainedLayers::ALL {
        let mut trial = trial(text, 3, 12);
        let graph = graph(&trial, &dataset);
        trial.frozen = choice.frozen(&graph);
        let first = initial_checkpoint(&graph, trial.config.seed);
        let run = trained(trial.clone(), &dataset);
        for (index, layer) in graph.layers().iter().enumerate() {
            for parameter in &graph.parameters()[layer.parameters.clone()] {
                let range = parameter.values.clone();
                let stays = run.weights()[range.clone()] == first[range];
                let is_frozen = trial.frozen.contains(&index) && parameter.kind.is_learned();
                assert_eq!(stays, is_frozen, "{}, {}", choice.name(), parameter.name);
            }
        }
        let counted = run.evaluate(0.0, |_| ()).trained;
        let frozen: usize =
            trial.frozen.iter().map(|layer| graph.learned_of(&graph.layers()[*layer])).sum();
        assert_eq!(counted, graph.learned() - frozen, "{}", choice.name());
    }
}

#[test]
fn a_layer_transplanted_onto_itself_changes_nothing() {
    let dataset = dataset(40);
    let mut run = trained(trial("conv4k5.relu.bn.pool4_dense16.relu", 1, 40), &dataset);
    let weights = run.weights().to_vec();
    let images: Vec<f32> =
        dataset.test[..8 * 64 * 64].iter().map(|g| f32::from(*g) / 255.0).collect();
    let logits = |run: &TrialRun| run.model().logits(run.weights(), images.clone());
    let before = logits(&run);
    for layer in 0..run.model().graph().layers().len() {
        run.transplant(&[layer], &weights);
        assert_eq!(logits(&run), before, "layer {layer}");
    }
    // And one of another network does change something.
    let other = trained(trial("conv4k5.relu.bn.pool4_dense16.relu", 2, 40), &dataset);
    run.transplant(&[1], other.weights());
    assert_ne!(logits(&run), before);
}

#[test]
fn layers_of_another_network_are_those_that_it_has_learned() {
    let dataset = dataset(40);
    let layers = "conv4k5.relu.pool4_dense16.relu";
    let donor = trained(trial(layers, 7, 30), &dataset);
    let mut taking = trial(layers, 1, 30);
    taking.donor = Some(Donor { seed: 7, layers: vec![1, 2] });
    taking.frozen = vec![1];
    let mut run = TrialRun::new(taking.clone(), dataset.clone()).unwrap();
    let mut steps = 0;
    while run.train().unwrap().is_some() {
        steps += 1;
    }
    assert_eq!((steps, taking.all_steps()), (60, 60));
    let layer = |run: &TrialRun, layer: usize| -> Vec<f32> {
        let graph = run.model().graph();
        let parameters = &graph.parameters()[graph.layers()[layer].parameters.clone()];
        let values = parameters.iter().flat_map(|parameter| parameter.values.clone());
        values.map(|at| run.weights()[at]).collect()
    };
    assert_eq!(layer(&run, 1), layer(&donor, 1), "kept");
    assert_ne!(layer(&run, 2), layer(&donor, 2), "trained further");
    // With all layers, and none trained, it is the other network.
    let all = NetworkTrial {
        donor: Some(Donor { seed: 7, layers: vec![1, 2, 3] }),
        frozen: vec![1, 2, 3],
        ..taking.clone()
    };
    assert_eq!(trained(all, &dataset).weights(), donor.weights());
    taking.donor = Some(Donor { seed: 7, layers: vec![9] });
    assert!(matches!(TrialRun::new(taking, dataset), Err(TrialError::Model(_))));
}

#[test]
fn a_head_on_random_layers_gets_what_their_linear_probe_says() {
    let dataset = dataset(40);
    let mut trial = trial("conv8k5.relu.pool4_dense32.relu", 1, 3000);
    trial.frozen = TrainedLayers::Output.frozen(&graph(&trial, &dataset));
    trial.config.learning_rate = 0.01;
    let untrained = NetworkTrial {
        steps: 0,
        probes: vec![Probing::Target(ProbeTarget::Class)],
        ..trial.clone()
    };
    let probes = trained(untrained, &dataset).evaluate(0.0, |_| ()).probes.remove(0);
    let last_hidden = probes[probes.len() - 2].score;
    let (right, all) = accuracy(&trained(trial, &dataset), &dataset);
    let interval = wilson(right, all).unwrap();
    assert!(interval.contains(last_hidden), "{right} of {all}, and the probe {last_hidden}");
    assert!(right * dataset.classes > 2 * all, "it learns: {right} of {all}");
}

#[test]
fn more_images_of_each_class_give_better_networks() {
    let dataset = dataset(40);
    let with = |count: usize| {
        let mut trial = trial("conv4k5.relu.pool4_dense16.relu", 1, 150);
        trial.images_per_class = Some(count);
        accuracy(&trained(trial, &dataset), &dataset).0
    };
    let (few, many) = (with(2), with(100));
    assert!(many > few + dataset.test_targets.len() / 10, "{few} and {many}");
}

/// Two groups of runs that differ only in their seeds are told apart in 5 of 100 comparisons.
#[test]
fn equal_configurations_could_be_chance() {
    let dataset = dataset(60);
    let accuracies: Vec<f64> = (1..=40)
        .map(|seed| {
            let run = trained(trial("dense6.relu", seed, 40), &dataset);
            let (right, all) = accuracy(&run, &dataset);
            right as f64 / all as f64
        })
        .collect();
    let mut rng = Rng::new(1);
    let by_chance = (0..100).filter(|_| {
        let mut order: Vec<usize> = (0..accuracies.len()).collect();
        rng.shuffle(&mut order);
        let differences: Vec<f64> =
            (0..5).map(|at| accuracies[order[at]] - accuracies[order[5 + at]]).collect();
        seed_mean(&differences).unwrap().could_be_zero() == Some(true)
    });
    let by_chance = by_chance.count();
    assert!((93..100).contains(&by_chance), "{by_chance} of 100");
}

#[test]
fn what_cannot_be_trained_is_a_sentence() {
    let dataset = dataset(0);
    let refused = |change: fn(&mut InterpreterDataset), trial: NetworkTrial| {
        let mut changed = (*dataset).clone();
        change(&mut changed);
        TrialRun::new(trial, Rc::new(changed)).unwrap_err().to_string()
    };
    let plain = || trial("dense4.relu", 1, 1);
    let sentence = refused(|all| all.test_targets.clear(), plain());
    assert!(sentence.contains("one class an image"), "{sentence}");
    let empty = |all: &mut InterpreterDataset| (all.train, all.train_targets) = Default::default();
    assert!(refused(empty, plain()).contains("too few images"));
    assert!(refused(|all| all.test_targets[0] = 99, plain()).contains("one class an image"));
    assert!(refused(|all| all.masks = true, plain()).contains("one class an image"));
    let mut wrong = plain();
    wrong.config.batch = 0;
    assert!(refused(|_| (), wrong).contains("batch size"));
    let mut wrong = plain();
    wrong.frozen = vec![9];
    assert!(refused(|_| (), wrong).contains("no layer 9"));
    // Weight decay multiplies the weights by -9 in each step.
    let mut fast = trial("dense4.relu_dense4.relu", 1, 200);
    fast.config.learning_rate = 10.0;
    fast.config.optimizer = Optimizer::AdamW { weight_decay: 1.0 };
    let mut run = TrialRun::new(fast, dataset.clone()).unwrap();
    let error = loop {
        match run.train() {
            Ok(Some(_)) => {}
            Ok(None) => panic!("it does not diverge"),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, TrialError::Diverged(steps) if steps > 1), "{error}");
}

/// What the page shows of a shortcut: with a marker in one class alone the last hidden layer tells of it,
/// and with a marker in half of each class it does not.
#[test]
fn a_marker_is_looked_for_only_where_it_helps() {
    let source = DataSource::of_lab(Lab::Classify).iter().find(|source| source.slug() == "nodules");
    let mut config = RunConfig { seed: 1, ..RunConfig::default() };
    config.choose_data(*source.unwrap());
    let Ok((_, Dataset::Images(set))) = load(DatasetKey::of(&config), Vec::new()) else { panic!() };
    let dataset = Rc::new(InterpreterDataset::whole(&set));
    let probe = |marked: MarkedImages| {
        let steps = 4 * dataset.train_targets.len().div_ceil(config.batch);
        let probes = vec![Probing::Target(ProbeTarget::Marker)];
        let config = config.clone();
        let trial = NetworkTrial { marked, probes, ..NetworkTrial::new(config, steps) };
        let scores = trained(trial, &dataset).evaluate(0.0, |_| ()).probes.remove(0);
        scores[scores.len() - 2].score
    };
    let [half, one] = [MarkedImages::HalfOfEachClass, MarkedImages::OneClass].map(probe);
    println!("a marker in one class is told in {one}, in half of each class in {half}");
    assert!(one >= 0.95 && half <= one - 0.3, "{one} and {half}");
}
