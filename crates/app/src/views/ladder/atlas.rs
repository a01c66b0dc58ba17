//! What all parts of a large map share.

use std::sync::Arc;

use protocol::interpret::MapPoint;
use ui::erased_signal::{Callback, RwSignal, Signal};

use super::motion::Places;
use super::thumbnails::Picture;

/// What is on a map, and what of it is looked at.
#[derive(Clone, Copy)]
pub struct Atlas {
    /// What the points are.
    pub points: Signal<Arc<Vec<MapPoint>>>,
    /// Where they are going.
    pub goal: Signal<Places>,
    /// Where they are now.
    pub places: Signal<Places>,
    /// Class names in label order.
    pub classes: Signal<Vec<String>>,
    /// Whether class 0 is the background.
    pub background: bool,
    /// A point's image.
    pub thumbnail: Callback<MapPoint, Option<Picture>>,
    /// The only class that is not dimmed.
    pub lit: RwSignal<Option<u8>>,
    /// The point that is looked at.
    pub chosen: RwSignal<Option<usize>>,
}

impl Atlas {
    /// The point that is looked at.
    pub fn chosen_point(self) -> Option<MapPoint> {
        let chosen = self.chosen.get()?;
        self.points.with(|points| points.get(chosen).copied())
    }

    /// Whether a point is not dimmed.
    pub fn lights(self, index: usize) -> bool {
        let class = self.points.with_untracked(|points| points.get(index).map(|point| point.class));
        self.lit.get_untracked().is_none_or(|lit| class == Some(lit))
    }
}
