//! A classical method that is fitted and evaluated.

use classical::{Examples, evaluate};
use protocol::interpret::InterpreterDataset;
use protocol::study::{ClassicalTrial, TrialResult};

use crate::training_images::choose;
use crate::trial_run::{TrialError, check};

/// Fits a classical method, and evaluates it. The time in the result is 0.
///
/// # Errors
///
/// Returns the reason why it cannot be carried out.
pub fn fit_classical(
    trial: &ClassicalTrial,
    dataset: &InterpreterDataset,
) -> Result<TrialResult, TrialError> {
    check(dataset)?;
    let size = dataset.size;
    let all = Examples { pixels: &dataset.train, labels: &dataset.train_targets, size };
    let test = Examples { pixels: &dataset.test, labels: &dataset.test_targets, size };
    let seed = u64::from(trial.seed);
    let found = match trial.images_per_class {
        None => evaluate(trial.method, all, test, seed)?,
        Some(most) => {
            let chosen = choose(all.labels, dataset.classes, most, trial.seed);
            let image =
                |index: &usize| &all.pixels[index * size[0] * size[1]..][..size[0] * size[1]];
            let pixels: Vec<u8> = chosen.iter().flat_map(image).copied().collect();
            let labels: Vec<u8> = chosen.iter().map(|index| all.labels[*index]).collect();
            let train = Examples { pixels: &pixels, labels: &labels, size };
            evaluate(trial.method, train, test, seed)?
        }
    };
    Ok(TrialResult {
        predictions: found.predictions,
        probes: Vec::new(),
        trained: found.parameters,
        seconds: 0.0,
    })
}
