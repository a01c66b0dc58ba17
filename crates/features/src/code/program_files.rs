//! Names of the files that leave the page.

use export::Language;
use model::Task;

/// Returns the beginning of the names of a network's files.
pub fn stem(task: &Task) -> &'static str {
    match task {
        Task::Classify(network) => network.architecture.slug(),
        Task::Segment(_) => "unet",
    }
}

/// Returns the name of a program's file.
pub fn program_name(task: &Task, language: Language) -> String {
    format!("{}.{}", stem(task), language.file_extension())
}

/// Returns the name of a file of weights after a number of steps.
pub fn weights_name(task: &Task, step: usize) -> String {
    format!("{}-step-{step}.safetensors", stem(task))
}
