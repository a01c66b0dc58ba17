//! Volumes.

use std::io::Write;

/// Returns volumes of 2 × 3 × 4 voxels in several data types.
pub fn seeds() -> Vec<Vec<u8>> {
    let types =
        [(2, 1), (4, 2), (8, 4), (16, 4), (64, 8), (256, 1), (512, 2), (1024, 8), (1280, 8)];
    let with_choices = |file: Vec<u8>| [vec![0; 3], file].concat();
    let mut seeds: Vec<Vec<u8>> =
        types.into_iter().map(|(code, bytes)| with_choices(volume(code, 24 * bytes, 1))).collect();
    seeds.push(with_choices(volume(2, 72, 3)));
    seeds.push(with_choices(second_version()));
    seeds
}

/// Returns volumes for each form of compression, and compressed files.
pub fn compressed_seeds() -> Vec<Vec<u8>> {
    let content = volume(2, 24, 1);
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&content).unwrap();
    let file = encoder.finish().unwrap();
    let with = |form: u8, bytes: &[u8]| [&[form, 0, 0], bytes].concat();
    let mut seeds = vec![with(0, &file), with(1, &content)];
    seeds.extend((2..6).map(|form| with(form, &content)));
    seeds
}

/// Returns a NIfTI-1 file with both a qform and an sform.
fn volume(code: i16, voxel_bytes: usize, volumes: i16) -> Vec<u8> {
    let mut file = vec![0; 352];
    let mut put = |at: usize, bytes: &[u8]| file[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &348_i32.to_le_bytes());
    let dimensions = if volumes > 1 { 4 } else { 3 };
    for (at, side) in [dimensions, 2, 3, 4, volumes, 1, 1, 1].into_iter().enumerate() {
        put(40 + 2 * at, &i16::to_le_bytes(side));
        put(76 + 4 * at, &1_f32.to_le_bytes());
    }
    put(70, &code.to_le_bytes());
    put(108, &352_f32.to_le_bytes());
    put(112, &1_f32.to_le_bytes());
    put(123, &[2]);
    put(252, &[1, 0, 1, 0]);
    let rows = [[0.0, -1.0, 0.0, 10.0], [1.5, 0.0, 0.0, -20.0], [0.0, 0.0, 0.5, 5.0_f32]];
    for (at, value) in rows.as_flattened().iter().enumerate() {
        put(280 + 4 * at, &value.to_le_bytes());
    }
    put(344, b"n+1\0");
    file.extend((0..voxel_bytes).map(|at| (at % 3) as u8));
    file
}

/// Returns a NIfTI-2 file.
fn second_version() -> Vec<u8> {
    let mut file = vec![0; 544];
    let mut put = |at: usize, bytes: &[u8]| file[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &540_i32.to_le_bytes());
    put(4, b"n+2\0\r\n\x1a\n");
    put(12, &2_i16.to_le_bytes());
    for (at, side) in [3, 2, 3, 4, 1, 1, 1, 1].into_iter().enumerate() {
        put(16 + 8 * at, &i64::to_le_bytes(side));
        put(104 + 8 * at, &1_f64.to_le_bytes());
    }
    put(168, &544_i64.to_le_bytes());
    file.extend([0, 1, 2].repeat(8));
    file
}
