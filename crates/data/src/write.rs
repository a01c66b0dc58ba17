//! Making a pack. The same pictures and manifest give the same bytes.

use std::io::{Cursor, Write};

use protocol::Split;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::pack::folder;
use crate::{FORMAT, MANIFEST_NAME, Manifest, Pack, PackError, decode_jpeg};

/// One image on its way into a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Index of its class in the manifest.
    pub label: u8,
    /// File name without folders, unique in its class and split.
    pub name: String,
    /// The JPEG file as it is; 64×64 pixels.
    pub bytes: Vec<u8>,
}

/// Writes a pack. Files are stored as they are, without timestamps or permissions of their own,
/// ordered by label and file name; `format`, the counts and `sha256` of the manifest are filled in.
/// Fails on a picture that is no 64×64 JPEG, and on everything that [`Pack::open`] refuses.
pub fn write_pack(
    manifest: Manifest,
    mut train: Vec<Picture>,
    mut test: Vec<Picture>,
) -> Result<Vec<u8>, PackError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut all = Sha256::new();
    let mut paths = Vec::new();
    for pictures in [&mut train, &mut test] {
        pictures.sort_by(|a, b| (a.label, &a.name).cmp(&(b.label, &b.name)));
    }
    for (split, pictures) in [(Split::Train, &train), (Split::Test, &test)] {
        for picture in pictures {
            let class = manifest.classes.get(usize::from(picture.label)).ok_or_else(|| {
                PackError::UnknownFolder(format!("{}/?/{}", folder(split), picture.name))
            })?;
            let path = format!("{}/{class}/{}", folder(split), picture.name);
            decode_jpeg(&picture.bytes)
                .map_err(|reason| PackError::Image { file: path.clone(), reason })?;
            all.update(&picture.bytes);
            paths.push((path, picture));
        }
    }
    let manifest = Manifest {
        format: FORMAT,
        train: train.len(),
        test: test.len(),
        sha256: hex(&all.finalize()),
        ..manifest
    };
    let fail = |error: &dyn std::fmt::Display| PackError::Damaged(error.to_string());
    let json = manifest.to_json();
    let files = paths.iter().map(|(path, picture)| (path.as_str(), picture.bytes.as_slice()));
    for (path, bytes) in std::iter::once((MANIFEST_NAME, json.as_bytes())).chain(files) {
        zip.start_file(path, options).map_err(|e| fail(&e))?;
        zip.write_all(bytes).map_err(|e| fail(&e))?;
    }
    let bytes = zip.finish().map_err(|e| fail(&e))?.into_inner();
    Pack::open(bytes.as_slice())?;
    Ok(bytes)
}

/// SHA-256 in lower-case hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
