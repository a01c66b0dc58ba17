//! Generated image files for uploading, both valid and damaged.

use std::path::PathBuf;

use tempfile::TempDir;

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
