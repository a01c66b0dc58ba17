//! Graphs of U-Nets.

use super::builder::Builder;
use super::conv_block::ConvBlock;
use super::nodes::Graph;
use super::op::Op;
use crate::{
    Activation, DEPTH_RANGE, LayerKind, ShapeError, UNet, UNetBlock, UNetError, Upsampling,
    WIDTH_RANGE,
};

/// Builds the graph of a U-Net for images of `[height, width]`. Modules are named `enc1.conv1`,
/// `enc1.bn1`, `bottom.conv1`, `up1`, `dec1.conv1`, `head` and so on, level 1 being the finest; see
/// [`ConvBlock`] for those of a residual block. The
/// random stream of a layer depends on its position only, so that cutting a skip connection does not
/// change the initial weights of other layers.
///
/// # Errors
///
/// Returns the reason why the U-Net cannot be built.
pub(super) fn unet(
    unet: &UNet,
    classes: usize,
    size @ [height, width]: [usize; 2],
) -> Result<Graph, UNetError> {
    if !DEPTH_RANGE.contains(&unet.depth) {
        return Err(UNetError::Depth(unet.depth));
    }
    if !WIDTH_RANGE.contains(&unet.width) {
        return Err(UNetError::Width(unet.width));
    }
    for side in [height, width] {
        if side == 0 || !side.is_multiple_of(1 << unet.depth) {
            return Err(UNetError::Indivisible { depth: unet.depth, side });
        }
    }
    let mut build = UNetBuilder { graph: Builder::new(size), unet };
    // All shapes fit, since both sides can be halved `depth` times.
    build
        .blocks(classes)
        .map_err(|_| UNetError::Indivisible { depth: unet.depth, side: height })?;
    Ok(build.graph.finish())
}

struct UNetBuilder<'u> {
    graph: Builder,
    unet: &'u UNet,
}

impl UNetBuilder<'_> {
    fn blocks(&mut self, classes: usize) -> Result<(), ShapeError> {
        let depth = self.unet.depth;
        let mut x = 0;
        let mut skips = Vec::with_capacity(depth);
        for level in 0..depth {
            let block = UNetBlock::Encoder(level);
            let skip = self.two_convs(block, level, x)?;
            x = self.graph.add(Op::MaxPool { side: 2 }, &[skip])?;
            self.graph.end_layer(LayerKind::Block(block), skip);
            skips.push(skip);
        }
        x = self.two_convs(UNetBlock::Bottom, depth, x)?;
        self.graph.end_layer(LayerKind::Block(UNetBlock::Bottom), x);
        for (level, skip) in skips.into_iter().enumerate().rev() {
            let block = UNetBlock::Decoder(level);
            x = self.upsample(level, x)?;
            if self.unet.has_skip(level) {
                x = self.graph.add(Op::Concat, &[skip, x])?;
            }
            x = self.two_convs(block, level, x)?;
            self.graph.end_layer(LayerKind::Block(block), x);
        }
        let op = Op::Conv { outputs: classes, kernel: 1, stride: 1, padding: 0 };
        x = self.graph.add_named(op, &[x], "head".to_owned(), stream(UNetBlock::Head, 0))?;
        self.graph.end_layer(LayerKind::Block(UNetBlock::Head), x);
        Ok(())
    }

    /// Adds two 3×3 convolutions, each followed by batch norm (if used) and ReLU.
    fn two_convs(
        &mut self,
        block: UNetBlock,
        level: usize,
        from: usize,
    ) -> Result<usize, ShapeError> {
        let name = match block {
            UNetBlock::Encoder(level) => format!("enc{}", level + 1),
            UNetBlock::Decoder(level) => format!("dec{}", level + 1),
            UNetBlock::Bottom | UNetBlock::Head => "bottom".to_owned(),
        };
        let block = ConvBlock {
            name,
            outputs: self.unet.channels(level),
            kernel: 3,
            stride: 1,
            batch_norm: self.unet.batch_norm,
            activation: Activation::Relu,
            residual: self.unet.residual,
            streams: [0, 1, SHORTCUT].map(|part| stream(block, part)),
        };
        block.add_to(&mut self.graph, from)
    }

    /// Adds the upsampling to twice the resolution and half the channels.
    fn upsample(&mut self, level: usize, from: usize) -> Result<usize, ShapeError> {
        let outputs = self.unet.channels(level);
        let (name, stream) = (format!("up{}", level + 1), stream(UNetBlock::Decoder(level), 2));
        match self.unet.upsampling {
            Upsampling::Transposed => {
                self.graph.add_named(Op::TransposedConv { outputs }, &[from], name, stream)
            }
            Upsampling::Nearest => {
                let repeated = self.graph.add(Op::NearestUpsample, &[from])?;
                let op = Op::Conv { outputs, kernel: 3, stride: 1, padding: 1 };
                self.graph.add_named(op, &[repeated], name, stream)
            }
        }
    }
}

/// Part of a block with the convolution of a shortcut.
const SHORTCUT: u64 = 3;

/// Returns the index of a layer's random stream. `part` is 0 or 1 for the convolutions of a block, 2
/// for the upsampling before them, [`SHORTCUT`] for that beside them.
fn stream(block: UNetBlock, part: u64) -> u64 {
    let (kind, level) = match block {
        UNetBlock::Encoder(level) => (0, level),
        UNetBlock::Bottom => (1, 0),
        UNetBlock::Decoder(level) => (2, level),
        UNetBlock::Head => (3, 0),
    };
    (kind * 16 + level as u64) * 4 + part
}
