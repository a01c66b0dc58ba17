//! A run as a program of burn, in Rust.
//!
//! The program reads the pack of the data set and computes what the engine computes: first weights,
//! batches and dropout masks come from the same random numbers. The engine has operations of its own
//! in the place of burn's, so that losses differ by rounding.

mod network;
mod parts;
mod sections;

use model::graph::Graph;
use model::{DataShape, RunConfig, RunConfigError};

use crate::encoder::in_comment;
use crate::network_lines::has_dropout;
use crate::program::{Language, Program, Unsupported};
use crate::pytorch::sections::task_name;

/// Version of burn for which the program is written, which is the engine's.
pub const BURN_VERSION: &str = "0.22.1";

/// Writes the program of a configuration, for data of this shape. The learning rate is that of the
/// configuration: changes that a visitor makes during a run are no part of it.
///
/// # Errors
///
/// Returns the reason why the configuration cannot run.
pub fn program(config: &RunConfig, shape: DataShape) -> Result<Program, RunConfigError> {
    write(config, shape, None)
}

/// Writes the program of a U-Net whose encoder starts on the page from a classifier, which is called
/// `classifier` there. The program says that it does not.
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
    let head = match classifier {
        None => "It trains the network of the page on the same images in the same order, from the same\n\
                 first weights. Make a project with `cargo new`, save this as its src/main.rs, and write\n"
            .to_owned(),
        Some(name) => format!(
            "It trains the network of the page on the same images in the same order. All its first\n\
             weights are drawn from the seed; on the page, the encoder starts from a classifier:\n\
             {}.\n\n\
             Make a project with `cargo new`, save this as its src/main.rs, and write\n",
            in_comment(name)
        ),
    };
    let not_augmented = if config.augmentation.is_none() {
        ""
    } else {
        "\n\nThe page changes the training images at random (data augmentation); this program does not."
    };
    let usage = format!(
        "{head}in its Cargo.toml:\n\n    \
             [dependencies]\n    \
             burn = {{ version = \"{BURN_VERSION}\", features = [\"flex\"] }}\n    \
             image = {{ version = \"0.25\", default-features = false, features = [\"jpeg\", \"png\", \"pnm\"] }}\n    \
             serde_json = \"1\"\n    \
             zip = {{ version = \"8\", default-features = false, features = [\"deflate\"] }}\n\n\
         The data set, {file}, which the page saves too, must be in the folder in which\n\
         `cargo run --release` starts it.{not_augmented}"
    );
    let usage: Vec<_> = usage.lines().map(str::to_owned).collect();
    let mut unsupported = vec![match classifier {
        None => Unsupported::WeightsFile,
        Some(_) => Unsupported::Encoder,
    }];
    if !config.augmentation.is_none() {
        unsupported.push(Unsupported::Augmentation);
    }
    let has_dropout = has_dropout(&graph);
    let mut sections = vec![
        sections::random(has_dropout),
        sections::data(config.lab()),
        sections::first_weights(&graph),
        network::section(&graph),
        sections::loss(config),
        sections::evaluation(config.lab(), has_dropout),
        sections::training(config, has_dropout),
    ];
    sections.insert(0, sections::settings(config, shape, &file, &sections));
    Ok(Program {
        language: Language::Rust,
        title: format!("{} in burn", task_name(config)),
        usage,
        sections,
        unsupported,
    })
}
