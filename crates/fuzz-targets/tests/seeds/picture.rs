//! Pictures.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

/// Returns JPEGs of several kinds, with and without EXIF data, the fields of PNGs, and gray values.
pub fn seeds() -> Vec<Vec<u8>> {
    let with = |form: u8, bytes: &[u8]| [&[form, 0, 0], bytes].concat();
    let mut seeds = Vec::new();
    for kind in [ColorType::Luma, ColorType::Rgb, ColorType::Cmyk] {
        for is_progressive in [false, true] {
            for has_exif in [false, true] {
                seeds.push(with(0, &jpeg(kind, is_progressive, has_exif)));
            }
        }
    }
    for depth in 0..5 {
        for color in 0..5 {
            seeds.push(with(3, &[3, 5, depth, color, 0, 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
        }
    }
    // EXIF data with the orientation 6.
    let exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    seeds.push(with(3, &[&[3, 5, 0, 0, 0, exif.len() as u8][..], exif, &[0, 1, 2, 3]].concat()));
    seeds.push(with(2, STORED_PNG));
    seeds.push(with(4, &[2, 3, 0, 0, 1, 2, 3, 4, 5]));
    seeds
}

/// A gray PNG of one pixel; the checksums of its chunks are wrong.
const STORED_PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0....\
    \0\0\0\x0dIDAT\x78\x01\x01\x02\0\xfd\xff\0\x07\0\x0a\0\x08....\0\0\0\0IEND....";

fn jpeg(kind: ColorType, is_progressive: bool, has_exif: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 40);
    encoder.set_progressive(is_progressive);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.set_restart_interval(u16::from(is_progressive));
    if has_exif {
        let exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0\0\0\0\0";
        encoder.add_app_segment(1, exif.to_vec()).unwrap();
    }
    let channels = match kind {
        ColorType::Luma => 1,
        ColorType::Cmyk => 4,
        _ => 3,
    };
    let pixels: Vec<u8> = (0..20 * 18 * channels).map(|at| (at * at % 251) as u8).collect();
    encoder.encode(&pixels, 20, 18, kind).unwrap();
    bytes
}
