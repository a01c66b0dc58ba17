//! DICOM series.

use data::user_files::is_dicom;
use dicom_converter::{DicomError, FileSet, Plan};

use crate::bytes::Bytes;
use crate::sentence;
use crate::session::Session;

/// Length of the header that precedes the voxels, in bytes.
const HEADER_BYTES: usize = 352;

/// Reads bytes as the files of a series: one to four copies of a file, of which the later ones have
/// some bytes replaced. What they are converted to must be a volume.
pub fn dicom(input: &[u8]) {
    let mut bytes = Bytes::new(input);
    let copies = bytes.below(4);
    let replaced: Vec<Vec<(usize, u8)>> = (0..copies)
        .map(|_| (0..3).map(|_| (usize::from(bytes.short()), bytes.byte())).collect())
        .collect();
    let file = bytes.rest();
    let mut files = vec![file.to_vec()];
    for bytes in replaced {
        let mut copy = file.to_vec();
        for (at, byte) in bytes {
            if let Some(place) = copy.get_mut(at) {
                *place = byte;
            }
        }
        files.push(copy);
    }
    is_dicom(file);
    match convert(&files) {
        Ok(Some(volume)) => look(&volume),
        Ok(None) => {}
        Err(error) => sentence::check(&error.to_string()),
    }
}

/// Converts files; `None` if a slice is missing.
fn convert(files: &[Vec<u8>]) -> Result<Option<Vec<u8>>, DicomError> {
    let mut set = FileSet::new();
    for file in files {
        set.add(&file[..], file.len() as u64)?;
    }
    let plan: Plan = set.plan()?;
    plan.notes().iter().for_each(|note| sentence::check(&note.to_string()));
    let shape = plan.shape();
    let mut slices: Vec<Option<Vec<u8>>> = vec![None; shape[2]];
    for file in plan.files() {
        plan.read_slices(file, &files[file][..], |index, voxels| {
            let known = slices[index].replace(voxels);
            assert_eq!(known, None, "slice {index} was read twice");
        })?;
    }
    let mut volume = plan.header().to_vec();
    assert_eq!(volume.len(), HEADER_BYTES);
    let voxel_bytes = usize::from(u16::from_le_bytes([volume[72], volume[73]])) / 8;
    for slice in slices {
        let Some(slice) = slice else { return Ok(None) };
        assert_eq!(slice.len(), shape[0] * shape[1] * voxel_bytes);
        volume.extend(slice);
    }
    Ok(Some(volume))
}

/// Checks that a volume is read, unless it is a single row or has no finite value.
fn look(volume: &[u8]) {
    let mut session = Session::start(&mut Bytes::new(&[]));
    let side = |axis: usize| u16::from_le_bytes([volume[42 + 2 * axis], volume[43 + 2 * axis]]);
    let is_line = [0, 1, 2].into_iter().filter(|axis| side(*axis) == 1).count() > 1;
    let is_float = volume[70..72] == 16_i16.to_le_bytes();
    let Some(facts) = session.open(1, "series.nii", volume, 0) else {
        assert!(is_line || is_float, "the volume is not read");
        return;
    };
    session.look(1, &facts, None);
}
