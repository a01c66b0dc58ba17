//! Receptive fields of the nodes of a graph: the pixels of the image on which they depend.

use std::ops::Range;

use model::PixelRect;

use crate::graph::{Graph, Node, Op};

impl Graph {
    /// Returns the receptive field of a rectangle of a node's output, as the bounding rectangle in
    /// the image.
    pub fn receptive_field(&self, node: usize, area: PixelRect) -> PixelRect {
        let mut seen: Vec<Option<PixelRect>> = vec![None; node + 1];
        seen[node] = Some(area);
        for place in (1..=node).rev() {
            let Some(area) = seen[place].clone() else { continue };
            let Node { op, from, .. } = self.nodes()[place];
            let sources = if op == Op::Concat { &from[..] } else { &from[..1] };
            for source in sources {
                let [_, height, width] = self.shape(*source);
                let needed = PixelRect {
                    rows: input_range(op, &area.rows, height),
                    columns: input_range(op, &area.columns, width),
                };
                let before = seen[*source].take();
                seen[*source] = Some(match before {
                    Some(other) => PixelRect {
                        rows: union(&needed.rows, &other.rows),
                        columns: union(&needed.columns, &other.columns),
                    },
                    None => needed,
                });
            }
        }
        let [_, height, width] = self.shape(0);
        seen[0].take().unwrap_or(PixelRect { rows: 0..height, columns: 0..width })
    }
}

/// Returns the rows (or columns) of an input with `length` rows on which `rows` of the output
/// depend.
fn input_range(op: Op, rows: &Range<usize>, length: usize) -> Range<usize> {
    let (start, end) = match op {
        Op::Conv { kernel, padding, .. } => {
            (rows.start.saturating_sub(padding), (rows.end + kernel - 1).saturating_sub(padding))
        }
        Op::Dense { .. } => (0, length),
        Op::Pool(side) => (rows.start * side, rows.end * side),
        Op::TransposedConv { .. } | Op::NearestUpsample => (rows.start / 2, rows.end.div_ceil(2)),
        Op::Input | Op::BatchNorm { .. } | Op::Activate(_) | Op::Concat => (rows.start, rows.end),
    };
    start.min(length)..end.min(length)
}

fn union(one: &Range<usize>, other: &Range<usize>) -> Range<usize> {
    one.start.min(other.start)..one.end.max(other.end)
}
