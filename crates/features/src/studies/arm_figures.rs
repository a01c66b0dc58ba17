//! Figures of the configurations of a study: accuracy and ladder, as mean over seeds with an interval.

use metrics::{ConfidenceInterval, SIGNIFICANCE, SeedMean, mcnemar_exact, seed_mean, wilson};
use protocol::study::{ProbeScore, TrialResult};

use super::study::Variant;
use super::study_run::StudyRun;
use crate::figure::Figure;

/// Figures of one configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct ArmFigures {
    /// In what it differs from the others.
    pub variant: Variant,
    /// Accuracy on the evaluated images, 0 to 1: mean over seeds with Student's interval; with one
    /// seed, with Wilson's interval over images.
    pub accuracy: Figure,
    /// Scores of the linear probes: for each probing a list from the image to the output. Mean over seeds
    /// with Student's interval; with one seed, with the interval over images.
    pub probes: Vec<Vec<Figure>>,
    /// Number of learned values that were trained.
    pub trained: usize,
    /// Mean time for training in seconds.
    pub seconds: f64,
    /// Number of seeds that are done.
    pub seeds: usize,
}

impl ArmFigures {
    /// Returns the scores of the probes of the first probing, the class unless something else is planted.
    pub fn first_probes(&self) -> &[Figure] {
        self.probes.first().map_or(&[], Vec::as_slice)
    }
}

/// Returns the figure of the last hidden layer, given those of all layers; `None` without hidden layers.
pub fn last_hidden(probes: &[Figure]) -> Option<Figure> {
    probes.len().checked_sub(2).map(|at| probes[at])
}

/// Difference of two accuracies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// Mean difference, −1 to 1.
    pub mean: f64,
    /// Its 95 % interval, over seeds or, with one seed, over images.
    pub interval: Option<ConfidenceInterval>,
    /// Whether it could be chance.
    pub could_be_chance: bool,
}

/// Returns the figures of the arms that have results.
pub fn arm_figures(run: &StudyRun) -> Vec<ArmFigures> {
    let labels = &run.study.data.labels;
    let arms = run.study.arms.iter().enumerate();
    let figures = arms.filter_map(|(index, arm)| {
        let results: Vec<&TrialResult> = run.results(index).map(|(_, result)| result).collect();
        let first = results.first()?;
        let of = |value: &dyn Fn(&TrialResult) -> f64| {
            let values: Vec<f64> = results.iter().map(|result| value(result)).collect();
            let SeedMean { mean, interval } = seed_mean(&values)?;
            Some(match interval {
                Some(_) => Figure::new(Some(mean), interval),
                None => {
                    let right = (mean * labels.len() as f64).round() as usize;
                    Figure::new(Some(mean), wilson(right, labels.len()))
                }
            })
        };
        let probe = |probing: usize, layer: usize| {
            let scores: Option<Vec<&ProbeScore>> =
                results.iter().map(|result| result.probes.get(probing)?.get(layer)).collect();
            match scores?[..] {
                [ProbeScore { score, interval }] => {
                    let interval = interval.map(|[low, high]| ConfidenceInterval { low, high });
                    Some(Figure::new(Some(*score), interval))
                }
                ref scores => {
                    let scores: Vec<f64> = scores.iter().map(|of| of.score).collect();
                    let SeedMean { mean, interval } = seed_mean(&scores)?;
                    Some(Figure::new(Some(mean), interval))
                }
            }
        };
        let probes = first.probes.iter().enumerate().map(|(probing, layers)| {
            (0..layers.len()).filter_map(|layer| probe(probing, layer)).collect()
        });
        Some(ArmFigures {
            variant: arm.variant,
            accuracy: of(&|result| accuracy(result, labels))?,
            probes: probes.collect(),
            trained: first.trained,
            seconds: results.iter().map(|result| result.seconds).sum::<f64>()
                / results.len() as f64,
            seeds: results.len(),
        })
    });
    figures.collect()
}

/// Returns the accuracy of a network, 0 to 1.
pub fn accuracy(result: &TrialResult, labels: &[u8]) -> f64 {
    let right = right(result, labels).into_iter().filter(|right| *right).count();
    right as f64 / labels.len().max(1) as f64
}

/// Returns for each image whether the network is right.
pub fn right(result: &TrialResult, labels: &[u8]) -> Vec<bool> {
    result.predictions.iter().zip(labels).map(|(found, truth)| found == truth).collect()
}

/// Returns the accuracy of one arm minus that of another, from the seeds that both have.
pub fn difference(run: &StudyRun, one: usize, other: usize) -> Option<Difference> {
    let labels = &run.study.data.labels;
    let pairs = run.results(one).filter_map(|(seed, result)| {
        let (_, of_other) = run.results(other).find(|(of, _)| *of == seed)?;
        Some((result, of_other))
    });
    let pairs: Vec<(&TrialResult, &TrialResult)> = pairs.collect();
    if let [(one, other)] = pairs[..] {
        // The images are what there is to estimate the chance from; they are taken as independent.
        let (one_right, other_right) = (right(one, labels), right(other, labels));
        let only = |a: &[bool], b: &[bool]| a.iter().zip(b).filter(|(a, b)| **a && !**b).count();
        let (only_one, only_other) =
            (only(&one_right, &other_right), only(&other_right, &one_right));
        return Some(Difference {
            mean: accuracy(one, labels) - accuracy(other, labels),
            interval: None,
            could_be_chance: mcnemar_exact(only_one, only_other) >= SIGNIFICANCE,
        });
    }
    let differences: Vec<f64> =
        pairs.iter().map(|(one, other)| accuracy(one, labels) - accuracy(other, labels)).collect();
    let found = seed_mean(&differences)?;
    Some(Difference {
        mean: found.mean,
        interval: found.interval,
        could_be_chance: found.could_be_zero().unwrap_or(true),
    })
}
