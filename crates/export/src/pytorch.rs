//! A run as a PyTorch program.
//!
//! The program needs torch, torchvision (for Pillow, which it installs) and NumPy. It reads the pack
//! of the data set and computes what the engine computes: batches, augmentation, dropout masks and,
//! unless it is given a file with others, first weights come from the same random numbers, so that
//! losses differ from the page's only by rounding.

mod network;
mod parts;
pub(crate) mod sections;

use model::graph::Graph;
use model::{DataShape, RunConfig, RunConfigError};

use crate::encoder;
use crate::network_lines::has_dropout;
use crate::program::{Language, Program};

/// Writes the program of a configuration, for data of this shape. The learning rate is that of the
/// configuration: changes that a visitor makes during a run are no part of it.
///
/// # Errors
///
/// Returns the reason why the configuration cannot run.
pub fn program(config: &RunConfig, shape: DataShape) -> Result<Program, RunConfigError> {
    write(config, shape, None)
}

/// Writes the program of a U-Net whose encoder starts from a classifier, which is called `classifier`
/// on the page. The program reads the classifier's weights from a file.
///
/// # Errors
///
/// Returns the reason why the configuration cannot run.
pub fn program_with_encoder(
    config: &RunConfig,
    shape: DataShape,
    classifier: &str,
) -> Result<Program, RunConfigError> {
    write(config, shape, Some(classifier))
}

fn write(
    config: &RunConfig,
    shape: DataShape,
    classifier: Option<&str>,
) -> Result<Program, RunConfigError> {
    config.check(shape)?;
    let graph = Graph::of(&config.task, shape)?;
    let file = format!("{}.zip", config.data.slug());
    let settings = sections::settings(config, shape, &file);
    let encoder = classifier.and_then(|name| Some((name, encoder::modules(config, &graph)?)));
    let first = match &encoder {
        None => "from the same\nfirst weights, with Python 3.9 or later and three packages:",
        Some(_) => "with Python\n3.9 or later and three packages:",
    };
    let argument = match &encoder {
        None => {
            "A safetensors file of weights may be named as its argument; it then starts with these."
                .to_owned()
        }
        Some((name, _)) => format!(
            "\n\nOn the page, the encoder of this run starts from a classifier:\n{}.\n\
             Name the safetensors file of such a classifier, which the page saves in its lab, as the\n\
             argument of the program; or one of this U-Net, which it saves before the first step.",
            encoder::in_comment(name)
        ),
    };
    let usage = format!(
        "It trains the network of the page on the same images in the same order, {first}\n\n    \
             pip install torch torchvision numpy\n\n\
         The data set, {file}, which the page saves too, must be in the folder in which the program\n\
         runs. {argument}"
    );
    let usage: Vec<_> = usage.lines().map(|line| line.trim_end().to_owned()).collect();
    let modules = encoder.as_ref().map(|(_, modules)| modules.as_slice());
    let mut sections = vec![settings, sections::random(), sections::data(config.lab())];
    sections.extend(sections::augmentation(config));
    sections.extend([
        network::section(&graph),
        sections::first_weights(&graph, modules),
        sections::loss(config),
        sections::evaluation(config.lab()),
        sections::training(config, has_dropout(&graph)),
    ]);
    Ok(Program {
        language: Language::Python,
        title: format!("{} in PyTorch", sections::task_name(config)),
        usage,
        sections,
        unsupported: Vec::new(),
    })
}
