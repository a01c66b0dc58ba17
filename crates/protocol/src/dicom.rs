//! Messages between the page and the converter of DICOM files. The files, and the volume, are sent
//! beside them.

use serde::{Deserialize, Serialize};

/// Request to convert the files sent with it, an array of `File`, to one volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConvertDicom;

/// Response to [`ConvertDicom`]. The volume is sent with it, a `Blob` with a NIfTI-1 file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConvertedDicom {
    /// What was done with the files, as sentences. They contain no text of the files' headers.
    pub notes: Vec<String>,
}
