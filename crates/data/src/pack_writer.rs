//! Writing of packs. The same images and manifest always give the same bytes.

use std::io::{Cursor, Write};

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
    pub name: String,
    /// Height and width in pixels.
    pub size: [usize; 2],
    /// Gray values, `[height, width]` in row-major order.
    pub image: Vec<u8>,
    /// Class of each pixel, `[height, width]` in row-major order.
    pub mask: Vec<u8>,
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

/// Writes a pack of slices as PNG files, ordered by name. The fields `format`, `kind` and `sha256`
/// and the counts of the manifest are filled in.
///
/// # Errors
///
/// Returns an error if [`SlicePack`] would reject the pack.
pub fn write_slice_pack(
    manifest: Manifest,
    mut images: Splits<Vec<LabeledSlice>>,
) -> Result<Vec<u8>, SlicePackError> {
    let mut files = Vec::new();
    for split in Split::ALL {
        let slices = images.get_mut(split);
        slices.sort_by(|a, b| a.name.cmp(&b.name));
        for (kind, of) in [("images", 0), ("masks", 1)] {
            for slice in slices.iter() {
                let path = format!("{}/{kind}/{}", split.folder(), slice.name);
                let pixels = [&slice.image, &slice.mask][of];
                let png = encode_gray_png(slice.size, pixels).map_err(|error| PackError::File {
                    file: path.clone(),
                    reason: error.to_string(),
                })?;
                files.push((path, png));
            }
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

/// Encodes pixels, `[height, width]` in row-major order, as an 8-bit gray PNG.
fn encode_gray_png(size: [usize; 2], pixels: &[u8]) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, size[1] as u32, size[0] as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(bytes)
}

/// Writes a zip of the manifest, with `format` and `sha256` filled in, and of the files in the
/// given order.
fn write_zip(manifest: Manifest, files: &[(String, &[u8])]) -> Result<Vec<u8>, PackError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut all = Sha256::new();
    for (_, bytes) in files {
        all.update(bytes);
    }
    let json = Manifest { format: FORMAT, sha256: hex(&all.finalize()), ..manifest }.to_json();
    let write = || -> Result<Vec<u8>, ZipError> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let files = files.iter().map(|(path, bytes)| (path.as_str(), *bytes));
        for (path, bytes) in std::iter::once((MANIFEST_NAME, json.as_bytes())).chain(files) {
            zip.start_file(path, options)?;
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
