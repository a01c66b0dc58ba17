//! Order, position and spacing of slices.

mod support;

use dicom_converter::DicomError;
use dicom_core::VR;
use dicom_dictionary_std::{tags, uids};
use support::{DataSet, convert};

fn close(found: [[f32; 4]; 3], expected: [[f32; 4]; 3]) {
    for (found, expected) in found.iter().flatten().zip(expected.iter().flatten()) {
        assert!((found - expected).abs() < 1e-4, "{found} is not {expected}");
    }
}

fn at(z_mm: f64) -> Vec<u8> {
    DataSet::ct(z_mm, [z_mm as i16; 6]).file()
}

#[test]
fn slices_are_sorted_by_position_and_placed_in_ras() {
    let files = [5.0, -1.0, 2.0].map(at);
    let volume = convert(&files).unwrap();
    assert_eq!(
        (volume.shape(), volume.data_type(), volume.scale()),
        ([3, 2, 3], 4, (1.0, -1024.0))
    );
    assert_eq!(volume.voxel_mm(), [0.5, 0.75, 3.0]);
    let expected = [[-0.5, 0.0, 0.0, 10.0], [0.0, -0.75, 0.0, -20.0], [0.0, 0.0, 3.0, -1.0]];
    assert_eq!(volume.affine(), Some(expected));
    assert_eq!(volume.voxels(), [[-1.0; 6], [2.0; 6], [5.0; 6]].concat());
    assert!(volume.notes.is_empty(), "{:?}", volume.notes);
}

#[test]
fn an_oblique_stack_is_in_the_affine() {
    // Coronal, turned by 30° about the axis from left to right.
    let (sin, cos) = (0.5, 0.75_f64.sqrt());
    let file = |step: f64| {
        let orientation = format!("1\\0\\0\\0\\{sin}\\{}", -cos);
        // The normal is the cross product of the two directions.
        let position = format!("1\\{}\\{}", 2.0 + 4.0 * step * cos, 3.0 + 4.0 * step * sin);
        DataSet::ct(0.0, [step as i16; 6])
            .text(tags::IMAGE_ORIENTATION_PATIENT, VR::DS, &orientation)
            .text(tags::IMAGE_POSITION_PATIENT, VR::DS, &position)
            .file()
    };
    let volume = convert(&[file(1.0), file(0.0)]).unwrap();
    let (sin, cos) = (sin as f32, cos as f32);
    let expected = [
        [-0.5, 0.0, 0.0, -1.0],
        [0.0, -0.75 * sin, -4.0 * cos, -2.0],
        [0.0, -0.75 * cos, 4.0 * sin, 3.0],
    ];
    close(volume.affine().unwrap(), expected);
    assert_eq!(volume.voxels()[0], 0.0);
}

#[test]
fn gantry_tilt_is_in_the_affine_and_told() {
    let file = |step: i16| {
        let position = format!("0\\{}\\{}", step, 2 * step);
        let slice = DataSet::ct(0.0, [step; 6]);
        slice.text(tags::IMAGE_POSITION_PATIENT, VR::DS, &position).file()
    };
    let volume = convert(&[0, 1, 2].map(file)).unwrap();
    let expected = [[-0.5, 0.0, 0.0, 0.0], [0.0, -0.75, -1.0, 0.0], [0.0, 0.0, 2.0, 0.0]];
    close(volume.affine().unwrap(), expected);
    assert!(volume.notes[0].contains("tilted by 26.6°"), "{:?}", volume.notes);
}

#[test]
fn a_missing_slice_is_told_with_the_gap() {
    let volume = convert(&[0.0, 3.0, 6.0, 12.0, 15.0].map(at)).unwrap();
    assert_eq!((volume.shape()[2], volume.voxel_mm()[2]), (5, 3.0));
    let sentence = "Slices are missing: slices 3 and 4 are 6 mm apart, the others 3 mm. The positions \
                    after the gap are off by 3 mm.";
    assert_eq!(volume.notes, [sentence]);

    let volume = convert(&[0.0, 3.0, 5.0, 9.0].map(at)).unwrap();
    assert_eq!(
        volume.notes,
        ["The slices are 2 to 4 mm apart; they are placed at equal distances."]
    );
    assert_eq!(volume.voxel_mm()[2], 3.0);
}

#[test]
fn of_several_time_points_the_first_is_read() {
    let file = |(time, z): (i32, f64)| {
        DataSet::ct(z, [time as i16; 6])
            .text(tags::TEMPORAL_POSITION_IDENTIFIER, VR::IS, &time.to_string())
            .file()
    };
    let files = [(2, 3.0), (1, 0.0), (2, 0.0), (1, 3.0), (3, 3.0)].map(file);
    let volume = convert(&files).unwrap();
    assert_eq!((volume.shape(), volume.voxels()), ([3, 2, 2], vec![1.0; 12]));
    assert!(volume.notes[0].contains("up to 3 images at one position"), "{:?}", volume.notes);
}

#[test]
fn localizers_and_other_series_are_left_out() {
    let localizer = DataSet::ct(0.0, [9; 6])
        .text(tags::IMAGE_ORIENTATION_PATIENT, VR::DS, "0\\1\\0\\0\\0\\-1")
        .file();
    let other = DataSet::ct(1.0, [8; 6]).text(tags::SERIES_INSTANCE_UID, VR::UI, "1.2.4").file();
    let report = DataSet::empty().text(tags::SOP_CLASS_UID, VR::UI, uids::ENHANCED_SR_STORAGE);
    let directory = DataSet::empty()
        .text(tags::SOP_CLASS_UID, VR::UI, uids::MEDIA_STORAGE_DIRECTORY_STORAGE)
        .file();
    let text = b"notes of the study".to_vec();
    let files = [localizer, other, at(0.0), report.file(), directory, text, at(2.0)];
    let volume = convert(&files).unwrap();
    assert_eq!((volume.shape(), volume.voxels()[6]), ([3, 2, 2], 2.0));
    let sentences = [
        "The files belong to 2 series; the one with the most slices (3) was read.",
        "1 file that is no DICOM file was skipped.",
        "1 DICOM file without an image was skipped.",
        "1 image of the series was left out: of another size or orientation, as localizers are.",
    ];
    assert_eq!(volume.notes, sentences);
}

#[test]
fn frames_have_the_positions_of_their_functional_groups() {
    let position = |z: f64| {
        let position =
            DataSet::empty().text(tags::IMAGE_POSITION_PATIENT, VR::DS, &format!("-10\\20\\{z}"));
        DataSet::empty().sequence(tags::PLANE_POSITION_SEQUENCE, vec![position])
    };
    let orientation =
        DataSet::empty().text(tags::IMAGE_ORIENTATION_PATIENT, VR::DS, "1\\0\\0\\0\\1\\0");
    let measures = DataSet::empty().text(tags::PIXEL_SPACING, VR::DS, "0.75\\0.5");
    let values = DataSet::empty().text(tags::RESCALE_SLOPE, VR::DS, "2").text(
        tags::RESCALE_INTERCEPT,
        VR::DS,
        "1",
    );
    let shared = DataSet::empty()
        .sequence(tags::PLANE_ORIENTATION_SEQUENCE, vec![orientation])
        .sequence(tags::PIXEL_MEASURES_SEQUENCE, vec![measures])
        .sequence(tags::PIXEL_VALUE_TRANSFORMATION_SEQUENCE, vec![values]);
    let frames = [4.0, 0.0, 2.0];
    let pixels: Vec<u16> = frames.iter().flat_map(|z| [*z as u16; 6]).collect();
    let file = DataSet::ct(0.0, [0; 6])
        .without(tags::IMAGE_POSITION_PATIENT)
        .without(tags::IMAGE_ORIENTATION_PATIENT)
        .without(tags::PIXEL_SPACING)
        .without(tags::RESCALE_SLOPE)
        .without(tags::RESCALE_INTERCEPT)
        .text(tags::NUMBER_OF_FRAMES, VR::IS, "3")
        .sequence(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, vec![shared])
        .sequence(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, frames.map(position).to_vec())
        .words(&pixels);
    for syntax in [uids::EXPLICIT_VR_LITTLE_ENDIAN, uids::IMPLICIT_VR_LITTLE_ENDIAN] {
        let volume = convert(&[file.clone().file_as(syntax)]).unwrap();
        assert_eq!((volume.shape(), volume.scale()), ([3, 2, 3], (2.0, 1.0)));
        assert_eq!(volume.voxels(), [[0.0; 6], [2.0; 6], [4.0; 6]].concat());
        let expected = [[-0.5, 0.0, 0.0, 10.0], [0.0, -0.75, 0.0, -20.0], [0.0, 0.0, 2.0, 0.0]];
        assert_eq!(volume.affine(), Some(expected));
    }
}

#[test]
fn frames_with_one_position_follow_each_other() {
    let file = DataSet::ct(5.0, [0; 6])
        .text(tags::NUMBER_OF_FRAMES, VR::IS, "2")
        .text(tags::SPACING_BETWEEN_SLICES, VR::DS, "1.5")
        .words(&[1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]);
    let volume = convert(&[file.clone().file()]).unwrap();
    assert_eq!((volume.voxel_mm()[2], volume.affine().unwrap()[2][3]), (1.5, 5.0));
    assert_eq!(volume.voxels()[0], 1.0);
    // Negative if frames run towards the feet.
    let file = file.text(tags::SPACING_BETWEEN_SLICES, VR::DS, "-1.5");
    let volume = convert(&[file.file()]).unwrap();
    assert_eq!((volume.voxel_mm()[2], volume.affine().unwrap()[2][3]), (1.5, 3.5));
    assert_eq!(volume.voxels()[0], 2.0);
}

#[test]
fn without_a_position_there_is_no_sform_and_the_picture_stays_upright() {
    let radiograph = || {
        DataSet::ct(0.0, [1, 2, 3, 4, 5, 6])
            .without(tags::IMAGE_POSITION_PATIENT)
            .without(tags::IMAGE_ORIENTATION_PATIENT)
            .without(tags::PIXEL_SPACING)
    };
    let volume = convert(&[radiograph().file()]).unwrap();
    // Taken as RAS, the last row is at the bottom and the last column on the right.
    assert_eq!(volume.voxels(), [6.0, 5.0, 4.0, 3.0, 2.0, 1.0]);
    assert_eq!((volume.affine(), volume.voxel_mm()), (None, [1.0; 3]));
    assert!(volume.notes[0].contains("does not give the size of its pixels"));

    let detector = radiograph().text(tags::IMAGER_PIXEL_SPACING, VR::DS, "0.2\\0.1");
    let volume = convert(&[detector.file()]).unwrap();
    assert_eq!((volume.affine(), volume.voxel_mm()), (None, [0.1, 0.2, 1.0]));
    assert!(volume.notes[0].contains("at the detector"), "{:?}", volume.notes);

    let numbered = |number: i16| {
        let slice = radiograph().words(&[number as u16; 6]);
        slice.text(tags::INSTANCE_NUMBER, VR::IS, &number.to_string()).file()
    };
    let volume = convert(&[10, 9].map(numbered)).unwrap();
    assert_eq!(volume.voxels(), [[9.0; 6], [10.0; 6]].concat());
    assert!(volume.notes[0].contains("in the order of their numbers"), "{:?}", volume.notes);
}

#[test]
fn limits_are_sentences() {
    let many: Vec<_> = (0..2000).map(|z| at(z.into())).collect();
    assert_eq!(convert(&many).unwrap_err(), DicomError::TooManySlices(2000));
    // One file repeated is one slice.
    assert!(convert(&vec![at(0.0); 5000]).is_ok());
    let problem = convert(&vec![at(0.0); 5001]).unwrap_err();
    assert!(problem.to_string().starts_with("There are more than 5000 files."));
    let large = DataSet::ct(0.0, [0; 6]).form([16_384, 8_193], [16, 16, 15]).fragments(&[]);
    let problem = convert(&[large.file_as(uids::RLE_LOSSLESS)]).unwrap_err();
    assert!(problem.to_string().contains("16384×8193×1 voxels; up to 134 million"), "{problem}");
}
