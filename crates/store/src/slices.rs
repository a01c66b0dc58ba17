//! The selected slice and the visitor's own slices, with the network's answers.

use std::sync::Arc;

use model::ImageRef;
use protocol::{QuantizedMaps, RunId};

use crate::dataset_key::DatasetKey;

/// The slice in the viewer, whose feature maps are drawn in the U-Net diagram.
#[derive(Clone, Debug, PartialEq)]
pub struct SelectedSlice {
    /// The data that it belongs to.
    pub data: DatasetKey,
    /// Its place in them.
    pub image: ImageRef,
    /// Gray values, `[height, width]` row by row.
    pub pixels: Arc<[u8]>,
    /// Feature maps of the network's blocks; while its own are in flight, of the slice before.
    pub maps: Option<Arc<Vec<QuantizedMaps>>>,
    /// The request in flight: never more than one, since answers are large.
    pub in_flight: Option<InFlight>,
    /// Whether to request again as soon as the answer is here.
    pub refetch: bool,
    /// The run and its step when it was last asked about: the same weights need not be asked twice.
    pub requested_for: Option<(RunId, usize)>,
}

/// A request for feature maps that has not been answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InFlight {
    /// Its number.
    pub request: u32,
    /// Whether to discard the answer, since another slice has been selected.
    pub discard: bool,
}

impl SelectedSlice {
    /// Creates the selection of a slice after another one or none.
    pub fn after(
        before: Option<SelectedSlice>,
        data: DatasetKey,
        image: ImageRef,
        pixels: Arc<[u8]>,
    ) -> Self {
        let before = before.filter(|before| before.data == data);
        let in_flight = before.as_ref().and_then(|before| before.in_flight);
        let in_flight = in_flight.map(|sent| InFlight { discard: true, ..sent });
        let maps = before.and_then(|before| before.maps);
        Self { data, image, pixels, maps, in_flight, refetch: false, requested_for: None }
    }

    /// Forgets the answers: the network is another one, or gone.
    pub fn clear_answers(&mut self) {
        self.maps = None;
        self.in_flight = None;
        self.refetch = false;
        self.requested_for = None;
    }
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
