//! Visitors' data sets.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Returns zip files of class folders and of pairs of image and mask, some of them damaged, lists of
/// paths, and the beginning of a kept file.
pub fn seeds() -> Vec<Vec<u8>> {
    let with = |form: u8, bytes: &[u8]| [&[form], bytes].concat();
    let mut seeds = Vec::new();
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        for is_of_pairs in [false, true] {
            let zip = zip(method, is_of_pairs);
            seeds.push(with(0, &zip));
            seeds.push(with(0, &zip[..zip.len() - 30]));
            let mut damaged = zip;
            let middle = damaged.len() / 2;
            damaged[middle] ^= 0x55;
            seeds.push(with(0, &damaged));
        }
    }
    for paths in [
        "a/1.png\na/2.png\na/3.png\nb/1.png\nb/2.png\nb/3.png\nb/notes.txt",
        "set/train/a/p1_1.png\nset/train/b/p2_1.png\nset/val/a/p3_1.png\nset/test/b/p4_1.png",
        "images/1.png\nimages/2.png\nimages/3.png\nmasks/1.png\nmasks/2.png\nmasks/3.png",
        "1.png\n1_mask.png\n2.png\n2_mask.png\n3.png\n3_mask.png",
        "../a/1.png\n/b/1.png\n__MACOSX/a/._1.png\na\\b\\2.png\n.png\na/\n",
    ] {
        // Sizes of the images come before the paths.
        let sizes = [64, 64, 0, 10, 20, 0, 1, 1, 0, 0, 0, 0];
        seeds.push(with(1, &[&sizes[..], paths.as_bytes()].concat()));
    }
    seeds.push(with(2, b"OWNDATA\x01\x02\0\0\0{}"));
    seeds
}

fn zip(method: CompressionMethod, is_of_pairs: bool) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for index in 0..6_u8 {
        let path = match (is_of_pairs, index % 2) {
            (true, 0) => format!("images/{}.jpg", index / 2),
            (true, _) => format!("masks/{}.jpg", index / 2),
            (false, class) => format!("class {class}/{}.jpg", index / 2),
        };
        zip.start_file(path, options).unwrap();
        zip.write_all(&gray(index)).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Returns a JPEG of 8 × 8 gray values.
fn gray(seed: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let pixels: Vec<u8> = (0..64_u8).map(|at| at.wrapping_mul(seed + 3)).collect();
    jpeg_encoder::Encoder::new(&mut bytes, 90)
        .encode(&pixels, 8, 8, jpeg_encoder::ColorType::Luma)
        .unwrap();
    bytes
}
