//! Description of a data set, shown on the page.

use serde::{Deserialize, Serialize};

#[cfg(feature = "sources")]
use crate::Manifest;

/// Description of a data set: the parts of its manifest that the page shows. It is sent with
/// postcard, so in contrast to the JSON of a manifest it has no optional fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatasetInfo {
    /// Machine-readable name, as used in links.
    pub name: String,
    /// A sentence that describes the images.
    pub description: String,
    /// Class names in label order.
    pub classes: Vec<String>,
    /// Names of all classes of the data set, also of those that a run leaves out.
    pub all_classes: Vec<String>,
    /// Total number of training images.
    pub train: usize,
    /// Total number of validation images.
    pub validation: usize,
    /// Total number of test images.
    pub test: usize,
    /// Rule by which the images were picked and split.
    pub rule: String,
    /// What to know before trusting a result on these images.
    pub notes: Vec<String>,
    /// Origin of the images, as text.
    pub source: String,
    /// URL of the origin; empty if there is none.
    pub source_url: String,
    /// Name of the license.
    pub license: String,
    /// URL of the license's text; empty if there is none.
    pub license_url: String,
    /// Attribution of the authors.
    pub attribution: String,
}

#[cfg(feature = "sources")]
impl From<Manifest> for DatasetInfo {
    fn from(manifest: Manifest) -> Self {
        Self {
            name: manifest.name,
            description: manifest.description,
            all_classes: manifest.classes.clone(),
            classes: manifest.classes,
            train: manifest.train,
            validation: manifest.validation,
            test: manifest.test,
            rule: manifest.rule,
            notes: manifest.notes,
            source: manifest.source,
            source_url: manifest.source_url,
            license: manifest.license,
            license_url: manifest.license_url,
            attribution: manifest.attribution,
        }
    }
}
