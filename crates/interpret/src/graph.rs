//! A network as a graph of operations on plain slices, forwards and backwards.
//!
//! The engine's networks are made for training: fused, on either device, with a tape. Here every
//! value between two operations is wanted, and the gradient with respect to any of them, for one
//! image or some; speed comes second. Batch norm always uses its running statistics, and nothing is
//! dropped: this is the network in evaluation.

use kernels::{
    Activation, Channels, Conv, Epilogue, Join, Nearest, Norm, Pool, Upsample, dense,
    dense_backward_input, dense_backward_weights,
};
use model::PixelRect;

/// Units, height, width of what flows for one image; behind a dense layer 1 × 1.
pub type Shape = [usize; 3];

/// What a node does with what arrives. Numbers are places of its first weight among all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Op {
    /// The image.
    Input,
    /// Cross-correlation with stride 1: kernels `[out, in, kernel, kernel]`, then biases.
    Conv {
        /// Side of the kernel.
        kernel: usize,
        /// Pixels of zeros to each side.
        padding: usize,
        /// Its weights.
        weights: usize,
    },
    /// x·W + b: weights `[in, out]`, then biases.
    Dense {
        /// Its weights.
        weights: usize,
    },
    /// Batch norm: scale, shift, running mean, running variance.
    Norm {
        /// Its weights.
        weights: usize,
    },
    /// A function of each value.
    Activate(Activation),
    /// Max-pooling over squares of that side.
    Pool(usize),
    /// Transposed convolution over 2×2 with stride 2: `[in, out, 2, 2]`, then biases.
    Transposed {
        /// Its weights.
        weights: usize,
    },
    /// Each pixel repeated 2×2.
    Nearest,
    /// The channels of the second input behind those of the first.
    Join,
}

/// An operation, where its input comes from, and the shape of its output.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node {
    /// What it does.
    pub op: Op,
    /// Where what arrives comes from; only [`Op::Join`] reads the second.
    pub from: [usize; 2],
    /// What it puts out for one image.
    pub shape: Shape,
}

/// Nodes in the order in which they compute; the image is the first.
#[derive(Clone, Debug, PartialEq)]
pub struct Graph {
    nodes: Vec<Node>,
    parameters: usize,
}

/// What every node puts out.
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    /// Number of images.
    pub batch: usize,
    /// `[batch, units, height, width]` of each node.
    pub nodes: Vec<Vec<f32>>,
}

/// Gradients of a sum of values.
#[derive(Clone, Debug, PartialEq)]
pub struct Slopes {
    /// With respect to what each node puts out, like [`Values::nodes`]; empty where it has no part
    /// in it.
    pub nodes: Vec<Vec<f32>>,
    /// With respect to all weights, summed over the batch; 0 for running statistics. Empty where they
    /// were not asked for.
    pub weights: Vec<f32>,
}

impl Graph {
    /// A graph of nothing but images of that height and width.
    pub fn new([height, width]: [usize; 2]) -> Self {
        let image = Node { op: Op::Input, from: [0; 2], shape: [1, height, width] };
        Self { nodes: vec![image], parameters: 0 }
    }

    /// Its nodes.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Number of weights, running statistics among them.
    pub fn parameters(&self) -> usize {
        self.parameters
    }

    /// What a node puts out for one image.
    pub fn shape(&self, node: usize) -> Shape {
        self.nodes[node].shape
    }

    /// Number of values that a node puts out for one image.
    pub fn len(&self, node: usize) -> usize {
        self.shape(node).iter().product()
    }

    /// Multiplications that one image costs forwards, up to and including `last`.
    pub fn cost(&self, last: usize) -> usize {
        let of = |node: &Node| {
            let [inputs, ..] = self.shape(node.from[0]);
            let values: usize = node.shape.iter().product();
            match node.op {
                Op::Conv { kernel, .. } => values * inputs * kernel * kernel,
                Op::Dense { .. } => values * self.len(node.from[0]),
                Op::Transposed { .. } => values * inputs,
                _ => values,
            }
        };
        self.nodes[1..=last].iter().map(of).sum()
    }

    /// Adds a convolution behind a node, and returns its place.
    pub fn conv(&mut self, from: usize, outputs: usize, kernel: usize, padding: usize) -> usize {
        let [inputs, height, width] = self.shape(from);
        let weights = self.reserve((inputs * kernel * kernel + 1) * outputs);
        let side = |length: usize| length + 2 * padding + 1 - kernel;
        let shape = [outputs, side(height), side(width)];
        self.add(Op::Conv { kernel, padding, weights }, from, shape)
    }

    /// Adds a dense layer.
    pub fn dense(&mut self, from: usize, outputs: usize) -> usize {
        let weights = self.reserve((self.len(from) + 1) * outputs);
        self.add(Op::Dense { weights }, from, [outputs, 1, 1])
    }

    /// Adds batch norm.
    pub fn norm(&mut self, from: usize) -> usize {
        let weights = self.reserve(4 * self.shape(from)[0]);
        self.add(Op::Norm { weights }, from, self.shape(from))
    }

    /// Adds an activation.
    pub fn activate(&mut self, from: usize, activation: Activation) -> usize {
        self.add(Op::Activate(activation), from, self.shape(from))
    }

    /// Adds max-pooling.
    pub fn pool(&mut self, from: usize, side: usize) -> usize {
        let [channels, height, width] = self.shape(from);
        self.add(Op::Pool(side), from, [channels, height / side, width / side])
    }

    /// Adds a transposed convolution.
    pub fn transposed(&mut self, from: usize, outputs: usize) -> usize {
        let [inputs, height, width] = self.shape(from);
        let weights = self.reserve((4 * inputs + 1) * outputs);
        self.add(Op::Transposed { weights }, from, [outputs, 2 * height, 2 * width])
    }

    /// Adds the repetition of pixels.
    pub fn nearest(&mut self, from: usize) -> usize {
        let [channels, height, width] = self.shape(from);
        self.add(Op::Nearest, from, [channels, 2 * height, 2 * width])
    }

    /// Puts the channels of one node in front of those of another.
    pub fn join(&mut self, first: usize, second: usize) -> usize {
        let [channels, height, width] = self.shape(first);
        let shape = [channels + self.shape(second)[0], height, width];
        let place = self.add(Op::Join, first, shape);
        self.nodes[place].from[1] = second;
        place
    }

    fn add(&mut self, op: Op, from: usize, shape: Shape) -> usize {
        self.nodes.push(Node { op, from: [from; 2], shape });
        self.nodes.len() - 1
    }

    fn reserve(&mut self, count: usize) -> usize {
        let start = self.parameters;
        self.parameters += count;
        start
    }

    /// What every node makes of images `[batch, 1, height, width]`, up to and including `last`.
    pub fn forward(&self, weights: &[f32], images: Vec<f32>, last: usize) -> Values {
        let batch = images.len() / self.len(0);
        let mut values = Values { batch, nodes: vec![images] };
        for place in 1..=last {
            let output = self.compute(place, weights, &values);
            values.nodes.push(output);
        }
        values
    }

    fn compute(&self, place: usize, weights: &[f32], values: &Values) -> Vec<f32> {
        let node = self.nodes[place];
        let x = &values.nodes[node.from[0]];
        match node.op {
            Op::Input => x.clone(),
            Op::Conv { weights: first, .. } => {
                let conv = self.conv_of(place, values.batch);
                let (kernels, bias) = self.split(weights, first, place);
                conv.forward(x, kernels, bias, Epilogue::None)
            }
            Op::Dense { weights: first } => {
                let (matrix, bias) = self.split(weights, first, place);
                dense(x, matrix, bias, self.len(node.from[0]), node.shape[0])
            }
            Op::Norm { weights: first } => {
                self.norm_of(place, values.batch).forward(x, &channels(weights, first, node.shape))
            }
            Op::Activate(activation) => activation.forward(x),
            Op::Pool(_) => self.pool_of(place, values.batch).forward(x),
            Op::Transposed { weights: first } => {
                let (kernels, bias) = self.split(weights, first, place);
                self.upsample_of(place, values.batch).forward(x, kernels, bias)
            }
            Op::Nearest => self.nearest_of(place, values.batch).forward(x),
            Op::Join => self.join_of(place, values.batch).forward(x, &values.nodes[node.from[1]]),
        }
    }

    /// Gradients of whatever has the gradient `seed` with respect to the output of node `from`, like
    /// it `[batch, units, height, width]`. `values` must reach up to that node.
    pub fn backward(
        &self,
        weights: &[f32],
        values: &Values,
        (from, seed): (usize, Vec<f32>),
        with_weights: bool,
    ) -> Slopes {
        let mut slopes = Slopes {
            nodes: vec![Vec::new(); from + 1],
            weights: vec![0.0; if with_weights { self.parameters } else { 0 }],
        };
        slopes.nodes[from] = seed;
        for place in (1..=from).rev() {
            if !slopes.nodes[place].is_empty() {
                let slope = std::mem::take(&mut slopes.nodes[place]);
                self.push_back(place, weights, values, &slope, &mut slopes);
                slopes.nodes[place] = slope;
            }
        }
        slopes
    }

    /// Adds a node's part to the gradients of its inputs and its weights.
    fn push_back(
        &self,
        place: usize,
        weights: &[f32],
        values: &Values,
        slope: &[f32],
        slopes: &mut Slopes,
    ) {
        let node = self.nodes[place];
        let (batch, x, y) = (values.batch, &values.nodes[node.from[0]], &values.nodes[place]);
        let with_weights = !slopes.weights.is_empty();
        let mut learn = |first: usize, found: [Vec<f32>; 2]| {
            let all = found.concat();
            slopes.weights[first..first + all.len()].copy_from_slice(&all);
        };
        let back = match node.op {
            Op::Input => return,
            Op::Conv { weights: first, .. } => {
                let conv = self.conv_of(place, batch);
                if with_weights {
                    let found = conv.backward_weights(x, slope);
                    learn(first, [found.weight, found.bias]);
                }
                conv.backward_input(self.split(weights, first, place).0, slope)
            }
            Op::Dense { weights: first } => {
                let (inputs, outputs) = (self.len(node.from[0]), node.shape[0]);
                if with_weights {
                    let found = dense_backward_weights(x, slope, inputs, outputs);
                    learn(first, [found.weight, found.bias]);
                }
                let matrix = self.split(weights, first, place).0;
                dense_backward_input(matrix, slope, inputs, outputs)
            }
            Op::Norm { weights: first } => {
                let by = channels(weights, first, node.shape);
                let found = self.norm_of(place, batch).backward(x, y, slope, &by);
                if with_weights {
                    learn(first, [found.scale, found.shift]);
                }
                found.x
            }
            Op::Activate(activation) => activation.backward(x, y, slope),
            Op::Pool(_) => self.pool_of(place, batch).backward(x, slope),
            Op::Transposed { weights: first } => {
                let upsample = self.upsample_of(place, batch);
                if with_weights {
                    let found = upsample.backward_weights(x, slope);
                    learn(first, [found.weight, found.bias]);
                }
                upsample.backward_input(self.split(weights, first, place).0, slope)
            }
            Op::Nearest => self.nearest_of(place, batch).backward(slope),
            Op::Join => {
                let [first, second] = self.join_of(place, batch).backward(slope);
                add(&mut slopes.nodes[node.from[1]], second);
                first
            }
        };
        add(&mut slopes.nodes[node.from[0]], back);
    }

    /// What a rectangle of a node's output depends on in the image: its receptive field, as a bounding
    /// rectangle.
    pub fn receptive_field(&self, node: usize, area: PixelRect) -> PixelRect {
        let mut seen: Vec<Option<PixelRect>> = vec![None; node + 1];
        seen[node] = Some(area);
        for place in (1..=node).rev() {
            let Some(area) = seen[place].clone() else { continue };
            let Node { op, from, .. } = self.nodes[place];
            let sources = if op == Op::Join { &from[..] } else { &from[..1] };
            for source in sources {
                let [_, height, width] = self.shape(*source);
                let needed = PixelRect {
                    rows: needed(op, &area.rows, height),
                    columns: needed(op, &area.columns, width),
                };
                let before = seen[*source].take();
                seen[*source] = Some(match before {
                    Some(other) => PixelRect {
                        rows: united(&needed.rows, &other.rows),
                        columns: united(&needed.columns, &other.columns),
                    },
                    None => needed,
                });
            }
        }
        let [_, height, width] = self.shape(0);
        seen[0].take().unwrap_or(PixelRect { rows: 0..height, columns: 0..width })
    }

    /// Weights and biases of a node.
    fn split<'w>(&self, weights: &'w [f32], first: usize, place: usize) -> (&'w [f32], &'w [f32]) {
        let (count, outputs) = self.counts(place);
        let (matrix, rest) = weights[first..].split_at(count);
        (matrix, &rest[..outputs])
    }

    /// Number of a node's weights and of its biases; batch norm has all four kinds among its weights.
    pub fn counts(&self, place: usize) -> (usize, usize) {
        let Node { op, from, shape } = self.nodes[place];
        let [inputs, ..] = self.shape(from[0]);
        match op {
            Op::Conv { kernel, .. } => (inputs * shape[0] * kernel * kernel, shape[0]),
            Op::Dense { .. } => (self.len(from[0]) * shape[0], shape[0]),
            Op::Transposed { .. } => (4 * inputs * shape[0], shape[0]),
            Op::Norm { .. } => (4 * shape[0], 0),
            Op::Input | Op::Activate(_) | Op::Pool(_) | Op::Nearest | Op::Join => (0, 0),
        }
    }

    /// Place of a node's first weight, where it has any.
    pub fn first_weight(&self, place: usize) -> Option<usize> {
        match self.nodes[place].op {
            Op::Conv { weights, .. }
            | Op::Dense { weights }
            | Op::Norm { weights }
            | Op::Transposed { weights } => Some(weights),
            Op::Input | Op::Activate(_) | Op::Pool(_) | Op::Nearest | Op::Join => None,
        }
    }

    fn conv_of(&self, place: usize, batch: usize) -> Conv {
        let Node { op, from, shape: [outputs, ..] } = self.nodes[place];
        let Op::Conv { kernel, padding, .. } = op else { unreachable!("asked of a convolution") };
        let [inputs, height, width] = self.shape(from[0]);
        Conv { batch, inputs, outputs, size: [height, width], kernel, padding }
    }

    fn norm_of(&self, place: usize, batch: usize) -> Norm {
        let [channels, height, width] = self.nodes[place].shape;
        Norm { batch, channels, pixels: height * width, relu: false, running: true }
    }

    fn pool_of(&self, place: usize, batch: usize) -> Pool {
        let Node { op, from, .. } = self.nodes[place];
        let Op::Pool(side) = op else { unreachable!("asked of a pooling") };
        let [channels, height, width] = self.shape(from[0]);
        Pool { shape: [batch, channels, height, width], side, relu: false }
    }

    fn upsample_of(&self, place: usize, batch: usize) -> Upsample {
        let Node { from, shape: [outputs, ..], .. } = self.nodes[place];
        let [inputs, height, width] = self.shape(from[0]);
        Upsample { batch, inputs, outputs, size: [height, width] }
    }

    fn nearest_of(&self, place: usize, batch: usize) -> Nearest {
        let [channels, height, width] = self.shape(self.nodes[place].from[0]);
        Nearest { shape: [batch, channels, height, width] }
    }

    fn join_of(&self, place: usize, batch: usize) -> Join {
        Join { batch, lengths: self.nodes[place].from.map(|source| self.len(source)) }
    }
}

fn channels(weights: &[f32], first: usize, [count, ..]: Shape) -> Channels<'_> {
    let part = |index: usize| &weights[first + index * count..][..count];
    Channels { scale: part(0), shift: part(1), mean: part(2), variance: part(3) }
}

fn add(sum: &mut Vec<f32>, more: Vec<f32>) {
    if sum.is_empty() {
        *sum = more;
    } else {
        for (sum, more) in sum.iter_mut().zip(more) {
            *sum += more;
        }
    }
}

/// What some rows (or columns) of an output depend on among `length` rows that arrive.
fn needed(op: Op, rows: &std::ops::Range<usize>, length: usize) -> std::ops::Range<usize> {
    let (start, end) = match op {
        Op::Conv { kernel, padding, .. } => {
            (rows.start.saturating_sub(padding), (rows.end + kernel - 1).saturating_sub(padding))
        }
        Op::Dense { .. } => (0, length),
        Op::Pool(side) => (rows.start * side, rows.end * side),
        Op::Transposed { .. } | Op::Nearest => (rows.start / 2, rows.end.div_ceil(2)),
        Op::Input | Op::Norm { .. } | Op::Activate(_) | Op::Join => (rows.start, rows.end),
    };
    start.min(length)..end.min(length)
}

fn united(one: &std::ops::Range<usize>, other: &std::ops::Range<usize>) -> std::ops::Range<usize> {
    one.start.min(other.start)..one.end.max(other.end)
}
