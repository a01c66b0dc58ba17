//! Trains four networks that differ in the layers that are trained, and prints accuracy and ladder.
//!
//! ```text
//! cargo run --release -p studies --example search_or_structure -- nodules EPOCHS SEEDS
//! cargo run --release -p studies --example search_or_structure -- PACK EPOCHS SEEDS
//! ```

use std::time::Instant;

use model::graph::Graph;
use model::{DataShape, ProbeTarget, RunConfig, TrainedLayers};
use protocol::study::{NetworkTrial, Probing};
use studies::TrialRun;

mod example_data;

use example_data::Arguments;

fn main() {
    let Arguments { dataset, source, epochs, seeds } = Arguments::read();
    let shape = DataShape { classes: dataset.classes, size: dataset.size };
    for trained in TrainedLayers::ALL {
        for seed in 1..=seeds {
            let mut config = RunConfig { seed, ..RunConfig::default() };
            config.choose_data(source);
            let graph = Graph::of(&config.task, shape).expect("the default network");
            let steps = epochs * dataset.train_targets.len().div_ceil(config.batch);
            let frozen = trained.frozen(&graph);
            let probes = vec![Probing::Target(ProbeTarget::Class)];
            let trial = NetworkTrial { frozen, probes, ..NetworkTrial::new(config, steps) };
            let start = Instant::now();
            let mut run = TrialRun::new(trial, dataset.clone()).expect("a valid trial");
            while run.train().expect("no divergence").is_some() {}
            let training = start.elapsed().as_secs_f64();
            let result = run.evaluate(training, |_| ());
            let pairs = result.predictions.iter().zip(&dataset.test_targets);
            let right = pairs.filter(|(found, truth)| found == truth).count();
            let percent = |share: f64| format!("{:.1}", 100.0 * share);
            let probes: Vec<String> = result.probes[0].iter().map(|of| percent(of.score)).collect();
            println!(
                "{:18} seed {seed}: {} %, probes {}; {training:.1} s and {:.1} s",
                trained.name(),
                percent(right as f64 / dataset.test_targets.len() as f64),
                probes.join(" "),
                start.elapsed().as_secs_f64() - training,
            );
        }
    }
}
