//! Reading of zip archives, which every pack is. Sizes are limited before a file is read, and the
//! zip reader verifies checksums.

use std::borrow::Cow;
use std::io::{Cursor, Read};
use std::sync::Arc;

use zip::ZipArchive;

use crate::{MAX_PACK_BYTES, PackError};

/// Maximum size of a manifest, in bytes.
pub const MAX_MANIFEST_BYTES: u64 = 1 << 20;

/// Maximum size of an image file, in bytes.
pub const MAX_IMAGE_BYTES: u64 = 1 << 20;

/// An open zip file. Cloning shares the bytes.
pub type Archive = ZipArchive<Cursor<Arc<[u8]>>>;

/// Opens a zip file. Reads only its directory.
pub fn open(bytes: Arc<[u8]>) -> Result<Archive, PackError> {
    if bytes.is_empty() {
        return Err(PackError::Empty);
    }
    if bytes.len() > MAX_PACK_BYTES {
        return Err(PackError::TooLarge(bytes.len()));
    }
    if !bytes.starts_with(b"PK") {
        return Err(PackError::NotZip);
    }
    ZipArchive::new(Cursor::new(bytes)).map_err(|error| PackError::Damaged(error.to_string()))
}

/// Returns the name of an entry with its folders, separated by `/`. Some programs on Windows write
/// `\`, although the format (APPNOTE 4.4.17.1) asks for `/`.
pub fn entry_name(archive: &Archive, at: usize) -> Cow<'_, str> {
    let name = archive.name_for_index(at).unwrap_or_default();
    match name.contains('\\') {
        true => Cow::Owned(name.replace('\\', "/")),
        false => Cow::Borrowed(name),
    }
}

/// Returns the index of the entry with a name, as [`entry_name`] gives it.
pub fn find(archive: &Archive, name: &str) -> Option<usize> {
    let same = |at: &usize| entry_name(archive, *at) == name;
    archive.index_for_name(name).or_else(|| (0..archive.len()).find(same))
}

/// Reads one file of at most `limit` bytes. The size in the directory may be wrong, so the bytes
/// that are read are counted as well.
pub fn read(archive: &Archive, at: usize, path: &str, limit: u64) -> Result<Vec<u8>, PackError> {
    // A clone only increments two reference counts. It avoids a `&mut` parameter.
    let mut archive = archive.clone();
    let fail = |reason: String| PackError::File { file: path.to_owned(), reason };
    let large = || fail(format!("it has more than {} KB", limit >> 10));
    let file = archive.by_index(at).map_err(|error| fail(error.to_string()))?;
    if file.size() > limit {
        return Err(large());
    }
    let mut bytes = Vec::with_capacity(file.size() as usize);
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| fail(error.to_string()))?;
    if bytes.len() as u64 > limit {
        return Err(large());
    }
    Ok(bytes)
}
