//! What a study found, in plain words.

use model::StudyKind;

use super::arm_figures::ArmFigures;
use super::comparison_sentences::{classical, seeds, trained_layers, training_images};
use super::probe_sentences::{corruption, probe_targets, shortcut};
use super::study_run::StudyRun;

/// Returns the sentences for the results that there are; `None` before there are enough.
pub fn study_sentence(run: &StudyRun, figures: &[ArmFigures]) -> Option<String> {
    let sentences = match run.study.settings.kind {
        StudyKind::TrainedLayers => trained_layers(run, figures)?,
        StudyKind::TrainingImages => training_images(run, figures)?,
        StudyKind::Classical => classical(run, figures)?,
        StudyKind::Seeds => seeds(run, figures)?,
        StudyKind::ProbeTargets => probe_targets(run, figures)?,
        StudyKind::Shortcut => shortcut(run, figures)?,
        StudyKind::Corruption => corruption(run, figures)?,
    };
    Some(sentences.join(" "))
}
