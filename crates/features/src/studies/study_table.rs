//! The table of a study.

use leptos::prelude::*;
use model::{CorruptionKind, StudyKind};

use super::arm_figures::ArmFigures;
use super::arm_tables::{arm_table, image_table};
use super::probe_tables::{corruption_table, marker_table, target_table};
use super::study_run::StudyRun;

/// Returns the table. Of corrupted images, one kind of corruption is shown.
pub fn study_table(run: &StudyRun, figures: &[ArmFigures], shown: CorruptionKind) -> AnyView {
    match run.study.settings.kind {
        StudyKind::TrainingImages => image_table(run, figures),
        StudyKind::ProbeTargets => target_table(run, figures),
        StudyKind::Shortcut => marker_table(run, figures),
        StudyKind::Corruption => corruption_table(run, figures, shown),
        StudyKind::TrainedLayers | StudyKind::Classical | StudyKind::Seeds => {
            arm_table(run, figures)
        }
    }
}
