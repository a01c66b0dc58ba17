//! The service worker's list of files; `www/service-worker.js` documents its purpose.

use std::collections::BTreeMap;
use std::path::Path;

use crate::files::{content_hash, list, read};
use crate::shell::Failure;

/// Folder of the packs in a site.
const PACKS: &str = "packs/";

/// Start of the names of the files that convert DICOM.
const DICOM: &str = "dicom-";

/// File names as requested by a page, with the hashes of their contents.
pub type Files = BTreeMap<String, String>;

/// Returns the files in a folder.
pub fn files(folder: &Path) -> Result<Files, Failure> {
    let mut files = Files::new();
    add(folder, "", &mut files)?;
    Ok(files)
}

fn add(folder: &Path, start: &str, files: &mut Files) -> Result<(), Failure> {
    for path in list(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            add(&path, &format!("{start}{name}/"), files)?;
        } else {
            files.insert(format!("{start}{name}"), content_hash(&read(&path)?));
        }
    }
    Ok(())
}

/// Returns the values for the template `www/service-worker.js`. Files that not every page needs are
/// listed separately: packs, and the converter of DICOM files.
pub fn values(version: String, page: &str, files: Files) -> [(&'static str, String); 4] {
    let is_pack = |name: &str| name.starts_with(PACKS) && name.ends_with(".zip");
    let (on_demand, files): (Files, Files) =
        files.into_iter().partition(|(name, _)| is_pack(name) || name.starts_with(DICOM));
    let json = |files: &Files| serde_json::to_string_pretty(files).unwrap_or_default();
    [
        ("version", version),
        ("page", serde_json::to_string(page).unwrap_or_default()),
        ("files", json(&files)),
        ("on_demand", json(&on_demand)),
    ]
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_service_worker_learns_of_every_file_and_of_those_on_demand_apart() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("packs")).unwrap();
        for name in ["app-1.js", "dicom-4.wasm", "packs/index-2.json", "packs/lungs-3.zip"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        let found = files(folder.path()).unwrap();
        assert_eq!(found["packs/lungs-3.zip"], content_hash(b"packs/lungs-3.zip"));
        let [version, page, files, on_demand] = values("7".into(), "<b>\"\n", found);
        assert_eq!((version.1.as_str(), page.1.as_str()), ("7", r#""<b>\"\n""#));
        let names = |json: &str| -> Vec<String> {
            serde_json::from_str::<Files>(json).unwrap().into_keys().collect()
        };
        assert_eq!(names(&files.1), ["app-1.js", "packs/index-2.json"]);
        assert_eq!(names(&on_demand.1), ["dicom-4.wasm", "packs/lungs-3.zip"]);
    }
}
