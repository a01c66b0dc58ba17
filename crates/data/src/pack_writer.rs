//! Writing of packs. The same images and manifest always give the same bytes.

use std::error::Error;
use std::io::{Cursor, Write};

use jpeg_encoder::{ColorType, Encoder, EncodingError, QuantizationTableType};
use model::{Partition, Split, Splits};
use sha2::{Digest, Sha256};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::{
    FORMAT, MANIFEST_NAME, Manifest, Pack, PackError, PackKind, SlicePack, SlicePackError,
    decode_jpeg,
};

/// An image to be written into a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JpegFile {
    /// Index of the class in the manifest.
    pub label: u8,
    /// File name without folders, unique within its class and split.
    pub name: String,
    /// Contents of the JPEG file, which must have 64×64 pixels.
    pub bytes: Vec<u8>,
}

/// A slice to be written into a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabeledSlice {
    /// File name of image and mask, without folders: `<case>_<slice>.png`, unique within its split.
    /// If images are written as JPEG files, theirs ends in `.jpg`.
    pub name: String,
    /// Height and width in pixels.
    pub size: [usize; 2],
    /// Gray values, `[height, width]` in row-major order.
    pub image: Vec<u8>,
    /// Class of each pixel, `[height, width]` in row-major order.
    pub mask: Vec<u8>,
}

/// How the images of a pack of slices are stored. Masks are PNG files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageEncoding {
    /// PNG files, without loss.
    Png,
    /// JPEG files of [`encode_gray_jpeg`].
    Jpeg {
        /// Quantization step.
        step: u8,
    },
}

/// Writes a pack of images. The files are stored unchanged, without timestamps or permissions,
/// ordered by label and file name. The fields `format` and `sha256` and the counts of the manifest
/// are filled in.
///
/// # Errors
///
/// Returns an error if an image is not a 64×64 JPEG, or if [`Pack::open`] would reject the pack.
pub fn write_pack(
    manifest: Manifest,
    mut images: Splits<Vec<JpegFile>>,
) -> Result<Vec<u8>, PackError> {
    let mut files = Vec::new();
    for split in Split::ALL {
        let pictures = images.get_mut(split);
        pictures.sort_by(|a, b| (a.label, &a.name).cmp(&(b.label, &b.name)));
    }
    for split in Split::ALL {
        for picture in images.get(split) {
            let class = manifest.classes.get(usize::from(picture.label)).ok_or_else(|| {
                PackError::UnknownFolder(format!("{}/?/{}", split.folder(), picture.name))
            })?;
            let path = format!("{}/{class}/{}", split.folder(), picture.name);
            decode_jpeg(&picture.bytes)
                .map_err(|reason| PackError::Image { file: path.clone(), reason })?;
            files.push((path, picture.bytes.as_slice()));
        }
    }
    let manifest = counted(Manifest { kind: PackKind::Images, ..manifest }, &images);
    let bytes = write_zip(manifest, &files)?;
    Pack::open(bytes.as_slice())?;
    Ok(bytes)
}

/// Writes a pack of slices, ordered by name. The fields `format`, `kind` and `sha256`
/// and the counts of the manifest are filled in.
///
/// # Errors
///
/// Returns an error if [`SlicePack`] would reject the pack.
pub fn write_slice_pack(
    manifest: Manifest,
    mut images: Splits<Vec<LabeledSlice>>,
    encoding: ImageEncoding,
) -> Result<Vec<u8>, SlicePackError> {
    let mut files = Vec::new();
    for split in Split::ALL {
        let slices = images.get_mut(split);
        slices.sort_by(|a, b| a.name.cmp(&b.name));
        for slice in slices.iter() {
            let name = match encoding {
                ImageEncoding::Png => slice.name.clone(),
                ImageEncoding::Jpeg { .. } => {
                    format!("{}.jpg", slice.name.trim_end_matches(".png"))
                }
            };
            let path = format!("{}/images/{name}", split.folder());
            let image = match encoding {
                ImageEncoding::Png => encode_gray_png(slice.size, &slice.image)
                    .map_err(|error| unwritten(&path, &error))?,
                ImageEncoding::Jpeg { step } => encode_gray_jpeg(slice.size, &slice.image, step)
                    .map_err(|error| unwritten(&path, &error))?,
            };
            files.push((path, image));
        }
        for slice in slices.iter() {
            let path = format!("{}/masks/{}", split.folder(), slice.name);
            let mask = encode_mask_png(slice.size, &slice.mask, manifest.classes.len())
                .map_err(|error| unwritten(&path, &error))?;
            files.push((path, mask));
        }
    }
    let files: Vec<_> = files.iter().map(|(path, png)| (path.clone(), png.as_slice())).collect();
    let manifest = counted(Manifest { kind: PackKind::Slices, ..manifest }, &images);
    let bytes = write_zip(manifest, &files)?;
    SlicePack::open(bytes.as_slice())?.decode(Partition::ThreeWay)?;
    Ok(bytes)
}

/// Returns the manifest with the number of images of each split.
fn counted<T>(manifest: Manifest, images: &Splits<Vec<T>>) -> Manifest {
    let [train, validation, test] = Split::ALL.map(|split| images.get(split).len());
    Manifest { train, validation, test, ..manifest }
}

/// Returns the error for a file that could not be encoded.
fn unwritten(path: &str, error: &dyn Error) -> PackError {
    PackError::File { file: path.to_owned(), reason: error.to_string() }
}

/// Encodes gray values, `[height, width]` in row-major order, as an 8-bit gray PNG.
fn encode_gray_png(size: [usize; 2], pixels: &[u8]) -> Result<Vec<u8>, png::EncodingError> {
    encode_png(size, png::BitDepth::Eight, pixels)
}

/// Encodes the class of each pixel, `[height, width]` in row-major order, as a gray PNG: of 1 bit for
/// background and one class, otherwise of 8 bits.
fn encode_mask_png(
    size: [usize; 2],
    mask: &[u8],
    classes: usize,
) -> Result<Vec<u8>, png::EncodingError> {
    if classes > 2 || mask.iter().any(|label| *label > 1) {
        return encode_gray_png(size, mask);
    }
    // Eight pixels per byte, the first one in the highest bit. Each row begins with a new byte.
    let byte = |pixels: &[u8]| {
        pixels.iter().zip((0..8).rev()).fold(0, |byte, (pixel, bit)| byte | pixel << bit)
    };
    let rows = mask.chunks(size[1].max(1));
    let packed: Vec<u8> = rows.flat_map(|row| row.chunks(8).map(byte)).collect();
    encode_png(size, png::BitDepth::One, &packed)
}

fn encode_png(
    size: [usize; 2],
    depth: png::BitDepth,
    rows: &[u8],
) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, size[1] as u32, size[0] as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(depth);
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(rows)?;
    writer.finish()?;
    Ok(bytes)
}

/// Encodes gray values, `[height, width]` in row-major order, as a JPEG with the same quantization
/// step for all frequencies. At the same size that gives a smaller mean squared error than the usual
/// tables, which spare frequencies that people hardly see.
///
/// # Errors
///
/// Returns an error if the number of gray values differs from the size, or a side is too long.
pub fn encode_gray_jpeg(size: [usize; 2], gray: &[u8], step: u8) -> Result<Vec<u8>, EncodingError> {
    let mut bytes = Vec::new();
    // The quality has no effect on a table of one's own.
    let mut encoder = Encoder::new(&mut bytes, 100);
    let flat = || QuantizationTableType::Custom(Box::new([u16::from(step); 64]));
    encoder.set_quantization_tables(flat(), flat());
    encoder.set_optimized_huffman_tables(true);
    let [height, width] = size.map(|side| u16::try_from(side).unwrap_or(u16::MAX));
    encoder.encode(gray, width, height, ColorType::Luma)?;
    Ok(bytes)
}

/// Returns a pack with one more file beside the manifest, such as the text of a license.
///
/// # Errors
///
/// Returns an error if the pack is no zip file.
pub fn add_file(pack: Vec<u8>, name: &str, bytes: &[u8]) -> Result<Vec<u8>, PackError> {
    let add = || -> Result<Vec<u8>, ZipError> {
        let mut zip = ZipWriter::new_append(Cursor::new(pack))?;
        zip.start_file(name, options())?;
        zip.write_all(bytes)?;
        Ok(zip.finish()?.into_inner())
    };
    add().map_err(|error| PackError::Damaged(error.to_string()))
}

/// Returns the options of a stored entry without timestamp.
fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644)
}

/// Writes a zip of the manifest, with `format` and `sha256` filled in, and of the files in the
/// given order.
fn write_zip(manifest: Manifest, files: &[(String, &[u8])]) -> Result<Vec<u8>, PackError> {
    let mut all = Sha256::new();
    for (_, bytes) in files {
        all.update(bytes);
    }
    let json = Manifest { format: FORMAT, sha256: hex(&all.finalize()), ..manifest }.to_json();
    let write = || -> Result<Vec<u8>, ZipError> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let files = files.iter().map(|(path, bytes)| (path.as_str(), *bytes));
        for (path, bytes) in std::iter::once((MANIFEST_NAME, json.as_bytes())).chain(files) {
            zip.start_file(path, options())?;
            zip.write_all(bytes)?;
        }
        Ok(zip.finish()?.into_inner())
    };
    write().map_err(|error| PackError::Damaged(error.to_string()))
}

/// Returns the SHA-256 of `bytes` in lower-case hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
