//! Two convolutions with batch norm and activation, as in U-Nets and residual blocks.

use super::builder::Builder;
use super::op::Op;
use crate::{Activation, ShapeError};

/// Two convolutions that keep the size of the maps if the stride is 1, each followed by batch norm
/// (if used) and an activation.
pub(super) struct ConvBlock {
    /// Name of the block, before those of its modules: `conv1`, `bn1`, `conv2`, `bn2`, `shortcut` and
    /// `shortcut_bn`.
    pub name: String,
    /// Number of output channels of both.
    pub outputs: usize,
    /// Side of the kernels in pixels, an odd number.
    pub kernel: usize,
    /// Stride of the first.
    pub stride: usize,
    pub batch_norm: bool,
    pub activation: Activation,
    /// Whether the block's input is added before the last activation (He et al. 2016): as it is
    /// where the shapes agree, else after a 1×1 convolution with the stride.
    pub residual: bool,
    /// Random streams of both convolutions and of the shortcut's.
    pub streams: [u64; 3],
}

impl ConvBlock {
    /// Adds the block to the output of a node, and returns the node of its last activation.
    pub fn add_to(self, graph: &mut Builder, from: usize) -> Result<usize, ShapeError> {
        let Self { outputs, kernel, stride, activation, streams, .. } = self;
        let padding = kernel / 2;
        let first = Op::Conv { outputs, kernel, stride, padding };
        let mut x = self.conv(graph, first, from, "conv1", streams[0])?;
        x = self.norm(graph, x, "bn1")?;
        x = graph.add(Op::Activation(activation), &[x])?;
        let second = Op::Conv { outputs, kernel, stride: 1, padding };
        x = self.conv(graph, second, x, "conv2", streams[1])?;
        x = self.norm(graph, x, "bn2")?;
        if self.residual {
            let mut shortcut = from;
            if graph.shape(from) != graph.shape(x) {
                let op = Op::Conv { outputs, kernel: 1, stride, padding: 0 };
                shortcut = self.conv(graph, op, from, "shortcut", streams[2])?;
                shortcut = self.norm(graph, shortcut, "shortcut_bn")?;
            }
            x = graph.add(Op::Add, &[x, shortcut])?;
        }
        graph.add(Op::Activation(activation), &[x])
    }

    fn conv(
        &self,
        graph: &mut Builder,
        op: Op,
        from: usize,
        module: &str,
        stream: u64,
    ) -> Result<usize, ShapeError> {
        graph.add_named(op, &[from], format!("{}.{module}", self.name), stream)
    }

    fn norm(&self, graph: &mut Builder, from: usize, module: &str) -> Result<usize, ShapeError> {
        match self.batch_norm {
            true => graph.norm(from, format!("{}.{module}", self.name)),
            false => Ok(from),
        }
    }
}
