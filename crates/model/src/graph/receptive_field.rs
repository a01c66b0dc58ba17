//! Receptive fields: the parts of the image and of each layer on which one part of an output depends.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::nodes::Graph;
use crate::LayerKind;

/// A rectangle of pixels, as half-open ranges of rows and columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PixelRect {
    /// Rows.
    pub rows: Range<usize>,
    /// Columns.
    pub columns: Range<usize>,
}

impl PixelRect {
    /// Returns the bounding rectangle of both rectangles.
    fn united(&self, other: &Self) -> Self {
        let unite = |a: &Range<usize>, b: &Range<usize>| a.start.min(b.start)..a.end.max(b.end);
        Self { rows: unite(&self.rows, &other.rows), columns: unite(&self.columns, &other.columns) }
    }
}

impl Graph {
    /// Computes the receptive field of a rectangle of a node's output: for each node up to this one
    /// the rectangle of its output on which that rectangle depends, or `None` where there is none.
    /// The first is the rectangle in the image. The result is exact, except that the bounding
    /// rectangle of two paths may include additional corners.
    pub fn receptive_field(&self, node: usize, area: PixelRect) -> Vec<Option<PixelRect>> {
        let mut seen: Vec<Option<PixelRect>> = vec![None; node + 1];
        seen[node] = Some(area);
        for place in (1..=node).rev() {
            let Some(area) = seen[place].clone() else { continue };
            let op = self.nodes()[place].op;
            for input in &self.nodes()[place].inputs {
                let [_, height, width] = self.shape(*input);
                let needed = PixelRect {
                    rows: op.input_range(&area.rows, height),
                    columns: op.input_range(&area.columns, width),
                };
                let before = seen[*input].take();
                seen[*input] = Some(before.map_or(needed.clone(), |other| needed.united(&other)));
            }
        }
        seen
    }

    /// Computes the receptive field of the logits at `[row, column]`: for each layer, starting with
    /// the image, the rectangle of its output on which they depend. For the output layer it is the
    /// pixel itself. Layers on which they do not depend are left out.
    pub fn receptive_field_by_layer(
        &self,
        [row, column]: [usize; 2],
    ) -> Vec<(LayerKind, PixelRect)> {
        let pixel = PixelRect { rows: row..row + 1, columns: column..column + 1 };
        let seen = self.receptive_field(self.head(), pixel);
        let layers = self.layers().iter();
        layers.filter_map(|layer| Some((layer.kind, seen[layer.output].clone()?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DataShape, MAX_DEPTH, Network, UNet, UNetBlock};

    fn graph(unet: &UNet) -> Graph {
        Graph::unet(unet, DataShape { classes: 3, size: [64, 64] }).unwrap()
    }

    /// Returns the receptive field of a pixel of the logits in the image and in a block.
    fn field(graph: &Graph, pixel: [usize; 2], block: UNetBlock) -> [PixelRect; 2] {
        let all = graph.receptive_field_by_layer(pixel);
        assert_eq!(all.len(), graph.layers().len());
        [LayerKind::Image, LayerKind::Block(block)].map(|kind| {
            let (_, area) = all.iter().find(|(other, _)| *other == kind).unwrap();
            area.clone()
        })
    }

    #[test]
    fn the_receptive_field_of_a_pixel_grows_downwards_and_stays_inside() {
        let unet = UNet { depth: 1, ..UNet::default() };
        // Sizes: decoder output 1, concatenated maps 5 (30..35), bottom 3 (15..18), grown by 2 and
        // doubled 14 (26..40); the convolutions of the encoder block add 2 more on each side.
        let [image, bottom] = field(&graph(&unet), [32, 32], UNetBlock::Bottom);
        assert_eq!(bottom, PixelRect { rows: 15..18, columns: 15..18 });
        assert_eq!(image.rows, 24..42);
        let [_, encoder] = field(&graph(&unet), [32, 32], UNetBlock::Encoder(0));
        assert_eq!(encoder.rows, 26..40);
        let deep = graph(&UNet { depth: 4, ..UNet::default() });
        let [corner, head] = field(&deep, [0, 63], UNetBlock::Head);
        assert_eq!((corner.rows.start, corner.columns.end), (0, 64));
        assert_eq!(head, PixelRect { rows: 0..1, columns: 63..64 });
        // Without the skip connection, the same area reaches the encoder through the bottom block.
        let cut = graph(&UNet { skips: [false; MAX_DEPTH], ..unet });
        assert_eq!(field(&cut, [32, 32], UNetBlock::Bottom)[0].rows, 24..42);
    }

    #[test]
    fn a_unit_after_a_dense_layer_sees_the_whole_image() {
        let network = Network::default_for(crate::Architecture::Cnn);
        let graph = Graph::classifier(&network, DataShape { classes: 6, size: [64, 64] }).unwrap();
        let one = PixelRect { rows: 0..1, columns: 0..1 };
        let seen = graph.receptive_field(graph.head(), one.clone());
        // The last rows of odd maps are left out by pooling.
        assert_eq!(seen[0], Some(PixelRect { rows: 0..64, columns: 0..64 }));
        // A 5×5 convolution of 2×2 pooled 5×5 convolutions: 2·(2 + 4) + 4 = 16 pixels.
        let second = graph.layers()[2].output;
        assert_eq!(graph.receptive_field(second, one)[0].as_ref().unwrap().rows, 0..16);
    }
}
