//! Reading of visitors' zip files, one entry at a time. Sizes are limited while an entry is read,
//! since what its directory says may be wrong; the zip reader verifies checksums.

use std::fmt;
use std::io::Read;

use zip::ZipArchive;

use super::error::OwnDataError;
use super::limits::{MAX_FILE_BYTES, MAX_TOTAL_BYTES};
use super::read_file::too_large;
use crate::{FileSource, ReadSeek};

/// An open zip file.
pub struct ZipFile(ZipArchive<Box<dyn ReadSeek>>);

impl fmt::Debug for ZipFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ZipFile").field("files", &self.0.len()).finish()
    }
}

impl ZipFile {
    /// Opens a zip file. Reads only its directory.
    ///
    /// # Errors
    ///
    /// Returns an error if it is none, is damaged, or says that it unpacks to too many bytes.
    pub fn open(name: &str, file: &dyn FileSource) -> Result<Self, OwnDataError> {
        let mut source = file.open_anywhere();
        let mut magic = [0; 2];
        let damaged = |error: &dyn fmt::Display| OwnDataError::DamagedZip(error.to_string());
        let is_zip = source.read_exact(&mut magic).is_ok() && magic == *b"PK";
        if !is_zip {
            return Err(OwnDataError::NotZip(name.to_owned()));
        }
        let archive = ZipArchive::new(source).map_err(|error| damaged(&error))?;
        match archive.decompressed_size() {
            Some(bytes) if bytes > u128::from(MAX_TOTAL_BYTES) => Err(OwnDataError::TooManyBytes),
            _ => Ok(Self(archive)),
        }
    }

    /// Returns the paths of all entries, folders too.
    pub fn paths(&self) -> Vec<String> {
        (0..self.0.len())
            .map(|at| self.0.name_for_index(at).unwrap_or_default().to_owned())
            .collect()
    }

    /// Reads an entry.
    ///
    /// # Errors
    ///
    /// Returns a sentence if it is too large, encrypted or damaged.
    pub fn read(&mut self, at: usize) -> Result<Vec<u8>, String> {
        let damaged = |error: &dyn fmt::Display| format!("it is damaged or encrypted ({error}).");
        let file = self.0.by_index(at).map_err(|error| damaged(&error))?;
        if file.size() > MAX_FILE_BYTES {
            return Err(too_large());
        }
        // Grows with what is read: the size in the directory may be wrong.
        let mut bytes = Vec::new();
        file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|error| damaged(&error))?;
        match bytes.len() as u64 > MAX_FILE_BYTES {
            true => Err(too_large()),
            false => Ok(bytes),
        }
    }
}
