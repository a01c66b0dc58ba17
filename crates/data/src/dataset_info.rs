//! Description of a data set for people.

use serde::{Deserialize, Serialize};

#[cfg(feature = "sources")]
use crate::Manifest;

/// Description of a data set for people: the parts of its manifest that the page shows. It is sent
/// with postcard, which unlike a manifest's JSON has no optional fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatasetInfo {
    /// Machine-readable name, as in links.
    pub name: String,
    /// A sentence on what the images show.
    pub description: String,
    /// Class names in label order.
    pub classes: Vec<String>,
    /// Training images in all.
    pub train: usize,
    /// Test images in all.
    pub test: usize,
    /// How the images were picked and split.
    pub rule: String,
    /// Where they come from, for people.
    pub source: String,
    /// Where they come from, for browsers; empty where there is no such place.
    pub source_url: String,
    /// Name of the license.
    pub license: String,
    /// URL of the license's text; empty if there is none.
    pub license_url: String,
    /// Whom to thank.
    pub attribution: String,
}

#[cfg(feature = "sources")]
impl From<Manifest> for DatasetInfo {
    fn from(manifest: Manifest) -> Self {
        Self {
            name: manifest.name,
            description: manifest.description,
            classes: manifest.classes,
            train: manifest.train,
            test: manifest.test,
            rule: manifest.rule,
            source: manifest.source,
            source_url: manifest.source_url,
            license: manifest.license,
            license_url: manifest.license_url,
            attribution: manifest.attribution,
        }
    }
}
