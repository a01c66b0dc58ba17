//! Trials: classifiers that are trained and evaluated for a study, which compares several of them.
//!
//! A [`NetworkTrial`](protocol::study::NetworkTrial) with all layers and all images is the run of the same
//! configuration and seed, to the last digit: first weights, order of the images, augmentation and
//! dropout follow from the seed in the same way.

mod classical_trial;
mod planted_images;
mod probes;
mod training_images;
mod trial_run;

pub use classical_trial::fit_classical;
pub use planted_images::{PlantedImages, planted_images};
pub use probes::probe_scores;
pub use trial_run::{TrialError, TrialRun};
