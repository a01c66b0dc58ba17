//! Manifest of a pack, and index of a site's packs.

use serde::{Deserialize, Serialize};

use crate::{Case, PackError};

/// Version of the pack format; a reader refuses newer ones.
pub const FORMAT: u32 = 1;

/// Kind of data in a pack.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PackKind {
    /// Images, each in the folder of its class.
    #[default]
    Images,
    /// Slices, each with a mask of its size.
    Slices,
}

impl PackKind {
    fn is_images(&self) -> bool {
        *self == PackKind::Images
    }
}

/// `manifest.json` of a pack: what the images are, where they come from and what one may do with
/// them. Page and reports show it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`] when written.
    pub format: u32,
    /// Images or slices; images where it is left out.
    #[serde(default, skip_serializing_if = "PackKind::is_images")]
    pub kind: PackKind,
    /// Machine-readable name, as in links: `mednist`.
    pub name: String,
    /// The name shown to people.
    pub title: String,
    /// A sentence on what the images show.
    #[serde(default)]
    pub description: String,
    /// Class names in label order: the folders of a pack of images, the numbers in the masks of a
    /// pack of slices, where 0 is the background.
    pub classes: Vec<String>,
    /// Training images in all.
    pub train: usize,
    /// Test images in all.
    pub test: usize,
    /// How the images were picked and split.
    #[serde(default)]
    pub rule: String,
    /// Where they come from, for people.
    pub source: String,
    /// Where they come from, for browsers; empty where there is no such place.
    #[serde(default)]
    pub source_url: String,
    /// Name of the license.
    #[serde(rename = "licence")]
    pub license: String,
    /// URL of the license's text; empty if there is none.
    #[serde(default, rename = "licence_url")]
    pub license_url: String,
    /// Whom to thank, in the words they ask for.
    pub attribution: String,
    /// SHA-256 of all image files one after the other in pack order (training, then test), in
    /// lower-case hex; empty for generated images.
    #[serde(default)]
    pub sha256: String,
    /// Sizes of the patients whose slices these are; left out for images.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<Case>,
}

impl Manifest {
    /// Reads the JSON text of a manifest and checks what a reader relies on.
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

    /// The JSON text, indented, with a newline at its end; the same manifest gives the same bytes.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

/// List of a site's packs, known before any is fetched.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Index {
    /// One per file; empty for a site with generated images only.
    pub packs: Vec<PackInfo>,
}

impl Index {
    /// The pack of that name.
    pub fn pack(&self, name: &str) -> Option<&PackInfo> {
        self.packs.iter().find(|pack| pack.manifest.name == name)
    }
}

/// One pack of a site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PackInfo {
    /// File name, beside the index.
    pub file: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the file in lower-case hex.
    pub sha256: String,
    /// The pack's own manifest.
    pub manifest: Manifest,
}
