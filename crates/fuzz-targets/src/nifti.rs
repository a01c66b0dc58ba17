//! NIfTI volumes.

use crate::bytes::Bytes;
use crate::session::Session;

/// Reads bytes as a `.nii` file, as an image and as the mask of itself. The first three bytes choose
/// the volume and the network's input.
pub fn nifti(input: &[u8]) {
    let mut bytes = Bytes::new(input);
    let volume = bytes.one_of([0, 1, 7, usize::MAX]);
    let mut session = Session::start(&mut bytes);
    let file = bytes.rest();
    let Some(facts) = session.open(1, "scan.nii", file, volume) else { return };
    session.open(2, "scan_mask.nii", file, volume);
    let classes = 3;
    let mask = session.match_mask([1, 2], file, classes);
    session.look(1, &facts, mask.as_ref().map(|mask| (2, mask, classes)));
}
