//! What the visitor looks at in the segmentation lab, and what the network makes of it.

use std::sync::Arc;

use model::ImageRef;
use protocol::{QuantizedMaps, RunId};

use super::DataKey;

/// The slice in the viewer, whose feature maps stand in the drawing of the network.
#[derive(Clone, Debug, PartialEq)]
pub struct Viewed {
    /// The data that it belongs to.
    pub data: DataKey,
    /// Its place in them.
    pub image: ImageRef,
    /// Gray values, `[height, width]` row by row.
    pub pixels: Arc<[u8]>,
    /// What the network last made of it; while its own are on their way, of the slice before.
    pub maps: Option<Arc<Vec<QuantizedMaps>>>,
    /// The request on its way: never more than one, since answers are large.
    pub flight: Option<Flight>,
    /// Whether to ask again as soon as the answer is here.
    pub due: bool,
    /// The run and its step when it was last asked about: the same weights need not be asked twice.
    pub asked_at: Option<(RunId, usize)>,
}

/// A request for feature maps that has not been answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flight {
    /// Its number.
    pub request: u32,
    /// Whether another slice has been chosen since, so that the answer is no use.
    pub outdated: bool,
}

impl Viewed {
    /// A slice that has just been chosen, after another one or none.
    pub fn after(
        before: Option<Viewed>,
        data: DataKey,
        image: ImageRef,
        pixels: Arc<[u8]>,
    ) -> Self {
        let before = before.filter(|before| before.data == data);
        let flight = before.as_ref().and_then(|b| b.flight).map(|f| Flight { outdated: true, ..f });
        let maps = before.and_then(|before| before.maps);
        Self { data, image, pixels, maps, flight, due: false, asked_at: None }
    }

    /// Forgets what a network made of it: the network is another one, or gone.
    pub fn forget(&mut self) {
        self.maps = None;
        self.flight = None;
        self.due = false;
        self.asked_at = None;
    }
}

/// Slices that the visitor brought, to be segmented by the weights of now.
#[derive(Clone, Debug, PartialEq)]
pub struct Brought {
    /// Comes back with the answer.
    pub request: u32,
    /// The run and its step when they were last asked about.
    pub asked_at: Option<(RunId, usize)>,
    /// Gray values, `[n, height, width]` row by row.
    pub pixels: Vec<u8>,
    /// Most probable class of each pixel, of the latest weights that have answered.
    pub masks: Option<Arc<Vec<u8>>>,
}

impl Brought {
    /// Slices about which nothing has been asked.
    pub fn new(pixels: Vec<u8>) -> Self {
        Self { request: 0, asked_at: None, pixels, masks: None }
    }
}
