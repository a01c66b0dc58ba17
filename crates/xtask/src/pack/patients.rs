//! The rule that all images of a patient are in the same split.

use std::collections::BTreeMap;

use data::Split;

use super::error::DataError;
use super::place::Place;

/// The split of each patient seen so far.
#[derive(Clone, Debug, Default)]
pub struct Patients(BTreeMap<String, Split>);

impl Patients {
    /// Notes that an image of a patient is in a split.
    ///
    /// # Errors
    ///
    /// Returns an error if another image of the same patient is in another split.
    pub fn add(&mut self, place: &Place, patient: &str, split: Split) -> Result<(), DataError> {
        let first = *self.0.entry(patient.to_owned()).or_insert(split);
        match first == split {
            true => Ok(()),
            false => Err(DataError::PatientInTwoSplits {
                path: place.path().to_owned(),
                patient: patient.to_owned(),
                splits: [first, split],
            }),
        }
    }
}
