//! Trains networks with a marker in no, some or all images of the first class, and prints the scores of
//! linear probes of all layers for each target and corruption.
//!
//! ```text
//! cargo run --release -p studies --example probe_targets -- nodules EPOCHS SEEDS
//! cargo run --release -p studies --example probe_targets -- PACK EPOCHS SEEDS
//! ```

use std::time::Instant;

use model::{Corruption, CorruptionKind, MarkedImages, ProbeTarget, RunConfig};
use protocol::study::{NetworkTrial, Probing};
use studies::TrialRun;

mod example_data;

use example_data::Arguments;

fn main() {
    let Arguments { dataset, source, epochs, seeds } = Arguments::read();
    let corruptions = CorruptionKind::ALL.into_iter().flat_map(Corruption::of);
    let probes: Vec<Probing> = ProbeTarget::ALL
        .map(Probing::Target)
        .into_iter()
        .chain(corruptions.map(Probing::Corrupted))
        .collect();
    for marked in MarkedImages::ALL {
        for seed in 1..=seeds {
            let mut config = RunConfig { seed, ..RunConfig::default() };
            config.choose_data(source);
            let steps = epochs * dataset.train_targets.len().div_ceil(config.batch);
            let probes = match marked {
                MarkedImages::None => probes.clone(),
                _ => {
                    vec![Probing::Target(ProbeTarget::Class), Probing::Target(ProbeTarget::Marker)]
                }
            };
            let trial =
                NetworkTrial { marked, probes: probes.clone(), ..NetworkTrial::new(config, steps) };
            let mut run = TrialRun::new(trial, dataset.clone()).expect("a valid trial");
            while run.train().expect("no divergence").is_some() {}
            let start = Instant::now();
            let result = run.evaluate(0.0, |_| ());
            println!("{}, seed {seed}; {:.1} s", marked.name(), start.elapsed().as_secs_f64());
            for (probing, scores) in probes.iter().zip(&result.probes) {
                let scores: Vec<String> =
                    scores.iter().map(|of| format!("{:6.3}", of.score)).collect();
                println!("  {probing:?}: {}", scores.join(" "));
            }
        }
    }
}
