//! Manifest of a pack, and index of the packs of a site.

use model::Split;
use serde::{Deserialize, Serialize};

use crate::{Case, PackError};

/// Version of the pack format. Readers reject newer versions.
pub const FORMAT: u32 = 1;

/// Kind of data in a pack.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PackKind {
    /// Images, each in a folder named after its class.
    #[default]
    Images,
    /// Slices, each with a mask of the same size.
    Slices,
}

impl PackKind {
    fn is_images(&self) -> bool {
        *self == PackKind::Images
    }
}

/// Contents of `manifest.json` in a pack: what the images show, where they come from, and under
/// which license they may be used. The page and its reports show this information.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the format; [`FORMAT`] when written.
    pub format: u32,
    /// Images or slices; images if the field is missing.
    #[serde(default, skip_serializing_if = "PackKind::is_images")]
    pub kind: PackKind,
    /// Machine-readable name, as used in links, for example `mednist`.
    pub name: String,
    /// The name shown to people.
    pub title: String,
    /// A sentence on what the images show.
    #[serde(default)]
    pub description: String,
    /// Class names in label order. In a pack of images they are the names of the folders. In a pack
    /// of slices they are indexed by the values in the masks, and 0 is the background.
    pub classes: Vec<String>,
    /// Total number of training images.
    pub train: usize,
    /// Total number of validation images.
    #[serde(default)]
    pub validation: usize,
    /// Total number of test images.
    pub test: usize,
    /// Whether the validation set was cut from the test set, so that with two splits its images are
    /// test images.
    #[serde(default, skip_serializing_if = "is_false")]
    pub validation_is_of_test: bool,
    /// Whether the file name of an image begins with its patient, up to the first `_`. Images of a
    /// patient are of one class.
    #[serde(default, skip_serializing_if = "is_false")]
    pub names_begin_with_patient: bool,
    /// Rule by which the images were selected and split.
    #[serde(default)]
    pub rule: String,
    /// What to know before trusting a result on these images, one sentence or two each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Source of the images, for display.
    pub source: String,
    /// URL of the source; empty if there is none.
    #[serde(default)]
    pub source_url: String,
    /// Name of the license.
    #[serde(rename = "licence")]
    pub license: String,
    /// URL of the license text; empty if there is none.
    #[serde(default, rename = "licence_url")]
    pub license_url: String,
    /// Attribution, in the words that the license asks for.
    pub attribution: String,
    /// SHA-256 of all image files concatenated in pack order (training, validation, test), in lower-case
    /// hex; empty for generated images.
    #[serde(default)]
    pub sha256: String,
    /// Spacing of each patient's slices; empty for images.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<Case>,
}

impl Manifest {
    /// Returns the number of images of a split.
    pub fn count(&self, split: Split) -> usize {
        match split {
            Split::Train => self.train,
            Split::Validation => self.validation,
            Split::Test => self.test,
        }
    }

    /// Parses the JSON text of a manifest and checks everything that readers rely on.
    pub fn from_json(json: &[u8]) -> Result<Self, PackError> {
        let manifest: Manifest =
            serde_json::from_slice(json).map_err(|e| PackError::Manifest(e.to_string()))?;
        let fault = |text: String| Err(PackError::Manifest(text));
        if manifest.format > FORMAT {
            return Err(PackError::Newer(manifest.format));
        }
        let classes = &manifest.classes;
        if !(2..=255).contains(&classes.len()) {
            return fault(format!("it names {} classes, not 2 to 255", classes.len()));
        }
        for (index, class) in classes.iter().enumerate() {
            if class.is_empty() || class.contains(['/', '\\']) || class.starts_with('.') {
                return fault(format!("“{class}” cannot be the name of a class"));
            }
            if classes[..index].contains(class) {
                return fault(format!("it names the class “{class}” twice"));
            }
        }
        for case in &manifest.cases {
            let [height, width] = case.pixel_mm;
            if ![height, width, case.slice_mm].iter().all(|mm| *mm > 0.0 && mm.is_finite()) {
                return fault(format!(
                    "a length of the case “{}” is no positive number",
                    case.name
                ));
            }
        }
        Ok(manifest)
    }

    /// Returns the JSON text, indented and with a trailing newline. Equal manifests give equal
    /// bytes.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// List of the packs of a site, available before any pack is downloaded.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Index {
    /// One entry per pack file; empty for a site with generated images only.
    pub packs: Vec<PackInfo>,
}

impl Index {
    /// Returns the pack with this name.
    pub fn pack(&self, name: &str) -> Option<&PackInfo> {
        self.packs.iter().find(|pack| pack.manifest.name == name)
    }
}

/// Entry of one pack in the index.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PackInfo {
    /// File name, in the folder of the index.
    pub file: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the file, in lower-case hex.
    pub sha256: String,
    /// Manifest of the pack.
    pub manifest: Manifest,
}
