//! DICOM files of 3 × 2 pixels.

use dicom_core::value::{DataSetSequence, PixelFragmentSequence};
use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::{tags, uids};
use dicom_object::{FileMetaTableBuilder, InMemDicomObject};

/// Returns files in every encoding and form of pixels.
pub fn seeds() -> Vec<Vec<u8>> {
    let native =
        [uids::EXPLICIT_VR_LITTLE_ENDIAN, uids::IMPLICIT_VR_LITTLE_ENDIAN, "1.2.840.10008.1.2.2"];
    let mut files: Vec<Vec<u8>> = native.map(|syntax| file(&image([16, 1]), syntax)).to_vec();
    let gray = |bits: u16| {
        let mut image = image([bits, 1]);
        put(&mut image, tags::PIXEL_REPRESENTATION, VR::US, PrimitiveValue::from(0_u16));
        image
    };
    for bits in [1, 8, 32] {
        files.push(file(&gray(bits), native[0]));
    }
    for (photometric, samples) in
        [("RGB", 3), ("YBR_FULL", 3), ("YBR_FULL_422", 3), ("MONOCHROME1", 1), ("PALETTE COLOR", 1)]
    {
        let mut colored = image([8, samples]);
        text(&mut colored, tags::PHOTOMETRIC_INTERPRETATION, VR::CS, photometric);
        let descriptor = PrimitiveValue::U16(vec![4, 0, 8].into());
        put(&mut colored, tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR, VR::US, descriptor);
        for tag in [
            tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DATA,
            tags::GREEN_PALETTE_COLOR_LOOKUP_TABLE_DATA,
            tags::BLUE_PALETTE_COLOR_LOOKUP_TABLE_DATA,
        ] {
            put(&mut colored, tag, VR::OW, PrimitiveValue::U16(vec![1, 2, 3, 4].into()));
        }
        files.push(file(&colored, native[0]));
    }
    files.push(file(&fragments(gray(8), &[rle()]), uids::RLE_LOSSLESS));
    files.push(file(&fragments(gray(8), &[jpeg()]), uids::JPEG_BASELINE8_BIT));
    files.push(file(&fragments(gray(16), &[LOSSLESS.to_vec()]), uids::JPEG_LOSSLESS_SV1));
    files.push(file(&several_frames(), native[0]));
    // One copy, the second byte of whose first replaced place changes the file.
    let alone = files.iter().map(|file| [&[0], &file[..]].concat());
    let twice = files.iter().take(2).map(|file| {
        let position = file.windows(4).position(|part| part == b"\\20\\").unwrap_or(0) as u16;
        let [low, high] = (position + 4).to_le_bytes();
        [&[1, low, high, b'7', 255, 255, 0, 255, 255, 0], &file[..]].concat()
    });
    alone.chain(twice).collect()
}

fn image([bits, samples]: [u16; 2]) -> InMemDicomObject {
    let mut image = InMemDicomObject::new_empty();
    text(&mut image, tags::SOP_CLASS_UID, VR::UI, uids::CT_IMAGE_STORAGE);
    text(&mut image, tags::SERIES_INSTANCE_UID, VR::UI, "1.2.3");
    text(&mut image, tags::PHOTOMETRIC_INTERPRETATION, VR::CS, "MONOCHROME2");
    text(&mut image, tags::IMAGE_POSITION_PATIENT, VR::DS, "-10\\20\\3");
    text(&mut image, tags::IMAGE_ORIENTATION_PATIENT, VR::DS, "1\\0\\0\\0\\1\\0");
    text(&mut image, tags::PIXEL_SPACING, VR::DS, "0.75\\0.5");
    text(&mut image, tags::RESCALE_SLOPE, VR::DS, "2");
    text(&mut image, tags::RESCALE_INTERCEPT, VR::DS, "-1024");
    let numbers = [
        (tags::SAMPLES_PER_PIXEL, samples),
        (tags::COLUMNS, 3),
        (tags::ROWS, 2),
        (tags::BITS_ALLOCATED, bits),
        (tags::BITS_STORED, bits),
        (tags::HIGH_BIT, bits - 1),
        (tags::PIXEL_REPRESENTATION, u16::from(bits == 16)),
    ];
    for (tag, number) in numbers {
        put(&mut image, tag, VR::US, PrimitiveValue::from(number));
    }
    let bytes = (6 * samples * bits).div_ceil(8);
    let pixels = (0..bytes.next_multiple_of(2)).map(|at| at as u8).collect();
    put(&mut image, tags::PIXEL_DATA, VR::OW, PrimitiveValue::U8(pixels));
    image
}

/// Returns two frames with their positions in functional groups.
fn several_frames() -> InMemDicomObject {
    let mut image = image([8, 1]);
    text(&mut image, tags::NUMBER_OF_FRAMES, VR::IS, "2");
    let nested = |sequence: Tag, tag: Tag, value: &str| {
        let mut inner = InMemDicomObject::new_empty();
        text(&mut inner, tag, VR::DS, value);
        let mut outer = InMemDicomObject::new_empty();
        outer.put(DataElement::new(sequence, VR::SQ, DataSetSequence::from(vec![inner])));
        outer
    };
    let measures = nested(tags::PIXEL_MEASURES_SEQUENCE, tags::PIXEL_SPACING, "2\\2");
    let of_all = DataSetSequence::from(vec![measures]);
    image.put(DataElement::new(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, VR::SQ, of_all));
    let frames = ["0\\0\\5", "0\\0\\7"].map(|position| {
        nested(tags::PLANE_POSITION_SEQUENCE, tags::IMAGE_POSITION_PATIENT, position)
    });
    let of_each = DataSetSequence::from(frames.to_vec());
    image.put(DataElement::new(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, VR::SQ, of_each));
    put(&mut image, tags::PIXEL_DATA, VR::OB, PrimitiveValue::U8((0..12).collect()));
    image
}

fn text(image: &mut InMemDicomObject, tag: Tag, vr: VR, value: &str) {
    put(image, tag, vr, PrimitiveValue::from(value));
}

fn put(image: &mut InMemDicomObject, tag: Tag, vr: VR, value: PrimitiveValue) {
    image.put(DataElement::new(tag, vr, value));
}

fn fragments(mut image: InMemDicomObject, frames: &[Vec<u8>]) -> InMemDicomObject {
    let offsets: &[u32] = &[];
    let value = PixelFragmentSequence::new(offsets, frames.to_vec());
    image.put(DataElement::new(tags::PIXEL_DATA, VR::OB, value));
    image
}

fn file(image: &InMemDicomObject, syntax: &str) -> Vec<u8> {
    let meta = FileMetaTableBuilder::new()
        .transfer_syntax(syntax)
        .media_storage_sop_class_uid(uids::CT_IMAGE_STORAGE)
        .media_storage_sop_instance_uid("1.2.3.4");
    let mut bytes = Vec::new();
    image.clone().with_meta(meta).unwrap().write_all(&mut bytes).unwrap();
    bytes
}

/// Returns a frame with one segment: three literal bytes, and three repeated ones.
fn rle() -> Vec<u8> {
    let mut frame: Vec<u8> =
        [1, 64].into_iter().chain([0; 14]).flat_map(u32::to_le_bytes).collect();
    frame.extend([2, 10, 20, 30, 254, 40]);
    frame
}

fn jpeg() -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut bytes, 100);
    encoder.encode(&[9, 60, 120, 180, 220, 255], 3, 2, jpeg_encoder::ColorType::Luma).unwrap();
    bytes
}

#[rustfmt::skip]
const LOSSLESS: [u8; 52] = [
    0xff, 0xd8,
    // Lossless frame: 16 bits, 2 rows, 3 columns, one component.
    0xff, 0xc3, 0, 11, 16, 0, 2, 0, 3, 1, 1, 0x11, 0,
    // Huffman table: a code of one bit for a difference of one bit, and one of two bits for 0.
    0xff, 0xc4, 0, 21, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0,
    // Scan with the first predictor.
    0xff, 0xda, 0, 8, 1, 1, 0, 1, 0, 0,
    // Six times code 0 and bit 1 (plus 1), then ones.
    0b0101_0101, 0b0101_1111,
    0xff, 0xd9,
];
