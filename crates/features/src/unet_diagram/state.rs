//! Signals shared by all parts of the U-Net diagram.

use std::sync::Arc;

use model::{LayerInfo, LayerKind, PixelRect, UNetBlock, UNetError};
use protocol::QuantizedMaps;
use ui::erased_signal::{RwSignal, Signal};

use super::geometry::{area, find, place};

/// Signals shared by all parts of the diagram, including the two that the visitor changes.
#[derive(Clone, Copy)]
pub(crate) struct DiagramState {
    /// Image and blocks in the order of computation, or the reason why the network cannot be built.
    pub layers: Signal<Result<Vec<LayerInfo>, UNetError>>,
    /// Feature maps of the blocks for the selected slice.
    pub features: Signal<Option<Arc<Vec<QuantizedMaps>>>>,
    /// Selected output pixel `[row, column]`, whose receptive field is highlighted.
    pub picked: RwSignal<Option<[usize; 2]>>,
    /// Receptive field of the selected pixel: a rectangle in the output of each layer.
    pub field: Signal<Option<Vec<(LayerKind, PixelRect)>>>,
    /// Block of which all maps are shown.
    pub chosen: RwSignal<Option<UNetBlock>>,
}

impl DiagramState {
    /// Returns shape and parameter count of a block, or `None` if there is no such block.
    pub fn fact(&self, block: UNetBlock) -> Option<LayerInfo> {
        self.layers.with(|layers| find(layers.as_ref().ok()?, block))
    }

    /// Returns the part of a block's output that the receptive field covers.
    pub fn area(&self, block: UNetBlock) -> Option<PixelRect> {
        self.field.with(|field| area(field.as_ref()?, LayerKind::Block(block)))
    }

    /// Reads the maps of a block. Returns `None` if there are none, or only those of an earlier
    /// network.
    pub fn with_maps<T>(
        &self,
        block: UNetBlock,
        read: impl FnOnce(&QuantizedMaps) -> T,
    ) -> Option<T> {
        let index = self.layers.with(|layers| place(layers.as_ref().ok()?, block))?;
        let output = self.fact(block)?.output;
        self.features.with(|features| {
            let maps = features.as_ref()?.get(index)?;
            (maps.shape == output).then(|| read(maps))
        })
    }
}
