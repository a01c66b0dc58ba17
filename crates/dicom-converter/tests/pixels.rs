//! Values of pixels, in every form and encoding.

mod support;

use dicom_core::{PrimitiveValue, VR};
use dicom_dictionary_std::{tags, uids};
use std::io::Write;
use support::{DataSet, convert, rle};

/// A slice of 8-bit pixels, 3 columns and 2 rows.
fn bytes(photometric: &str, samples: u16, pixels: &[u8]) -> DataSet {
    DataSet::ct(0.0, [0; 6])
        .without(tags::RESCALE_INTERCEPT)
        .text(tags::PHOTOMETRIC_INTERPRETATION, VR::CS, photometric)
        .short(tags::SAMPLES_PER_PIXEL, samples)
        .short(tags::PIXEL_REPRESENTATION, 0)
        .form([3, 2], [8, 8, 7])
        .bytes(pixels)
}

#[test]
fn transfer_syntaxes_give_the_same_numbers() {
    let pixels = [-2000, -1, 0, 1, 255, 3071];
    let expected = pixels.map(f64::from);
    let slice = DataSet::ct(0.0, pixels);
    for syntax in
        [uids::EXPLICIT_VR_LITTLE_ENDIAN, uids::IMPLICIT_VR_LITTLE_ENDIAN, "1.2.840.10008.1.2.2"]
    {
        let volume = convert(&[slice.clone().file_as(syntax)]).unwrap();
        assert_eq!(volume.voxels(), expected, "{syntax}");
    }
    let byte = |at: usize| pixels.iter().map(|pixel| pixel.to_be_bytes()[at]).collect::<Vec<u8>>();
    let packed = slice.clone().fragments(&[rle(&[byte(0), byte(1)])]);
    let volume = convert(&[packed.file_as(uids::RLE_LOSSLESS)]).unwrap();
    assert_eq!(volume.voxels(), expected);
}

#[test]
fn preamble_and_meta_information_may_be_missing() {
    let slice = DataSet::ct(0.0, [1, 2, 3, 4, 5, 6]);
    for syntax in [uids::EXPLICIT_VR_LITTLE_ENDIAN, uids::IMPLICIT_VR_LITTLE_ENDIAN] {
        let file = slice.clone().file_as(syntax);
        // The meta information says how long it is.
        let meta = 144 + u32::from_le_bytes(file[140..144].try_into().unwrap()) as usize;
        for start in [132, meta] {
            let volume = convert(&[file[start..].to_vec()]).unwrap();
            assert_eq!(volume.voxels(), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        }
    }
}

#[test]
fn a_deflated_data_set_is_read() {
    let file = DataSet::ct(0.0, [1, 2, 3, 4, 5, 6]).file();
    let start = 144 + u32::from_le_bytes(file[140..144].try_into().unwrap()) as usize;
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&file[start..]).unwrap();
    let uid = b"\x02\0\x10\0UI\x16\x001.2.840.10008.1.2.1.99";
    let deflated = [&[0; 128][..], b"DICM", uid, &encoder.finish().unwrap()].concat();
    assert_eq!(convert(&[deflated]).unwrap().voxels(), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
}

#[test]
fn bits_that_are_not_stored_are_ignored() {
    let stored = |is_signed: u16, bits: [u16; 3], pixels: [u16; 6]| {
        let slice = DataSet::ct(0.0, [0; 6]).form([3, 2], bits).words(&pixels);
        convert(&[slice.short(tags::PIXEL_REPRESENTATION, is_signed).file()]).unwrap()
    };
    let pixels = [0xf000, 0xa001, 0x17ff, 0x0800, 0xffff, 0x0fff];
    let unsigned = stored(0, [16, 12, 11], pixels);
    assert_eq!(unsigned.data_type(), 512);
    assert_eq!(unsigned.voxels(), [0.0, 1.0, 2047.0, 2048.0, 4095.0, 4095.0]);
    let signed = stored(1, [16, 12, 11], pixels);
    assert_eq!((signed.data_type(), signed.voxels()[3..].to_vec()), (4, vec![-2048.0, -1.0, -1.0]));
    // In the upper bits.
    let high = stored(0, [16, 12, 15], [0x001f, 0xfff0, 0x8000, 0, 0, 0]);
    assert_eq!(high.voxels()[..3], [1.0, 4095.0, 2048.0]);
}

#[test]
fn scales_that_differ_give_values() {
    let slice = |z: f64, slope: &str| {
        DataSet::ct(z, [1, 2, 3, 4, 5, 6]).text(tags::RESCALE_SLOPE, VR::DS, slope).file()
    };
    let volume = convert(&[slice(0.0, "2"), slice(1.0, "0.5")]).unwrap();
    assert_eq!((volume.data_type(), volume.scale()), (16, (1.0, 0.0)));
    assert_eq!(volume.voxels()[..2], [-1022.0, -1020.0]);
    assert_eq!(volume.voxels()[6..8], [-1023.5, -1023.0]);
}

#[test]
fn monochrome1_is_inverted() {
    let volume = convert(&[bytes("MONOCHROME1", 1, &[0, 1, 2, 100, 254, 255]).file()]).unwrap();
    assert_eq!(volume.voxels(), [255.0, 254.0, 253.0, 155.0, 1.0, 0.0]);
    assert!(volume.notes[0].contains("MONOCHROME1"));
    let signed = DataSet::ct(0.0, [-2048, -1, 0, 1, 2, 2047]).form([3, 2], [16, 12, 11]).text(
        tags::PHOTOMETRIC_INTERPRETATION,
        VR::CS,
        "MONOCHROME1",
    );
    let volume = convert(&[signed.file()]).unwrap();
    assert_eq!(volume.voxels(), [2047.0, 0.0, -1.0, -2.0, -3.0, -2048.0]);
}

#[test]
fn colors_become_luma() {
    let colors = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [0, 0, 0], [10, 20, 30]];
    let expected = [76.0, 150.0, 29.0, 255.0, 0.0, 18.0];
    let rgb = convert(&[bytes("RGB", 3, colors.as_flattened()).file()]).unwrap();
    assert_eq!((rgb.data_type(), rgb.voxels()), (2, expected.to_vec()));
    assert_eq!(rgb.notes, ["The colors were converted to gray (luma)."]);

    let planes: Vec<u8> = (0..3).flat_map(|channel| colors.map(|color| color[channel])).collect();
    let planar = bytes("RGB", 3, &planes).short(tags::PLANAR_CONFIGURATION, 1);
    assert_eq!(convert(&[planar.file()]).unwrap().voxels(), expected);

    let segments: Vec<Vec<u8>> =
        (0..3).map(|channel| colors.map(|color| color[channel]).to_vec()).collect();
    let packed = bytes("RGB", 3, &[]).fragments(&[rle(&segments)]);
    assert_eq!(convert(&[packed.file_as(uids::RLE_LOSSLESS)]).unwrap().voxels(), expected);

    let ybr = convert(&[bytes("YBR_FULL", 3, colors.as_flattened()).file()]).unwrap();
    assert_eq!(ybr.voxels(), [255.0, 0.0, 0.0, 255.0, 0.0, 10.0]);
    let shared = bytes("YBR_FULL_422", 3, &[1, 2, 99, 99, 3, 4, 99, 99, 5, 6, 99, 99]);
    assert_eq!(convert(&[shared.file()]).unwrap().voxels(), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
}

#[test]
fn a_palette_gives_the_luma_of_its_colors() {
    let table = |scale: u16| {
        PrimitiveValue::U16([0, 100, 200, 255].map(|gray| gray * scale).to_vec().into())
    };
    let with = |scale: u16, bits: u16| {
        let descriptor = || PrimitiveValue::U16(vec![4, 2, bits].into());
        let image = bytes("PALETTE COLOR", 1, &[0, 2, 3, 4, 5, 9])
            .element(tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR, VR::US, descriptor())
            .element(tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DATA, VR::OW, table(scale))
            .element(tags::GREEN_PALETTE_COLOR_LOOKUP_TABLE_DATA, VR::OW, table(scale))
            .element(tags::BLUE_PALETTE_COLOR_LOOKUP_TABLE_DATA, VR::OW, table(scale));
        convert(&[image.file()]).unwrap()
    };
    // Numbers below the first color have that of it, those above that of the last one.
    let expected = [0.0, 0.0, 100.0, 200.0, 255.0, 255.0];
    assert_eq!(with(257, 16).voxels(), expected);
    assert_eq!(with(1, 8).voxels(), expected);
    let incomplete = bytes("PALETTE COLOR", 1, &[0; 6]).file();
    let problem = convert(&[incomplete]).unwrap_err().to_string();
    assert!(problem.contains("an incomplete palette"), "{problem}");
}

#[test]
fn single_bits_and_long_words_are_read() {
    let single = DataSet::ct(0.0, [0; 6])
        .short(tags::PIXEL_REPRESENTATION, 0)
        .form([3, 2], [1, 1, 0])
        .text(tags::NUMBER_OF_FRAMES, VR::IS, "2")
        .text(tags::SLICE_THICKNESS, VR::DS, "2")
        // The second frame begins in the first byte.
        .bytes(&[0b1110_0101, 0b0000_0011]);
    let volume = convert(&[single.file()]).unwrap();
    assert_eq!(volume.voxels(), [1, 0, 1, 0, 0, 1, 1, 1, 1, 1, 0, 0].map(f64::from));

    let long = DataSet::ct(0.0, [0; 6])
        .short(tags::PIXEL_REPRESENTATION, 0)
        .form([3, 2], [32, 32, 31])
        .words(&[1, 0, 0, 1, 0xffff, 0xffff, 0, 0, 0, 0, 0, 0]);
    let volume = convert(&[long.file()]).unwrap();
    assert_eq!(volume.data_type(), 768);
    assert_eq!(volume.voxels()[..3], [1.0, 65_536.0, 4_294_967_295.0]);
}

/// A gray or colored JPEG of one color, 3 columns and 2 rows.
fn jpeg(color: &[u8], kind: jpeg_encoder::ColorType) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut bytes, 100);
    encoder.encode(&color.repeat(6), 3, 2, kind).unwrap();
    bytes
}

#[test]
fn baseline_jpeg_is_read() {
    let gray = |value: u8| jpeg(&[value], jpeg_encoder::ColorType::Luma);
    let slice = bytes("MONOCHROME2", 1, &[]).text(tags::NUMBER_OF_FRAMES, VR::IS, "2").text(
        tags::SLICE_THICKNESS,
        VR::DS,
        "2",
    );
    let one_each = slice.clone().fragments(&[gray(50), gray(200)]);
    // The first frame in two fragments.
    let first = gray(50);
    let (start, end) = first.split_at(100);
    let split = slice.fragments(&[start.to_vec(), end.to_vec(), gray(200)]);
    for file in [one_each, split] {
        let voxels = convert(&[file.file_as(uids::JPEG_BASELINE8_BIT)]).unwrap().voxels();
        let expected = [[50.0; 6], [200.0; 6]].concat();
        assert!(voxels.iter().zip(expected).all(|(a, b)| (a - b).abs() <= 1.0), "{voxels:?}");
    }
    let red = jpeg(&[255, 0, 0], jpeg_encoder::ColorType::Rgb);
    for photometric in ["YBR_FULL_422", "RGB"] {
        let file = bytes(photometric, 3, &[]).fragments(std::slice::from_ref(&red));
        let volume = convert(&[file.file_as(uids::JPEG_BASELINE8_BIT)]).unwrap();
        assert!((volume.voxels()[0] - 76.0).abs() <= 2.0, "{:?}", volume.voxels());
    }
}

#[test]
fn lossless_jpeg_is_read() {
    // 3 × 2 pixels of 16 bits with the first predictor, made by hand: each pixel but the first is
    // that before it plus 1, in the second row plus 1 to the pixel above.
    let file = DataSet::ct(0.0, [0; 6])
        .short(tags::PIXEL_REPRESENTATION, 0)
        .fragments(&[LOSSLESS.to_vec()]);
    let volume = convert(&[file.file_as(uids::JPEG_LOSSLESS_SV1)]).unwrap();
    assert_eq!(volume.voxels(), [32_769, 32_770, 32_771, 32_770, 32_771, 32_772].map(f64::from));
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
