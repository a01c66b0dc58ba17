//! Generated image files for uploading, both valid and damaged.

use std::io::{Cursor, Write};
use std::path::PathBuf;

use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A temporary folder of files for uploading. It is deleted when this value is dropped.
pub struct TempFiles(TempDir);

impl TempFiles {
    /// Creates an empty folder.
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("the temporary folder takes files"))
    }

    /// Writes a file and returns its path.
    pub fn add(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).expect("the temporary folder takes files");
        path
    }
}

impl Default for TempFiles {
    fn default() -> Self {
        Self::new()
    }
}

/// Returns a gray PNG with a bright disk, `side` pixels wide and high.
pub fn disc_png(side: u32) -> Vec<u8> {
    let (middle, radius) = (f64::from(side) / 2.0, f64::from(side) / 3.0);
    let pixel = |x: u32, y: u32| {
        let from_middle = (f64::from(x) - middle).hypot(f64::from(y) - middle);
        if from_middle < radius { 200 } else { 20 }
    };
    let pixels: Vec<u8> = (0..side * side).map(|i| pixel(i % side, i / side)).collect();
    png(side, side, png::BitDepth::Eight, &pixels)
}

/// Returns a gray PNG of `side` × `side` pixels with the same value, like a mask.
pub fn uniform_png(side: u32, value: u8) -> Vec<u8> {
    png(side, side, png::BitDepth::Eight, &vec![value; (side * side) as usize])
}

/// Returns a NIfTI-1 volume (`.nii`) of bytes in ascending order, with `axes` voxels along each
/// axis and a spacing of 1 mm (nifti.nimh.nih.gov, `nifti1.h`).
pub fn nifti_volume(axes: &[i16]) -> Vec<u8> {
    let mut file = vec![0; 352];
    let mut put = |at: usize, bytes: &[u8]| file[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &348_i32.to_le_bytes());
    put(40, &i16::try_from(axes.len()).expect("few axes").to_le_bytes());
    for axis in 0..7 {
        put(42 + 2 * axis, &axes.get(axis).copied().unwrap_or(1).to_le_bytes());
        put(80 + 4 * axis, &1_f32.to_le_bytes());
    }
    // Unsigned bytes of eight bits, directly after the header.
    put(70, &2_i16.to_le_bytes());
    put(72, &8_i16.to_le_bytes());
    put(108, &352_f32.to_le_bytes());
    put(112, &1_f32.to_le_bytes());
    put(344, b"n+1\0");
    let voxels: usize = axes.iter().map(|n| usize::try_from(*n).unwrap_or(0)).product();
    file.extend((0..voxels).map(|i| (i % 251) as u8));
    file
}

/// Returns a zip of files with these paths.
pub fn zip(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        zip.start_file(path, SimpleFileOptions::default()).expect("memory takes files");
        zip.write_all(bytes).expect("memory takes files");
    }
    zip.finish().expect("memory takes files").into_inner()
}

/// Transfer syntax of DICOM files that are not compressed.
pub const EXPLICIT_LITTLE_ENDIAN: &str = "1.2.840.10008.1.2.1";

/// Returns the header of a NIfTI-2 volume with the given sides and intent, and nothing after it.
pub fn nifti2_header(sides: [i64; 3], intent: i32) -> Vec<u8> {
    let mut file = vec![0; 544];
    let mut put = |at: usize, bytes: &[u8]| file[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &540_i32.to_le_bytes());
    put(4, b"n+2\0\r\n\x1a\n");
    put(12, &2_i16.to_le_bytes());
    put(16, &3_i64.to_le_bytes());
    for (axis, side) in sides.into_iter().enumerate() {
        put(24 + 8 * axis, &side.to_le_bytes());
        put(112 + 8 * axis, &1_f64.to_le_bytes());
    }
    put(168, &544_i64.to_le_bytes());
    put(504, &intent.to_le_bytes());
    file
}

/// Returns an axial DICOM slice of 20×20 pixels of 2 mm at a height in millimeters, with 16-bit values
/// in ascending order (PS3.5, explicit VR little endian). It names a patient. `transfer_syntax` is what
/// the file says of its encoding: [`EXPLICIT_LITTLE_ENDIAN`] if it is to be read.
pub fn dicom_slice(height_mm: u16, transfer_syntax: &str) -> Vec<u8> {
    let mut file = [&[0; 128][..], b"DICM"].concat();
    let mut put = |group: u16, element: u16, kind: &[u8; 2], value: &[u8]| {
        file.extend(group.to_le_bytes());
        file.extend(element.to_le_bytes());
        file.extend(kind);
        // Values have an even length. That of long kinds has four bytes, after two that are 0.
        let length = value.len().next_multiple_of(2);
        if kind == b"OW" {
            file.extend([0, 0]);
            file.extend(u32::try_from(length).expect("a short value").to_le_bytes());
        } else {
            file.extend(u16::try_from(length).expect("a short value").to_le_bytes());
        }
        file.extend(value);
        file.resize(file.len() + length - value.len(), if kind == b"UI" { 0 } else { b' ' });
    };
    let position = format!("-20\\-20\\{height_mm}");
    put(2, 0x10, b"UI", transfer_syntax.as_bytes());
    put(8, 0x16, b"UI", b"1.2.840.10008.5.1.4.1.1.4");
    put(8, 0x18, b"UI", format!("1.2.3.{height_mm}").as_bytes());
    put(0x10, 0x10, b"PN", b"Doe^Jane");
    put(0x20, 0x0e, b"UI", b"1.2.3");
    put(0x20, 0x32, b"DS", position.as_bytes());
    put(0x20, 0x37, b"DS", b"1\\0\\0\\0\\1\\0");
    put(0x28, 2, b"US", &1_u16.to_le_bytes());
    put(0x28, 4, b"CS", b"MONOCHROME2");
    put(0x28, 0x10, b"US", &20_u16.to_le_bytes());
    put(0x28, 0x11, b"US", &20_u16.to_le_bytes());
    put(0x28, 0x30, b"DS", b"2\\2");
    put(0x28, 0x100, b"US", &16_u16.to_le_bytes());
    put(0x28, 0x101, b"US", &16_u16.to_le_bytes());
    put(0x28, 0x102, b"US", &15_u16.to_le_bytes());
    put(0x28, 0x103, b"US", &0_u16.to_le_bytes());
    let pixels: Vec<u8> = (0..400_u16).flat_map(u16::to_le_bytes).collect();
    put(0x7fe0, 0x10, b"OW", &pixels);
    file
}

/// Returns a gzip file that ends in the middle of its first block (RFC 1951, section 3.2.4).
pub fn truncated_gzip() -> Vec<u8> {
    let mut file = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    // A stored block that declares 65,535 bytes.
    file.extend([1, 0xff, 0xff, 0, 0]);
    file.extend([7; 100]);
    file
}

/// Returns a complete black PNG of 20,000 × 10,000 pixels (200 megapixels). With one bit per pixel
/// the file is small and fast to write; decoded it takes 800 MB.
pub fn oversized_png() -> Vec<u8> {
    png(20_000, 10_000, png::BitDepth::One, &vec![0; 20_000 / 8 * 10_000])
}

fn png(width: u32, height: u32, depth: png::BitDepth, data: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(depth);
    encoder.set_filter(png::Filter::NoFilter);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().expect("writing to memory");
    writer.write_image_data(data).expect("as many bytes as the size asks for");
    writer.finish().expect("writing to memory");
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_large_image_is_large_only_inside() {
        let file = oversized_png();
        assert!(file.len() < 1_000_000, "{} bytes", file.len());
        let reader = png::Decoder::new(std::io::Cursor::new(&file)).read_info().unwrap();
        assert_eq!((reader.info().width, reader.info().height), (20_000, 10_000));
    }
}
