//! A run as a PyTorch program.
//!
//! The program needs torch, torchvision (for Pillow, which it installs) and NumPy. It reads the pack
//! of the data set and computes what the engine computes: batches, dropout masks and, unless it is
//! given a file with others, first weights come from the same random numbers, so that losses differ
//! from the page's only by rounding. Where that does not hold, [`Program::unsupported`] says why.

pub(crate) mod network;
mod parts;
pub(crate) mod sections;

use model::graph::Graph;
use model::{DataShape, DataSource, RunConfig, RunConfigError};

use crate::program::{Language, Program, Unsupported};

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
         The data set, {file}, must be in the folder in which the program runs. A safetensors file\n\
         of weights may be named as its argument; it then starts with these."
    );
    let mut usage: Vec<_> = usage.lines().map(str::to_owned).collect();
    let (unsupported, note) = match config.data {
        DataSource::MedNist => (
            Some(Unsupported::JpegRounding { file }),
            "Not covered exactly: the images are JPEG files. Pillow rounds some of their pixels to another\n\
             gray level than the page, so that losses are similar and not the same.",
        ),
        DataSource::Hippocampus => (None, ""),
        DataSource::Phantom { .. } | DataSource::Ventricles(_) => (
            Some(Unsupported::GeneratedImages { file }),
            "Not covered: the page generates these images from the seed, which the program cannot do. Save\n\
             them under the name above, in the layout of a pack, before it runs.",
        ),
    };
    if !note.is_empty() {
        usage.push(String::new());
        usage.extend(note.lines().map(str::to_owned));
    }
    let sections = vec![
        settings,
        sections::random(),
        sections::data(config.lab()),
        network::section(&graph),
        sections::first_weights(&graph),
        sections::loss(config),
        sections::evaluation(config.lab()),
        sections::training(config, network::has_dropout(&graph)),
    ];
    Ok(Program {
        language: Language::Python,
        title: format!("{} in PyTorch", sections::task_name(config)),
        usage,
        sections,
        unsupported: unsupported.into_iter().collect(),
    })
}
