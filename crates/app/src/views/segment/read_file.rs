//! Reading what the visitor chose, in the browser.

use data::Volume;
use protocol::Problem;
use wasm_bindgen_futures::JsFuture;

use super::super::shrink::shrink_to;
use super::incoming::{MAX_VOLUME_BYTES, Source, is_volume, refuse};

/// All bytes of a file, of at most [`MAX_VOLUME_BYTES`].
pub(super) async fn bytes_of(file: &web_sys::File) -> Result<Vec<u8>, Problem> {
    if file.size() > MAX_VOLUME_BYTES {
        let (found, limit) = (file.size() / 1048576.0, MAX_VOLUME_BYTES / 1048576.0);
        return Err(refuse(
            &file.name(),
            format!("the file has {found:.0} MB; the limit is {limit:.0} MB. Cut or resample it."),
        ));
    }
    let buffer = JsFuture::from(file.array_buffer()).await.map_err(|_| {
        refuse(&file.name(), "the file could not be read from the disk. Choose it again.")
    })?;
    Ok(js_sys::Uint8Array::new(&buffer).to_vec())
}

/// A volume, or an image of which the browser makes gray values of that height and width.
pub(super) async fn read_source(file: &web_sys::File, size: [usize; 2]) -> Result<Source, Problem> {
    let name = file.name();
    let bytes = bytes_of(file).await?;
    if is_volume(&name, &bytes) {
        let volume = Volume::read(&bytes).map_err(|error| refuse(&name, error))?;
        return Ok(Source::volume(volume));
    }
    let shrunk = shrink_to(file.clone(), size).await?;
    Ok(Source::Picture { pixels: shrunk.pixels, original: shrunk.original })
}
