//! Signals that all parts of the U-Net diagram share.

use std::sync::Arc;

use model::{PixelRect, ReceptiveField, UNetBlock, UNetBlockSummary, UNetError, UNetSummary};
use protocol::QuantizedMaps;
use ui::erased_signal::{RwSignal, Signal};

use super::geometry::{area, find, place};

/// Signals that every part of the drawing reads, and the two that a visitor moves.
#[derive(Clone, Copy)]
pub(crate) struct DiagramState {
    /// Shapes and sizes, or why there are none.
    pub summary: Signal<Result<UNetSummary, UNetError>>,
    /// Feature maps of the blocks for the selected slice.
    pub features: Signal<Option<Arc<Vec<QuantizedMaps>>>>,
    /// The output pixel `[row, column]` whose receptive field is lit.
    pub picked: RwSignal<Option<[usize; 2]>>,
    /// Its receptive field.
    pub field: Signal<Option<ReceptiveField>>,
    /// The block whose maps are all shown.
    pub chosen: RwSignal<Option<UNetBlock>>,
}

impl DiagramState {
    /// Returns shape and size of a block; none where there is no such block.
    pub fn fact(&self, block: UNetBlock) -> Option<UNetBlockSummary> {
        self.summary.with(|summary| find(summary.as_ref().ok()?, block))
    }

    /// Returns the part of a block's output that the receptive field covers.
    pub fn area(&self, block: UNetBlock) -> Option<PixelRect> {
        self.field.with(|field| area(field.as_ref()?, block))
    }

    /// Reads a block's maps; none while there are none, or only those of an earlier network.
    pub fn with_maps<T>(
        &self,
        block: UNetBlock,
        read: impl FnOnce(&QuantizedMaps) -> T,
    ) -> Option<T> {
        let index = self.summary.with(|summary| place(summary.as_ref().ok()?, block))?;
        let output = self.fact(block)?.output;
        self.features.with(|features| {
            let maps = features.as_ref()?.get(index)?;
            (maps.shape == output).then(|| read(maps))
        })
    }
}
