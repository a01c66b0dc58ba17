//! The selected slice, and the visitor's own slices with the network's masks.

use std::sync::Arc;

use model::ImageRef;
use protocol::RunId;

use crate::dataset_key::DatasetKey;

/// The slice in the viewer, whose feature maps are drawn in the U-Net diagram.
#[derive(Clone, Debug, PartialEq)]
pub struct SelectedSlice {
    /// The data set that it belongs to.
    pub data: DatasetKey,
    /// Its place in the data set.
    pub image: ImageRef,
    /// Gray values 0 to 255, `[height, width]` row by row.
    pub pixels: Arc<[u8]>,
}

/// Slices that the visitor dropped, to be segmented by the present weights.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnSlices {
    /// Comes back with the answer.
    pub request: u32,
    /// The run and its step when they were last asked about.
    pub requested_for: Option<(RunId, usize)>,
    /// Gray values, `[n, height, width]` row by row.
    pub pixels: Vec<u8>,
    /// Most probable class of each pixel, of the latest weights that have answered.
    pub masks: Option<Arc<Vec<u8>>>,
}

impl OwnSlices {
    /// Creates slices about which nothing has been asked.
    pub fn new(pixels: Vec<u8>) -> Self {
        Self { request: 0, requested_for: None, pixels, masks: None }
    }
}
