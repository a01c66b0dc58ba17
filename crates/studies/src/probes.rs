//! Linear probes of a trial: of targets that are planted in images, and on corrupted images.

use std::cell::LazyCell;

use data::corrupt;
use data::rng::Rng;
use interpret::feature_rows::{FeatureRows, layer_features};
use interpret::linear_probe::{LinearProbe, RIDGE};
use interpret::network::Model;
use metrics::{Groups, bootstrap, r_squared, wilson};
use model::{ProbeTarget, TargetKind};
use protocol::interpret::InterpreterDataset;
use protocol::study::{ProbeScore, Probing};

use crate::planted_images::{PlantedImages, planted_images};

/// Number of resamples of a bootstrap interval. There are as many intervals as layers and targets.
const RESAMPLES: usize = 400;

/// Linear probes of all layers for one target, fitted to training images.
struct Fitted {
    target: ProbeTarget,
    layers: Vec<FittedLayer>,
}

/// The linear probe of one layer.
struct FittedLayer {
    /// Features of the training images, centered.
    train: FeatureRows,
    /// The mean that was subtracted.
    mean: Vec<f32>,
    /// The probe; `None` if the features are no numbers.
    probe: Option<LinearProbe>,
}

/// Returns the scores of the probes of all layers, from the image to the output, one list for each of
/// these probings. `on_done` is called with the number of probings that are done.
pub fn probe_scores(
    model: &Model,
    weights: &[f32],
    dataset: &InterpreterDataset,
    probings: &[Probing],
    seed: u32,
    mut on_done: impl FnMut(usize),
) -> Vec<Vec<ProbeScore>> {
    // Shared by the class and by all corruptions of it.
    let of_class = LazyCell::new(|| {
        let [train, test] = planted_images(dataset, ProbeTarget::Class, seed);
        (Fitted::new(model, weights, &train, ProbeTarget::Class, dataset.classes), test)
    });
    let mut scores = Vec::new();
    for probing in probings {
        scores.push(match *probing {
            Probing::Target(ProbeTarget::Class) => {
                let (fitted, test) = &*of_class;
                fitted.scores(model, weights, test)
            }
            Probing::Target(target) => {
                let [train, test] = planted_images(dataset, target, seed);
                Fitted::new(model, weights, &train, target, 2).scores(model, weights, &test)
            }
            Probing::Corrupted(corruption) => {
                let (fitted, test) = &*of_class;
                let mut corrupted = test.clone();
                let images = corrupted.gray.chunks_exact_mut(model.pixels());
                for (index, image) in images.enumerate() {
                    corrupt(image, corruption, seed, index);
                }
                fitted.scores(model, weights, &corrupted)
            }
        });
        on_done(scores.len());
    }
    scores
}

impl Fitted {
    fn new(
        model: &Model,
        weights: &[f32],
        train: &PlantedImages,
        target: ProbeTarget,
        classes: usize,
    ) -> Self {
        let fit = |mut rows: FeatureRows| {
            let mean = rows.mean();
            rows.subtract(&mean);
            let gram = rows.gram();
            let probe = match target.kind() {
                TargetKind::Class => {
                    LinearProbe::new(&gram, &classes_of(&train.values), classes, RIDGE)
                }
                TargetKind::Number(_) => LinearProbe::of_numbers(&gram, &train.values, RIDGE),
            };
            FittedLayer { train: rows, mean, probe: probe.ok() }
        };
        let layers = layer_features(model, weights, &train.gray).into_iter().map(fit).collect();
        Self { target, layers }
    }

    fn scores(&self, model: &Model, weights: &[f32], test: &PlantedImages) -> Vec<ProbeScore> {
        let layers = layer_features(model, weights, &test.gray);
        let score = |(mut rows, layer): (FeatureRows, &FittedLayer)| {
            let Some(probe) = &layer.probe else {
                return ProbeScore { score: 0.0, interval: None };
            };
            rows.subtract(&layer.mean);
            let cross = rows.products_with(&layer.train);
            match self.target.kind() {
                TargetKind::Class => accuracy(&probe.classes(&cross), &classes_of(&test.values)),
                TargetKind::Number(_) => determination(&probe.predictions(&cross), &test.values),
            }
        };
        layers.into_iter().zip(&self.layers).map(score).collect()
    }
}

fn classes_of(values: &[f64]) -> Vec<u8> {
    values.iter().map(|value| *value as u8).collect()
}

fn accuracy(found: &[u8], truth: &[u8]) -> ProbeScore {
    let right = found.iter().zip(truth).filter(|(found, truth)| found == truth).count();
    let interval = wilson(right, truth.len()).map(|interval| [interval.low, interval.high]);
    ProbeScore { score: right as f64 / truth.len().max(1) as f64, interval }
}

fn determination(found: &[f64], truth: &[f64]) -> ProbeScore {
    let pairs: Vec<[f64; 2]> = found.iter().zip(truth).map(|(a, b)| [*a, *b]).collect();
    let of = |chosen: &[usize]| r_squared(chosen.iter().map(|at| pairs[*at]));
    let mut rng = Rng::new(0);
    let draw = |count: usize| rng.below(count as u64) as usize;
    let groups = Groups::single(pairs.len());
    let [interval] = bootstrap(&groups, RESAMPLES, draw, |sample| [of(sample)]);
    ProbeScore {
        score: r_squared(pairs.iter().copied()).unwrap_or(0.0),
        interval: interval.map(|interval| [interval.low, interval.high]),
    }
}
