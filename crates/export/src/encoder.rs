//! The modules of a classifier from which a U-Net's encoder starts.

use model::RunConfig;
use model::graph::{Graph, Parameter};

use crate::weights::encoder_classifier;

/// Returns the modules of a classifier that begins with the encoder of a U-Net, each with the module
/// of the U-Net that has parameters of the same shapes. Returns `None` for a classifier.
pub fn modules(config: &RunConfig, unet: &Graph) -> Option<Vec<(String, String)>> {
    let len = unet.encoder_len()?;
    let classifier = encoder_classifier(&config.segmentation()?.unet)?;
    let pairs = classifier.parameters().iter().zip(unet.parameters());
    let pairs = pairs.take_while(|(_, parameter)| parameter.values.end <= len);
    let mut modules: Vec<_> =
        pairs.map(|(source, target)| (module(source), module(target))).collect();
    modules.dedup();
    Some(modules)
}

/// Returns the name of a parameter's module.
fn module(parameter: &Parameter) -> String {
    let name = parameter.name.rsplit_once('.').map_or("", |(module, _)| module);
    name.to_owned()
}

/// Returns a name for a comment of a program: what could end the comment is replaced.
pub fn in_comment(name: &str) -> String {
    let is_safe = |letter: char| !letter.is_control() && !matches!(letter, '"' | '\\');
    name.chars().map(|letter| if is_safe(letter) { letter } else { '_' }).collect()
}
