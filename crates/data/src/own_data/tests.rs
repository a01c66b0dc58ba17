//! Tests with whole folders and zip files.

mod bad_input;
mod large;
mod layouts;
mod splits;

use std::io::{Cursor, Write};

use model::IMAGE_LEN;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;
use crate::rng::Rng;

/// Returns a gray PNG of this height and width; images of different seeds differ.
fn picture(seed: u64, [height, width]: [usize; 2]) -> Vec<u8> {
    let mut rng = Rng::new(seed);
    let blocks: Vec<u8> = (0..64).map(|_| rng.below(256) as u8).collect();
    let pixel = |at: usize| blocks[at / width * 8 / height * 8 + at % width * 8 / width];
    png(
        [height, width],
        png::ColorType::Grayscale,
        &(0..height * width).map(pixel).collect::<Vec<_>>(),
    )
}

/// Returns a PNG of 8 bits per channel.
fn png([height, width]: [usize; 2], color: png::ColorType, pixels: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width as u32, height as u32);
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(pixels).unwrap();
    writer.finish().unwrap();
    bytes
}

/// Returns a zip of files.
fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (path, bytes) in files {
        zip.start_file(*path, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn open_zip(bytes: Vec<u8>) -> Result<Import, OwnDataError> {
    Import::of_zip(ZipFile::open("own.zip", &bytes)?)
}

/// Reads all files of an import that need no conversion.
fn read_all(mut import: Import) -> Result<Collection, OwnDataError> {
    for place in 0..import.files().len() {
        import.read(place, None)?;
    }
    import.finish()
}

fn import_zip(files: &[(&str, &[u8])]) -> Result<Collection, OwnDataError> {
    read_all(open_zip(zip(files))?)
}

/// Returns a zip of `count` different images a class, named by `name`.
fn classes(
    names: &[&str],
    count: usize,
    name: impl Fn(&str, usize) -> String,
) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for (label, class) in names.iter().enumerate() {
        for index in 0..count {
            let seed = (label * 1000 + index) as u64;
            files.push((name(class, index), picture(seed, [64, 64])));
        }
    }
    files
}

fn borrowed(files: &[(String, Vec<u8>)]) -> Vec<(&str, &[u8])> {
    files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect()
}

/// Returns a collection of items at these paths, each with pixels of its own.
fn collection(paths: &[String]) -> Collection {
    let layout = Layout::of(paths).unwrap();
    let mut collection = Collection { classes: layout.classes.clone(), ..Collection::default() };
    for plan in &layout.files {
        let Planned::Image(label) = plan.what else { panic!("no image") };
        let mut rng = Rng::new(plan.index as u64);
        collection.items.push(Item {
            path: plan.path.clone(),
            label: label as u8,
            given: plan.given,
            folder: plan.folder.clone(),
            size: [64, 64],
            hash: plan.index as u64,
        });
        collection.pixels.extend((0..IMAGE_LEN).map(|_| rng.below(256) as u8));
    }
    collection
}
