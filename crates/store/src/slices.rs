//! The selected slice, and the visitor's own slices with the network's masks.

use std::sync::Arc;

use model::ImageRef;
use protocol::RunId;

use model::DatasetKey;

/// The slice in the viewer. The U-Net diagram shows its feature maps.
#[derive(Clone, Debug, PartialEq)]
pub struct SelectedSlice {
    /// The data set that it belongs to.
    pub data: DatasetKey,
    /// Its place in the data set.
    pub image: ImageRef,
    /// Gray values 0 to 255, `[height, width]` row by row.
    pub pixels: Arc<[u8]>,
}

/// Slices that the visitor dropped onto the page, to be segmented with the current weights.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnSlices {
    /// Number of the request, repeated in the answer.
    pub request: u32,
    /// Run and step of the last request.
    pub requested_for: Option<(RunId, usize)>,
    /// Gray values, `[n, height, width]` in row-major order.
    pub pixels: Vec<u8>,
    /// Height and width of each slice.
    pub size: [usize; 2],
    /// Most probable class of each pixel, from the latest answer.
    pub masks: Option<Arc<Vec<u8>>>,
}

impl OwnSlices {
    /// Creates slices without any request.
    pub fn new(pixels: Vec<u8>, size: [usize; 2]) -> Self {
        Self { request: 0, requested_for: None, pixels, size, masks: None }
    }
}
