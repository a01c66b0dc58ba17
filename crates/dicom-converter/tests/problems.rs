//! Files that cannot be read, and what is said of them.

mod support;

use dicom_converter::{DicomError, FileSet};
use dicom_core::VR;
use dicom_dictionary_std::{tags, uids};
use support::{DataSet, convert, rle};

#[test]
fn what_is_no_image_is_named() {
    assert_eq!(convert(&[]).unwrap_err(), DicomError::NoFiles);
    assert_eq!(convert(&[Vec::new()]).unwrap_err(), DicomError::Empty);
    let page = b"<!DOCTYPE html><html><body>Not found</body></html>".repeat(20);
    assert_eq!(convert(&[page]).unwrap_err(), DicomError::NotDicom);
    for (uid, kind) in [
        (uids::MEDIA_STORAGE_DIRECTORY_STORAGE, "DICOMDIR"),
        (uids::BASIC_TEXT_SR_STORAGE, "Basic Text SR"),
        (uids::RT_STRUCTURE_SET_STORAGE, "RT Structure Set"),
        ("1.2.3", "of a kind without pixels"),
    ] {
        let file = DataSet::empty().text(tags::SOP_CLASS_UID, VR::UI, uid).file();
        let problem = convert(&[file]).unwrap_err().to_string();
        assert!(problem.starts_with("The DICOM file has no image") && problem.contains(kind));
    }
    let masks =
        DataSet::ct(0.0, [0; 6]).text(tags::SOP_CLASS_UID, VR::UI, uids::SEGMENTATION_STORAGE);
    let problem = convert(&[masks.file()]).unwrap_err().to_string();
    assert!(problem.contains("a set of masks (Segmentation)"), "{problem}");
}

#[test]
fn a_compression_that_is_not_read_is_named() {
    let file = DataSet::ct(0.0, [0; 6]).fragments(&[vec![0; 8]]);
    let problem = convert(&[file.clone().file_as(uids::JPEG2000)]).unwrap_err().to_string();
    let expected =
        "The pixels are compressed as JPEG 2000 (transfer syntax 1.2.840.10008.1.2.4.91)";
    assert!(problem.starts_with(expected), "{problem}");
    assert!(problem.contains("Explicit VR Little Endian") && problem.contains("gdcmconv"));

    // Together with files that are read it is a note.
    let slices = [DataSet::ct(0.0, [0; 6]).file(), file.file_as(uids::JPEGLS_LOSSLESS)];
    let volume = convert(&slices).unwrap();
    assert!(
        volume.notes[0]
            .starts_with("1 DICOM file was not read. The pixels are compressed as JPEG-LS")
    );
}

#[test]
fn every_shorter_file_is_an_error() {
    let plain = DataSet::ct(0.0, [1, 2, 3, 4, 5, 6]);
    let packed = plain.clone().fragments(&[rle(&[vec![0; 6], vec![1; 6]])]);
    for (file, end) in [(plain.file(), 0), (packed.file_as(uids::RLE_LOSSLESS), 8 /* delimiter */)]
    {
        assert!(convert(std::slice::from_ref(&file)).is_ok());
        for length in 0..file.len() - end {
            let problem = convert(&[file[..length].to_vec()]).unwrap_err();
            if length > 400 {
                assert!(
                    matches!(problem, DicomError::Truncated | DicomError::NoImage(_)),
                    "{length}: {problem}"
                );
            }
        }
    }
}

#[test]
fn damaged_files_are_errors_or_other_pictures_but_never_a_panic() {
    let plain = DataSet::ct(0.0, [1, 2, 3, 4, 5, 6])
        .sequence(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, vec![DataSet::ct(1.0, [0; 6])]);
    let packed = DataSet::ct(0.0, [0; 6]).fragments(&[rle(&[vec![0; 6], vec![1; 6]])]);
    let implicit = plain.clone().file_as(uids::IMPLICIT_VR_LITTLE_ENDIAN);
    for file in [plain.file(), implicit, packed.file_as(uids::RLE_LOSSLESS)] {
        for at in 132..file.len() {
            for value in [0, 1, 0x7f, 0x80, 0xfe, 0xff] {
                let mut damaged = file.clone();
                damaged[at] = value;
                let _ = convert(&[damaged]);
            }
        }
    }
}

#[test]
fn frames_that_are_not_there_are_told() {
    let file = DataSet::ct(0.0, [0; 6]).text(tags::NUMBER_OF_FRAMES, VR::IS, "7").text(
        tags::SLICE_THICKNESS,
        VR::DS,
        "1",
    );
    assert_eq!(convert(&[file.file()]).unwrap_err(), DicomError::Truncated);
    let short = DataSet::ct(0.0, [0; 6]).fragments(&[rle(&[vec![0; 6], vec![1; 5]])]);
    let problem = convert(&[short.file_as(uids::RLE_LOSSLESS)]).unwrap_err();
    assert_eq!(problem, DicomError::DamagedPixels);
    let empty = DataSet::ct(0.0, [0; 6]).form([0, 2], [16, 16, 15]);
    assert_eq!(
        convert(&[empty.file()]).unwrap_err(),
        DicomError::ImageSize { columns: 0, rows: 2 }
    );
}

#[test]
fn a_slice_that_is_cut_off_is_left_out() {
    let mut files = [0.0, 1.0, 2.0, 3.0].map(|z| DataSet::ct(z, [0; 6]).file());
    files[1].pop();
    let volume = convert(&files).unwrap();
    assert_eq!(volume.shape()[2], 3);
    assert!(volume.notes[0].starts_with("1 DICOM file was not read. The DICOM file is cut off."));
    assert!(volume.notes[1].starts_with("Slices are missing: slices 1 and 2 are 2 mm apart"));
}

#[test]
fn a_file_that_changes_is_told() {
    let mut set = FileSet::new();
    let file = DataSet::ct(0.0, [0; 6]).file();
    set.add(&file[..], file.len() as u64).unwrap();
    let plan = set.plan().unwrap();
    let other = DataSet::ct(0.0, [0; 6]).form([2, 3], [16, 16, 15]).file();
    let read = plan.read_slices(0, &other[..], |_, _| {});
    assert_eq!(read, Err(DicomError::Changed));
}

/// A reader that fails, as a file does that was deleted after it was chosen.
struct Gone;

impl std::io::Read for Gone {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(std::io::Error::other("gone"))
    }
}

#[test]
fn a_file_that_is_gone_is_told() {
    let mut set = FileSet::new();
    set.add(Gone, 100).unwrap();
    assert_eq!(set.plan().err(), Some(DicomError::Unreadable));
}
