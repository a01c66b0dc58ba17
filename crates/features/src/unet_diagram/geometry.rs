//! Layout and texts of the U-Net diagram.

use model::{PixelRect, ReceptiveField, UNet, UNetBlock, UNetBlockSummary, UNetError, UNetSummary};
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

/// Returns the summary of a block, if it exists.
pub fn find(summary: &UNetSummary, block: UNetBlock) -> Option<UNetBlockSummary> {
    summary.blocks.iter().find(|summary| summary.block == block).copied()
}

/// Returns the index of a block in the order of computation.
pub fn place(summary: &UNetSummary, block: UNetBlock) -> Option<usize> {
    summary.blocks.iter().position(|summary| summary.block == block)
}

/// Returns the part of a block's output that the receptive field covers.
pub fn area(field: &ReceptiveField, block: UNetBlock) -> Option<PixelRect> {
    field.blocks.iter().find(|(other, _)| *other == block).map(|(_, area)| area.clone())
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
pub fn describe_field(field: &ReceptiveField, [height, width]: [usize; 2]) -> String {
    let (rows, columns) = (field.image.rows.len(), field.image.columns.len());
    let share = (rows * columns) as f64 / (height * width).max(1) as f64;
    format!(
        "This pixel sees {rows} × {columns} pixels of the image, {} of it.",
        format::percent_short(share)
    )
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
    use super::*;

    #[test]
    fn every_block_has_a_name_a_level_and_a_place() {
        let unet = UNet::default();
        let summary = unet.summary(3, [64, 64]).unwrap();
        let names: Vec<String> =
            summary.blocks.iter().map(|block| block.block.to_string()).collect();
        assert_eq!(names, ["Encoder 1", "Encoder 2", "Bottom", "Decoder 2", "Decoder 1", "Head"]);
        let levels: Vec<usize> =
            summary.blocks.iter().map(|block| level(block.block, unet.depth)).collect();
        assert_eq!(levels, [0, 1, 2, 1, 0, 0]);
        assert_eq!(place(&summary, UNetBlock::Bottom), Some(2));
        let bottom = find(&summary, UNetBlock::Bottom).unwrap();
        assert_eq!(shape_text(bottom.output), "32 × 16 × 16");
        assert_eq!(find(&summary, UNetBlock::Encoder(2)), None);
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
        let unet = UNet { depth: 1, ..UNet::default() };
        let field = unet.receptive_field([32, 32], [64, 64]);
        assert_eq!(
            describe_field(&field, [64, 64]),
            "This pixel sees 18 × 18 pixels of the image, 8 % of it."
        );
        assert_eq!(area(&field, UNetBlock::Bottom).unwrap().rows, 15..18);
        assert_eq!(area(&field, UNetBlock::Encoder(3)), None);
        let deep = UNet { depth: 4, ..UNet::default() }.receptive_field([32, 32], [64, 64]);
        assert!(
            describe_field(&deep, [64, 64]).ends_with("64 × 64 pixels of the image, 100 % of it.")
        );
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
        assert_eq!(at_control(&unet.summary(2, [64, 60]).unwrap_err()), Control::Depth);
        let unet = UNet { width: 99, ..UNet::default() };
        assert_eq!(at_control(&unet.summary(2, [64, 64]).unwrap_err()), Control::Width);
    }
}
