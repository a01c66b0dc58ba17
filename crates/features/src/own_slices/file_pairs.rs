//! Pairs of NIfTI files, `.hdr` and `.img`, as one file.

use js_sys::Array;
use wasm_bindgen::JsValue;
use web_sys::{Blob, File};

/// Size of a NIfTI-1 header, and of a NIfTI-2 header, in bytes. Extensions may follow.
const HEADER_BYTES: [f64; 2] = [348.0, 540.0];

/// Returns the files, each pair of a header and its image joined: the header without extensions,
/// then the image. If the browser cannot join them, both stay as they are.
pub fn join_pairs(files: &[File]) -> Vec<File> {
    let names: Vec<String> = files.iter().map(File::name).collect();
    let pick = |index: usize| files.get(index).cloned();
    pair_files(&names)
        .into_iter()
        .flat_map(|(first, second)| match (pick(first), second.and_then(pick)) {
            (Some(header), Some(image)) => match join(&header, &image) {
                Ok(joined) => vec![joined],
                Err(_) => vec![header, image],
            },
            (first, _) => first.into_iter().collect(),
        })
        .collect()
}

fn join(header: &File, image: &File) -> Result<File, JsValue> {
    let [version_1, version_2] = HEADER_BYTES;
    let bytes = if header.size() < version_2 { version_1 } else { version_2 };
    let start: Blob = header.slice_with_f64_and_f64(0.0, bytes)?;
    File::new_with_blob_sequence(&Array::of2(&start, image), &header.name())
}

/// Returns the indices of the files, each `.hdr` file together with the `.img` file of the same
/// name.
pub fn pair_files(names: &[String]) -> Vec<(usize, Option<usize>)> {
    let names: Vec<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
    let other = |name: &str, from: &str, to: &str| {
        let wanted = format!("{}{to}", name.strip_suffix(from)?);
        names.iter().position(|name| *name == wanted)
    };
    let indexed = names.iter().enumerate();
    indexed
        .filter(|(_, name)| other(name, ".img", ".hdr").is_none())
        .map(|(index, name)| (index, other(name, ".hdr", ".img")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_paired_with_its_image_file() {
        let pairs = |names: &[&str]| {
            pair_files(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(pairs(&["a.img", "A.hdr", "mask.nii"]), [(1, Some(0)), (2, None)]);
        assert_eq!(pairs(&["a.hdr", "b.img"]), [(0, None), (1, None)]);
    }
}
