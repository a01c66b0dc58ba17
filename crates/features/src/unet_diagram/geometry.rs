//! Layout and texts of the U-Net diagram.

use model::{LayerInfo, LayerKind, PixelRect, UNet, UNetBlock, UNetError};
use ui::format;

/// Width of one map at the finest level, in percent of the block's width.
const TILE_PERCENT: f64 = 25.0;

/// Ratio between the widths of a level and the level above it.
const NARROWING: f64 = 0.85;

/// Formats a shape (channels, height, width), for example “8 × 64 × 64”.
pub fn shape_text([channels, height, width]: [usize; 3]) -> String {
    format!("{channels} × {height} × {width}")
}

/// Describes a block's feature maps.
pub fn meaning(block: UNetBlock) -> &'static str {
    match block {
        UNetBlock::Head => "the probability of each class",
        _ => "after the block’s last ReLU",
    }
}

/// Returns shape and number of parameters of a block, if it exists.
pub fn find(layers: &[LayerInfo], block: UNetBlock) -> Option<LayerInfo> {
    layers.iter().find(|layer| layer.kind == LayerKind::Block(block)).copied()
}

/// Returns the index of a block in the order of computation.
pub fn place(layers: &[LayerInfo], block: UNetBlock) -> Option<usize> {
    // The first layer is the image.
    layers.iter().skip(1).position(|layer| layer.kind == LayerKind::Block(block))
}

/// Returns the part of a layer's output that the receptive field covers.
pub fn area(field: &[(LayerKind, PixelRect)], kind: LayerKind) -> Option<PixelRect> {
    field.iter().find(|(other, _)| *other == kind).map(|(_, area)| area.clone())
}

/// Returns the width of a grid with `columns` tiles per row at a level, in percent of its block.
/// Maps with half the resolution are drawn smaller, so the diagram becomes narrower toward the
/// bottom.
pub fn grid_percent(columns: usize, level: usize) -> f64 {
    let level = i32::try_from(level).unwrap_or(i32::MAX);
    (columns as f64 * TILE_PERCENT).min(100.0) * NARROWING.powi(level)
}

/// Returns the level of a block. The bottom block is below the deepest level.
pub fn level(block: UNetBlock, depth: usize) -> usize {
    match block {
        UNetBlock::Encoder(level) | UNetBlock::Decoder(level) => level,
        UNetBlock::Bottom => depth,
        UNetBlock::Head => 0,
    }
}

/// Describes the receptive field of a pixel in a sentence.
pub fn describe_field(
    field: &[(LayerKind, PixelRect)],
    [height, width]: [usize; 2],
) -> Option<String> {
    let image = area(field, LayerKind::Image)?;
    let (rows, columns) = (image.rows.len(), image.columns.len());
    let share = (rows * columns) as f64 / (height * width).max(1) as f64;
    Some(format!(
        "This pixel sees {rows} × {columns} pixels of the image, {} of it.",
        format::percent_short(share)
    ))
}

/// Returns the label of a skip connection, with its number of channels.
pub fn skip_label(level: usize, channels: usize) -> String {
    let maps = format::plural(channels, "feature map", "feature maps");
    format!("Skip connection {}: {maps} from encoder to decoder", level + 1)
}

/// Returns the U-Net with one skip connection cut or restored.
pub fn toggled(unet: &UNet, level: usize) -> UNet {
    let mut next = unet.clone();
    if let Some(skip) = next.skips.get_mut(level) {
        *skip = !*skip;
    }
    next
}

/// The control at which an error is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// The depth.
    Depth,
    /// The width.
    Width,
}

/// Returns the control that must change to make the U-Net valid.
pub fn at_control(error: &UNetError) -> Control {
    match error {
        UNetError::Depth(_) | UNetError::Indivisible { .. } => Control::Depth,
        UNetError::Width(_) => Control::Width,
    }
}

#[cfg(test)]
mod tests {
    use model::graph::Graph;
    use model::{DataShape, layer_table};

    use super::*;

    fn graph(unet: &UNet, size: [usize; 2]) -> Result<Graph, UNetError> {
        Graph::unet(unet, DataShape { classes: 3, size })
    }

    #[test]
    fn every_block_has_a_name_a_level_and_a_place() {
        let unet = UNet::default();
        let layers = layer_table(&graph(&unet, [64, 64]).unwrap());
        let blocks: Vec<UNetBlock> = layers
            .iter()
            .filter_map(|layer| match layer.kind {
                LayerKind::Block(block) => Some(block),
                _ => None,
            })
            .collect();
        let names: Vec<String> = blocks.iter().map(UNetBlock::to_string).collect();
        assert_eq!(names, ["Encoder 1", "Encoder 2", "Bottom", "Decoder 2", "Decoder 1", "Head"]);
        let levels: Vec<usize> = blocks.iter().map(|block| level(*block, unet.depth)).collect();
        assert_eq!(levels, [0, 1, 2, 1, 0, 0]);
        assert_eq!(place(&layers, UNetBlock::Bottom), Some(2));
        let bottom = find(&layers, UNetBlock::Bottom).unwrap();
        assert_eq!(shape_text(bottom.output), "32 × 16 × 16");
        assert_eq!(find(&layers, UNetBlock::Encoder(2)), None);
    }

    #[test]
    fn the_drawing_narrows_downwards() {
        assert_eq!(grid_percent(4, 0), 100.0);
        assert_eq!(grid_percent(3, 0), 75.0);
        assert!((grid_percent(8, 1) - 85.0).abs() < 1e-9);
        assert!(grid_percent(4, 4) > 50.0);
    }

    #[test]
    fn a_pixels_field_is_told_in_a_sentence() {
        let of_pixel = |depth| {
            let unet = UNet { depth, ..UNet::default() };
            graph(&unet, [64, 64]).unwrap().receptive_field_by_layer([32, 32])
        };
        let field = of_pixel(1);
        assert_eq!(
            describe_field(&field, [64, 64]).unwrap(),
            "This pixel sees 18 × 18 pixels of the image, 8 % of it."
        );
        assert_eq!(area(&field, LayerKind::Block(UNetBlock::Bottom)).unwrap().rows, 15..18);
        assert_eq!(area(&field, LayerKind::Block(UNetBlock::Encoder(3))), None);
        let sentence = describe_field(&of_pixel(4), [64, 64]).unwrap();
        assert!(sentence.ends_with("64 × 64 pixels of the image, 100 % of it."), "{sentence}");
    }

    #[test]
    fn a_skip_is_cut_and_joined_again() {
        let unet = UNet::default();
        let cut = toggled(&unet, 1);
        assert_eq!((cut.has_skip(0), cut.has_skip(1)), (true, false));
        assert_eq!(toggled(&cut, 1), unet);
        assert_eq!(toggled(&unet, 9), unet);
        assert_eq!(skip_label(0, 8), "Skip connection 1: 8 feature maps from encoder to decoder");
    }

    #[test]
    fn errors_stand_at_the_control_that_mends_them() {
        let unet = UNet { depth: 3, ..UNet::default() };
        assert_eq!(at_control(&graph(&unet, [64, 60]).unwrap_err()), Control::Depth);
        let unet = UNet { width: 99, ..UNet::default() };
        assert_eq!(at_control(&graph(&unet, [64, 64]).unwrap_err()), Control::Width);
    }
}
