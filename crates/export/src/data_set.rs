//! A data set as the file that the programs read.
//!
//! The file has the layout of a pack, with uncompressed gray images (PGM) in place of JPEG and PNG
//! files: the pixels that the page trains on, which no other decoder rounds. A sealed test set is left
//! out.

use std::io::{Cursor, Write};

use data::{Dataset, IMAGE_SIDE, ImageSet, SliceSet, Split};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Error of writing a data set.
#[derive(Debug, thiserror::Error)]
#[error("The data set could not be written as a zip file: {0}. Use fewer images.")]
pub struct DataSetError(#[from] ZipError);

/// Writes a data set of either lab as a zip file, see [`images`] and [`slices`].
///
/// # Errors
///
/// Returns an error if a zip file cannot hold it.
pub fn write(set: &Dataset) -> Result<Vec<u8>, DataSetError> {
    match set {
        Dataset::Images(set) => images(set),
        Dataset::Slices(set) => slices(set),
    }
}

/// Writes images as a zip file: `train/CLASS/00000.pgm` and so on, `[64, 64]` pixels each.
///
/// # Errors
///
/// Returns an error if a zip file cannot hold them.
pub fn images(set: &ImageSet) -> Result<Vec<u8>, DataSetError> {
    let mut zip = DataSetWriter::new(&set.classes)?;
    let evaluated = set.evaluated();
    for split in [Split::Train, evaluated] {
        let (images, split) = (set.split(split), split.folder());
        let each = images.pixels.chunks_exact(IMAGE_SIDE * IMAGE_SIDE).zip(&images.labels);
        for (index, (image, label)) in each.enumerate() {
            // The name is a padded number, so that the order of the names is that of the set.
            let class = set.classes.get(usize::from(*label)).map_or("", String::as_str);
            zip.add(&format!("{split}/{class}/{index:05}.pgm"), [IMAGE_SIDE; 2], image)?;
        }
    }
    zip.finish()
}

/// Writes slices and their masks as a zip file: `train/images/00000_0.pgm` and
/// `train/masks/00000_0.pgm`, with the numbers of the case and of the slice.
///
/// # Errors
///
/// Returns an error if a zip file cannot hold them.
pub fn slices(set: &SliceSet) -> Result<Vec<u8>, DataSetError> {
    let mut zip = DataSetWriter::new(&set.classes)?;
    let evaluated = set.evaluated();
    for split in [Split::Train, evaluated] {
        let (slices, split) = (set.split(split), split.folder());
        let pixels = slices.size[0] * slices.size[1];
        let pairs = slices.images.chunks_exact(pixels).zip(slices.masks.chunks_exact(pixels));
        for (index, ((image, mask), case)) in pairs.zip(&slices.case_of).enumerate() {
            let name = format!("{case:05}_{index}.pgm");
            zip.add(&format!("{split}/images/{name}"), slices.size, image)?;
            zip.add(&format!("{split}/masks/{name}"), slices.size, mask)?;
        }
    }
    zip.finish()
}

/// Writer of a zip file with a manifest and images.
struct DataSetWriter {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    options: SimpleFileOptions,
}

impl DataSetWriter {
    fn new(classes: &[String]) -> Result<Self, DataSetError> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        let mut writer = Self { zip: ZipWriter::new(Cursor::new(Vec::new())), options };
        let manifest = serde_json::json!({ "classes": classes }).to_string();
        writer.add_file("manifest.json", &[manifest.as_bytes()])?;
        Ok(writer)
    }

    /// Adds a gray image, `[height, width]` in row-major order, as a PGM file.
    fn add(
        &mut self,
        name: &str,
        [height, width]: [usize; 2],
        pixels: &[u8],
    ) -> Result<(), DataSetError> {
        let head = format!("P5 {width} {height} 255\n");
        self.add_file(name, &[head.as_bytes(), pixels])
    }

    fn add_file(&mut self, name: &str, content: &[&[u8]]) -> Result<(), DataSetError> {
        self.zip.start_file(name, self.options)?;
        for part in content {
            self.zip.write_all(part).map_err(ZipError::from)?;
        }
        Ok(())
    }

    fn finish(self) -> Result<Vec<u8>, DataSetError> {
        Ok(self.zip.finish()?.into_inner())
    }
}
