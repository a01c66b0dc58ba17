//! Points, positions and selection of a large map, shared by its parts.

use std::sync::Arc;

use protocol::interpret::MapPoint;
use ui::erased_signal::{Callback, RwSignal, Signal};

use super::thumbnails::GrayImage;
use super::tween::Positions;

/// State shared by the components of a large map: points, positions and selection.
#[derive(Clone, Copy)]
pub struct MapContext {
    /// The points.
    pub points: Signal<Arc<Vec<MapPoint>>>,
    /// Positions at the end of the animation.
    pub target: Signal<Positions>,
    /// The positions in the current frame.
    pub positions: Signal<Positions>,
    /// Class names in label order.
    pub classes: Signal<Vec<String>>,
    /// Whether class 0 is the background.
    pub background: bool,
    /// Returns the image of a point.
    pub thumbnail: Callback<MapPoint, Option<GrayImage>>,
    /// The only class that is not dimmed; `None` if no class is dimmed.
    pub highlighted_class: RwSignal<Option<u8>>,
    /// Index of the hovered or selected point.
    pub selected: RwSignal<Option<usize>>,
}

impl MapContext {
    /// Returns the hovered or selected point.
    pub fn selected_point(self) -> Option<MapPoint> {
        let selected = self.selected.get()?;
        self.points.with(|points| points.get(selected).copied())
    }

    /// Returns whether a point is not dimmed.
    pub fn is_highlighted(self, index: usize) -> bool {
        let class = self.points.with_untracked(|points| points.get(index).map(|point| point.class));
        let highlighted = self.highlighted_class.get_untracked();
        highlighted.is_none_or(|highlighted| class == Some(highlighted))
    }
}
