//! Reads visitors' files: images in the page, volumes and masks with the reader.

use std::sync::Arc;

use data::user_files::{Extent, is_volume_file};
use features::dataset::decode_image::decode_image_to;
use features::own_slices::dropped_files::{
    FileReaders, Later, MAX_VOLUME_BYTES, Source, TruthRequest,
};
use js_sys::Uint8Array;
use protocol::Problem;
use reader::{Request, Response, problem_in};
use wasm_bindgen_futures::JsFuture;

use crate::clients::reader::{Reader, unexpected_answer};

/// Returns the functions that read visitors' files.
pub fn file_readers(reader: Reader) -> FileReaders {
    FileReaders {
        source: (move |(file, size)| -> Later<Source> {
            Box::pin(read_source(reader, file, size))
        })
        .into(),
        truth: (move |request| -> Later<Vec<Arc<[u8]>>> { Box::pin(read_truth(reader, request)) })
            .into(),
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

/// Reads a volume, or an image that the browser decodes, resized to height and width `size`.
async fn read_source(
    reader: Reader,
    file: web_sys::File,
    size: [usize; 2],
) -> Result<Source, Problem> {
    let name = file.name();
    let bytes = bytes_of(&file).await?;
    if is_volume_file(&name, &bytes.subarray(0, 2).to_vec()) {
        return match reader.ask(&Request::Volume { name, size }, Some(&bytes)).await? {
            Response::Volume { shape, slices } => {
                Ok(Source { extent: Extent::Volume(shape), slices })
            }
            _ => Err(unexpected_answer()),
        };
    }
    let decoded = decode_image_to(file, size).await?;
    Ok(Source { extent: Extent::Image(decoded.original), slices: decoded.pixels })
}

/// Reads a mask: the class of each pixel, `[n, height, width]` row by row, with height and width
/// `size`.
async fn read_truth(
    reader: Reader,
    (file, of, size, classes): TruthRequest,
) -> Result<Vec<Arc<[u8]>>, Problem> {
    let bytes = bytes_of(&file).await?;
    let question = Request::Mask { name: file.name(), of, size, classes };
    match reader.ask(&question, Some(&bytes)).await? {
        Response::Mask(labels) => {
            Ok(labels.chunks((size[0] * size[1]).max(1)).map(Arc::from).collect())
        }
        _ => Err(unexpected_answer()),
    }
}
