//! No text of a header gets into notes, errors or the volume.

mod support;

use std::collections::BTreeSet;

use dicom_core::{Tag, VR};
use dicom_dictionary_std::{tags, uids};
use support::{DataSet, convert, rle};

/// Elements that identify a patient, or whose text may.
const IDENTIFYING: [(Tag, VR); 24] = [
    (tags::PATIENT_NAME, VR::PN),
    (tags::PATIENT_ID, VR::LO),
    (tags::PATIENT_BIRTH_DATE, VR::DA),
    (tags::PATIENT_ADDRESS, VR::LO),
    (tags::PATIENT_COMMENTS, VR::LT),
    (tags::OTHER_PATIENT_NAMES, VR::PN),
    (tags::ACCESSION_NUMBER, VR::SH),
    (tags::STUDY_ID, VR::SH),
    (tags::STUDY_DATE, VR::DA),
    (tags::STUDY_DESCRIPTION, VR::LO),
    (tags::SERIES_DESCRIPTION, VR::LO),
    (tags::PROTOCOL_NAME, VR::LO),
    (tags::INSTITUTION_NAME, VR::LO),
    (tags::INSTITUTION_ADDRESS, VR::ST),
    (tags::REFERRING_PHYSICIAN_NAME, VR::PN),
    (tags::OPERATORS_NAME, VR::PN),
    (tags::STATION_NAME, VR::SH),
    (tags::DEVICE_SERIAL_NUMBER, VR::LO),
    (tags::IMAGE_COMMENTS, VR::LT),
    (tags::SERIES_INSTANCE_UID, VR::UI),
    (tags::STUDY_INSTANCE_UID, VR::UI),
    (tags::SOP_INSTANCE_UID, VR::UI),
    (tags::FRAME_OF_REFERENCE_UID, VR::UI),
    (tags::SPECIFIC_CHARACTER_SET, VR::CS),
];

/// A text that appears nowhere else.
const SECRET: &str = "Q7ZX";

fn secret(slice: DataSet, also: &[Tag]) -> DataSet {
    let named = |slice: DataSet, (tag, vr): (Tag, VR)| slice.text(tag, vr, SECRET);
    let slice = IDENTIFYING.into_iter().fold(slice, named);
    also.iter().fold(slice, |slice, tag| slice.text(*tag, VR::LO, SECRET))
}

fn check(said: &str) {
    assert!(!said.contains(SECRET), "{said}");
}

#[test]
fn notes_errors_and_volume_contain_no_text_of_the_header() {
    let slice = |z: f64| secret(DataSet::ct(z, [1, 2, 3, 4, 5, 6]), &[]);
    let files = [
        slice(0.0).file(),
        slice(2.0).file(),
        slice(7.0).file(),
        slice(7.0).file_as(uids::JPEG2000),
        secret(DataSet::empty(), &[]).file(),
        slice(2.0).form([2, 3], [16, 16, 15]).file(),
        slice(9.0).text(tags::SERIES_INSTANCE_UID, VR::UI, "Q7ZX.1").file(),
    ];
    assert!(files[0].windows(SECRET.len()).any(|bytes| bytes == SECRET.as_bytes()));
    let volume = convert(&files).unwrap();
    assert!(volume.notes.len() >= 5, "{:?}", volume.notes);
    volume.notes.iter().for_each(|note| check(note));
    check(&String::from_utf8_lossy(&volume.file));
    // Fields for text: data_type, db_name, descrip, aux_file, intent_name.
    for field in [4..14, 14..32, 148..228, 228..252, 328..344] {
        assert!(volume.file[field].iter().all(|byte| *byte == 0));
    }
}

#[test]
fn errors_do_not_quote_values_that_cannot_be_read() {
    // The secret in place of each element that is read.
    let read = [
        tags::SOP_CLASS_UID,
        tags::PHOTOMETRIC_INTERPRETATION,
        tags::IMAGE_POSITION_PATIENT,
        tags::IMAGE_ORIENTATION_PATIENT,
        tags::PIXEL_SPACING,
        tags::IMAGER_PIXEL_SPACING,
        tags::SPACING_BETWEEN_SLICES,
        tags::SLICE_THICKNESS,
        tags::RESCALE_SLOPE,
        tags::RESCALE_INTERCEPT,
        tags::NUMBER_OF_FRAMES,
        tags::INSTANCE_NUMBER,
        tags::SAMPLES_PER_PIXEL,
        tags::ROWS,
        tags::BITS_ALLOCATED,
        tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR,
        tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE,
        tags::PIXEL_DATA,
    ];
    let mut said = BTreeSet::new();
    let mut look = |file: Vec<u8>| match convert(&[file]) {
        Ok(volume) => {
            volume.notes.iter().for_each(|note| check(note));
            check(&String::from_utf8_lossy(&volume.file[..352]));
        }
        Err(error) => {
            check(&format!("{error} {error:?}"));
            said.insert(error.to_string());
        }
    };
    for tag in read {
        look(secret(DataSet::ct(0.0, [0; 6]), &[tag]).file());
    }
    for syntax in [uids::EXPLICIT_VR_LITTLE_ENDIAN, uids::RLE_LOSSLESS] {
        let slice = secret(DataSet::ct(0.0, [0; 6]), &[]);
        let slice = match syntax {
            uids::RLE_LOSSLESS => slice.fragments(&[rle(&[vec![0; 6], vec![1; 6]])]),
            _ => slice,
        };
        let file = slice.file_as(syntax);
        (0..file.len()).for_each(|length| look(file[..length].to_vec()));
        for at in (132..file.len()).step_by(3) {
            let mut damaged = file.clone();
            damaged[at] ^= 0x41;
            look(damaged);
        }
    }
    // The transfer syntax is quoted if it is a UID.
    let uid = format!("\x02\0\x10\0UI\x04\0{SECRET}");
    let slice = secret(DataSet::ct(0.0, [0; 6]), &[]).file();
    let start = 144 + u32::from_le_bytes(slice[140..144].try_into().unwrap()) as usize;
    look([&[0; 128][..], b"DICM", uid.as_bytes(), &slice[start..]].concat());
    assert!(said.iter().any(|sentence| sentence.contains("transfer syntax not given")));
    assert!(said.len() >= 6, "{said:?}");
}
