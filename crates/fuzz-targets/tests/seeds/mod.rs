//! Inputs to begin with, made by code: one or more for each form that a target reads.

mod dicom;
mod nifti;
mod own_data;
mod picture;

/// Returns the inputs of a target. Those of pairs are found without any.
pub fn of(target: &str) -> Vec<Vec<u8>> {
    match target {
        "dicom" => dicom::seeds(),
        "gzip" => nifti::compressed_seeds(),
        "nifti" => nifti::seeds(),
        "own_data" => own_data::seeds(),
        "picture" => picture::seeds(),
        _ => vec![vec![0; 64], (0..=255).cycle().step_by(7).take(600).collect()],
    }
}
