//! WebAssembly module that converts DICOM files to a NIfTI-1 file, in a worker of its own.

fn main() {}

#[cfg(target_arch = "wasm32")]
mod browser {
    use dicom_converter::{DicomError, FileSet};
    use js_sys::{Array, Uint8Array};
    use protocol::dicom::{ConvertDicom, ConvertedDicom};
    use protocol::{ErrorCode, Problem};
    use transport::BlobReader;
    use wasm_bindgen::JsCast;
    use wasm_bindgen::prelude::*;
    use web_sys::{Blob, File};

    /// Number of bytes that are read at once of a header.
    const HEADER_CHUNK_BYTES: u32 = 64 << 10;

    /// Number of bytes that are read at once of pixels.
    const PIXEL_CHUNK_BYTES: u32 = 1 << 20;

    /// Prepares the module.
    #[wasm_bindgen]
    pub fn start() {
        transport::report_panics();
    }

    /// Handles an encoded request with an array of files, and posts the response with the volume.
    #[wasm_bindgen]
    pub fn receive(bytes: &[u8], files: Array) -> Result<(), JsError> {
        let _: ConvertDicom = transport::decode(bytes)?;
        let files: Vec<File> = files.iter().map(JsCast::unchecked_into).collect();
        let (response, volume) = match convert(&files) {
            Ok((volume, converted)) => (Ok(converted), volume.into()),
            Err(error) => (Err(Problem::new(ErrorCode::BadImage, error)), JsValue::UNDEFINED),
        };
        transport::post_with_file::<Result<ConvertedDicom, Problem>>(&response, &volume);
        Ok(())
    }

    /// Converts files. They are read twice: first their headers, then their pixels.
    fn convert(files: &[File]) -> Result<(Blob, ConvertedDicom), DicomError> {
        let mut set = FileSet::new();
        for file in files {
            set.add(BlobReader::new(file, HEADER_CHUNK_BYTES), file.size() as u64)?;
        }
        let plan = set.plan()?;
        let slices = plan.shape()[2];
        let parts = Array::new_with_length(1 + slices as u32);
        parts.set(0, blob(&plan.header())?.into());
        for file in plan.files() {
            let mut error = None;
            let source = files.get(file).ok_or(DicomError::Changed)?;
            plan.read_slices(file, BlobReader::new(source, PIXEL_CHUNK_BYTES), |index, voxels| {
                match blob(&voxels) {
                    Ok(part) => parts.set(1 + index as u32, part.into()),
                    Err(refused) => error = Some(refused),
                }
            })?;
            error.map_or(Ok(()), Err)?;
        }
        let volume = Blob::new_with_blob_sequence(&parts).map_err(|_| DicomError::NoMemory)?;
        let notes = plan.notes().iter().map(|note| note.to_string()).collect();
        Ok((volume, ConvertedDicom { notes }))
    }

    fn blob(bytes: &[u8]) -> Result<Blob, DicomError> {
        let parts = Array::of1(&Uint8Array::from(bytes));
        Blob::new_with_u8_array_sequence(&parts).map_err(|_| DicomError::NoMemory)
    }
}
