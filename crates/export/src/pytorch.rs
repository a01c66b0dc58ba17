//! A run as a PyTorch program.
//!
//! The program needs torch, torchvision (for Pillow, which it installs) and NumPy. It reads the pack
//! of the data set and computes what the engine computes: batches, dropout masks and, unless it is
//! given a file with others, first weights come from the same random numbers, so that losses differ
//! from the page's only by rounding.

mod network;
mod parts;
pub(crate) mod sections;

use model::graph::Graph;
use model::{DataShape, RunConfig, RunConfigError};

use crate::network_lines::has_dropout;
use crate::program::{Language, Program};

/// Writes the program of a configuration, for data of this shape. The learning rate is that of the
/// configuration: changes that a visitor makes during a run are no part of it.
///
/// # Errors
///
/// Returns the reason why the configuration cannot run.
pub fn program(config: &RunConfig, shape: DataShape) -> Result<Program, RunConfigError> {
    config.check(shape)?;
    let graph = Graph::of(&config.task, shape)?;
    let file = format!("{}.zip", config.data.slug());
    let settings = sections::settings(config, shape, &file);
    let usage = format!(
        "It trains the network of the page on the same images in the same order, from the same\n\
         first weights, with Python 3.9 or later and three packages:\n\n    \
             pip install torch torchvision numpy\n\n\
         The data set, {file}, which the page saves too, must be in the folder in which the program\n\
         runs. A safetensors file of weights may be named as its argument; it then starts with these."
    );
    let usage: Vec<_> = usage.lines().map(str::to_owned).collect();
    let sections = vec![
        settings,
        sections::random(),
        sections::data(config.lab()),
        network::section(&graph),
        sections::first_weights(&graph),
        sections::loss(config),
        sections::evaluation(config.lab()),
        sections::training(config, has_dropout(&graph)),
    ];
    Ok(Program {
        language: Language::Python,
        title: format!("{} in PyTorch", sections::task_name(config)),
        usage,
        sections,
        unsupported: Vec::new(),
    })
}
