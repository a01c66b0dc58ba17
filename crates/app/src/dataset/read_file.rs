//! Reads visitors' files: images in the page, volumes and masks with the reader.

use std::sync::Arc;

use data::user_files::{Extent, NetworkInput, is_volume_file};
use features::dataset::decode_image::decode_image_to;
use features::own_slices::dropped_files::{
    FileReaders, Later, MAX_VOLUME_BYTES, Source, Truth, TruthRequest,
};
use js_sys::Uint8Array;
use protocol::Problem;
use reader::{Request, Response, problem_in};
use wasm_bindgen_futures::JsFuture;

use crate::clients::reader::{Reader, unexpected_answer};

/// Returns the functions that read visitors' files.
pub fn file_readers(reader: Reader) -> FileReaders {
    FileReaders {
        source: (move |(file, input)| -> Later<Source> {
            Box::pin(read_source(reader, file, input))
        })
        .into(),
        truth: (move |request| -> Later<Truth> { Box::pin(read_truth(reader, request)) }).into(),
    }
}

/// Returns all bytes of a file, at most [`MAX_VOLUME_BYTES`]. They are kept in JavaScript's memory.
async fn bytes_of(file: &web_sys::File) -> Result<Uint8Array, Problem> {
    if file.size() > MAX_VOLUME_BYTES {
        let (found, limit) = (file.size() / 1048576.0, MAX_VOLUME_BYTES / 1048576.0);
        return Err(problem_in(
            &file.name(),
            format!("the file has {found:.0} MB; the limit is {limit:.0} MB. Cut or resample it."),
        ));
    }
    let buffer = JsFuture::from(file.array_buffer()).await.map_err(|_| {
        problem_in(&file.name(), "the file could not be read from the disk. Choose it again.")
    })?;
    Ok(Uint8Array::new(&buffer))
}

/// Reads a volume, or an image that the browser decodes, as slices for a network's input.
async fn read_source(
    reader: Reader,
    file: web_sys::File,
    input: NetworkInput,
) -> Result<Source, Problem> {
    let name = file.name();
    let bytes = bytes_of(&file).await?;
    if is_volume_file(&name, &bytes.subarray(0, 2).to_vec()) {
        return match reader.ask(&Request::Volume { name, input }, Some(&bytes)).await? {
            Response::Volume { grid, slices, notes } => {
                Ok(Source { extent: Extent::Volume(grid), slices, notes })
            }
            _ => Err(unexpected_answer()),
        };
    }
    let decoded = decode_image_to(file, input.size).await?;
    let extent = Extent::Image(decoded.original);
    Ok(Source { extent, slices: decoded.pixels, notes: Vec::new() })
}

/// Reads a mask.
async fn read_truth(
    reader: Reader,
    (file, of, input, classes): TruthRequest,
) -> Result<Truth, Problem> {
    let bytes = bytes_of(&file).await?;
    let question = Request::Mask { name: file.name(), of: Box::new(of), input, classes };
    match reader.ask(&question, Some(&bytes)).await? {
        Response::Mask { labels, notes } => {
            let pixels = (input.size[0] * input.size[1]).max(1);
            Ok(Truth { slices: labels.chunks(pixels).map(Arc::from).collect(), notes })
        }
        _ => Err(unexpected_answer()),
    }
}
