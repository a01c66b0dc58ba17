//! Computation graph of a network on plain slices, with forward and backward passes.
//!
//! The engine's networks are made for training: fused, on CPU or GPU, with automatic
//! differentiation. The interpreter needs every intermediate value and the gradient with respect to
//! any of them, for a few images; speed is less important. Networks are in evaluation mode: batch
//! norm uses its running statistics, and there is no dropout.

mod op;

use kernels::{
    Activation, BatchNorm, Concat, Conv, Epilogue, NearestUpsample, NormParameters, Pool,
    TransposedConv, dense, dense_backward_input, dense_backward_weights,
};

pub use op::{Node, Op, Shape};

/// Nodes in the order of computation, starting with the image.
#[derive(Clone, Debug, PartialEq)]
pub struct Graph {
    nodes: Vec<Node>,
    parameters: usize,
}

/// Output of each node for a batch of images.
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    /// Number of images.
    pub batch: usize,
    /// Output of each node, `[batch, units, height, width]`.
    pub nodes: Vec<Vec<f32>>,
}

/// Gradients of a scalar with respect to the outputs of the nodes and the weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Gradients {
    /// Gradient with respect to the output of each node, in the shape of [`Values::nodes`]; empty
    /// for nodes that the scalar does not depend on.
    pub nodes: Vec<Vec<f32>>,
    /// Gradient with respect to all weights, summed over the batch; 0 for running statistics. Empty
    /// if it was not requested.
    pub weights: Vec<f32>,
}

impl Graph {
    /// Creates a graph that consists of the input only: images of this height and width.
    pub fn new([height, width]: [usize; 2]) -> Self {
        let image = Node { op: Op::Input, from: [0; 2], shape: [1, height, width] };
        Self { nodes: vec![image], parameters: 0 }
    }

    /// Returns the nodes.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Returns the number of weights, including the running statistics of batch norm.
    pub fn parameters(&self) -> usize {
        self.parameters
    }

    /// Returns the shape of a node's output for one image.
    pub fn shape(&self, node: usize) -> Shape {
        self.nodes[node].shape
    }

    /// Returns the number of values of a node's output for one image.
    pub fn len(&self, node: usize) -> usize {
        self.shape(node).iter().product()
    }

    /// Returns the number of multiplications in a forward pass of one image, up to and including
    /// the node `last`.
    pub fn cost(&self, last: usize) -> usize {
        let of = |node: &Node| {
            let [inputs, ..] = self.shape(node.from[0]);
            let values: usize = node.shape.iter().product();
            match node.op {
                Op::Conv { kernel, .. } => values * inputs * kernel * kernel,
                Op::Dense { .. } => values * self.len(node.from[0]),
                Op::TransposedConv { .. } => values * inputs,
                _ => values,
            }
        };
        self.nodes[1..=last].iter().map(of).sum()
    }

    /// Adds a convolution of the output of `from`, and returns its index.
    pub fn conv(&mut self, from: usize, outputs: usize, kernel: usize, padding: usize) -> usize {
        let [inputs, height, width] = self.shape(from);
        let weights = self.reserve((inputs * kernel * kernel + 1) * outputs);
        let side = |length: usize| length + 2 * padding + 1 - kernel;
        let shape = [outputs, side(height), side(width)];
        self.add(Op::Conv { kernel, padding, weights }, from, shape)
    }

    /// Adds a dense layer, and returns its index.
    pub fn dense(&mut self, from: usize, outputs: usize) -> usize {
        let weights = self.reserve((self.len(from) + 1) * outputs);
        self.add(Op::Dense { weights }, from, [outputs, 1, 1])
    }

    /// Adds batch norm, and returns its index.
    pub fn norm(&mut self, from: usize) -> usize {
        let weights = self.reserve(4 * self.shape(from)[0]);
        self.add(Op::BatchNorm { weights }, from, self.shape(from))
    }

    /// Adds an activation function, and returns its index.
    pub fn activate(&mut self, from: usize, activation: Activation) -> usize {
        self.add(Op::Activate(activation), from, self.shape(from))
    }

    /// Adds max-pooling, and returns its index.
    pub fn pool(&mut self, from: usize, side: usize) -> usize {
        let [channels, height, width] = self.shape(from);
        self.add(Op::Pool(side), from, [channels, height / side, width / side])
    }

    /// Adds a transposed convolution, and returns its index.
    pub fn transposed_conv(&mut self, from: usize, outputs: usize) -> usize {
        let [inputs, height, width] = self.shape(from);
        let weights = self.reserve((4 * inputs + 1) * outputs);
        self.add(Op::TransposedConv { weights }, from, [outputs, 2 * height, 2 * width])
    }

    /// Adds nearest-neighbor upsampling, and returns its index.
    pub fn nearest_upsample(&mut self, from: usize) -> usize {
        let [channels, height, width] = self.shape(from);
        self.add(Op::NearestUpsample, from, [channels, 2 * height, 2 * width])
    }

    /// Adds the concatenation of the channels of two nodes, and returns its index.
    pub fn concat(&mut self, first: usize, second: usize) -> usize {
        let [channels, height, width] = self.shape(first);
        let shape = [channels + self.shape(second)[0], height, width];
        let place = self.add(Op::Concat, first, shape);
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

    /// Computes the outputs of all nodes up to and including `last` for images
    /// `[batch, 1, height, width]`.
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
                let (kernels, bias) = self.weight_and_bias(weights, first, place);
                conv.forward(x, kernels, bias, Epilogue::None)
            }
            Op::Dense { weights: first } => {
                let (matrix, bias) = self.weight_and_bias(weights, first, place);
                dense(x, matrix, bias, self.len(node.from[0]), node.shape[0])
            }
            Op::BatchNorm { weights: first } => {
                self.norm_of(place, values.batch).forward(x, &channels(weights, first, node.shape))
            }
            Op::Activate(activation) => activation.forward(x),
            Op::Pool(_) => self.pool_of(place, values.batch).forward(x),
            Op::TransposedConv { weights: first } => {
                let (kernels, bias) = self.weight_and_bias(weights, first, place);
                self.upsample_of(place, values.batch).forward(x, kernels, bias)
            }
            Op::NearestUpsample => self.nearest_of(place, values.batch).forward(x),
            Op::Concat => self.join_of(place, values.batch).forward(x, &values.nodes[node.from[1]]),
        }
    }

    /// Computes the gradients of a scalar whose gradient with respect to the output of node `from`
    /// is `seed`, `[batch, units, height, width]`. `values` must include that node.
    pub fn backward(
        &self,
        weights: &[f32],
        values: &Values,
        (from, seed): (usize, Vec<f32>),
        with_weights: bool,
    ) -> Gradients {
        let mut gradients = Gradients {
            nodes: vec![Vec::new(); from + 1],
            weights: vec![0.0; if with_weights { self.parameters } else { 0 }],
        };
        gradients.nodes[from] = seed;
        for place in (1..=from).rev() {
            if !gradients.nodes[place].is_empty() {
                let grad = std::mem::take(&mut gradients.nodes[place]);
                self.backward_node(place, weights, values, &grad, &mut gradients);
                gradients.nodes[place] = grad;
            }
        }
        gradients
    }

    /// Adds a node's contribution to the gradients with respect to its inputs and its weights.
    fn backward_node(
        &self,
        place: usize,
        weights: &[f32],
        values: &Values,
        grad: &[f32],
        gradients: &mut Gradients,
    ) {
        let node = self.nodes[place];
        let (batch, x, y) = (values.batch, &values.nodes[node.from[0]], &values.nodes[place]);
        let with_weights = !gradients.weights.is_empty();
        let mut store = |first: usize, found: [Vec<f32>; 2]| {
            let all = found.concat();
            gradients.weights[first..first + all.len()].copy_from_slice(&all);
        };
        let back = match node.op {
            Op::Input => return,
            Op::Conv { weights: first, .. } => {
                let conv = self.conv_of(place, batch);
                if with_weights {
                    let found = conv.backward_weights(x, grad);
                    store(first, [found.weight, found.bias]);
                }
                conv.backward_input(self.weight_and_bias(weights, first, place).0, grad)
            }
            Op::Dense { weights: first } => {
                let (inputs, outputs) = (self.len(node.from[0]), node.shape[0]);
                if with_weights {
                    let found = dense_backward_weights(x, grad, inputs, outputs);
                    store(first, [found.weight, found.bias]);
                }
                let matrix = self.weight_and_bias(weights, first, place).0;
                dense_backward_input(matrix, grad, inputs, outputs)
            }
            Op::BatchNorm { weights: first } => {
                let by = channels(weights, first, node.shape);
                let found = self.norm_of(place, batch).backward(x, y, grad, &by);
                if with_weights {
                    store(first, [found.scale, found.shift]);
                }
                found.x
            }
            Op::Activate(activation) => activation.backward(x, y, grad),
            Op::Pool(_) => self.pool_of(place, batch).backward(x, grad),
            Op::TransposedConv { weights: first } => {
                let upsample = self.upsample_of(place, batch);
                if with_weights {
                    let found = upsample.backward_weights(x, grad);
                    store(first, [found.weight, found.bias]);
                }
                upsample.backward_input(self.weight_and_bias(weights, first, place).0, grad)
            }
            Op::NearestUpsample => self.nearest_of(place, batch).backward(grad),
            Op::Concat => {
                let [first, second] = self.join_of(place, batch).backward(grad);
                add(&mut gradients.nodes[node.from[1]], second);
                first
            }
        };
        add(&mut gradients.nodes[node.from[0]], back);
    }

    /// Returns the weights and the biases of a node.
    fn weight_and_bias<'w>(
        &self,
        weights: &'w [f32],
        first: usize,
        place: usize,
    ) -> (&'w [f32], &'w [f32]) {
        let (count, outputs) = self.weight_counts(place);
        let (matrix, rest) = weights[first..].split_at(count);
        (matrix, &rest[..outputs])
    }

    /// Returns the number of weights and the number of biases of a node. All parameters of batch
    /// norm count as weights.
    pub fn weight_counts(&self, place: usize) -> (usize, usize) {
        let Node { op, from, shape } = self.nodes[place];
        let [inputs, ..] = self.shape(from[0]);
        match op {
            Op::Conv { kernel, .. } => (inputs * shape[0] * kernel * kernel, shape[0]),
            Op::Dense { .. } => (self.len(from[0]) * shape[0], shape[0]),
            Op::TransposedConv { .. } => (4 * inputs * shape[0], shape[0]),
            Op::BatchNorm { .. } => (4 * shape[0], 0),
            Op::Input | Op::Activate(_) | Op::Pool(_) | Op::NearestUpsample | Op::Concat => (0, 0),
        }
    }

    /// Returns the index of a node's first weight, if the node has weights.
    pub fn first_weight(&self, place: usize) -> Option<usize> {
        match self.nodes[place].op {
            Op::Conv { weights, .. }
            | Op::Dense { weights }
            | Op::BatchNorm { weights }
            | Op::TransposedConv { weights } => Some(weights),
            Op::Input | Op::Activate(_) | Op::Pool(_) | Op::NearestUpsample | Op::Concat => None,
        }
    }

    fn conv_of(&self, place: usize, batch: usize) -> Conv {
        let Node { op, from, shape: [outputs, ..] } = self.nodes[place];
        let Op::Conv { kernel, padding, .. } = op else { unreachable!("asked of a convolution") };
        let [inputs, height, width] = self.shape(from[0]);
        Conv { batch, inputs, outputs, size: [height, width], kernel, padding }
    }

    fn norm_of(&self, place: usize, batch: usize) -> BatchNorm {
        let [channels, height, width] = self.nodes[place].shape;
        BatchNorm { batch, channels, pixels: height * width, relu: false, running: true }
    }

    fn pool_of(&self, place: usize, batch: usize) -> Pool {
        let Node { op, from, .. } = self.nodes[place];
        let Op::Pool(side) = op else { unreachable!("asked of a pooling") };
        let [channels, height, width] = self.shape(from[0]);
        Pool { shape: [batch, channels, height, width], side, relu: false }
    }

    fn upsample_of(&self, place: usize, batch: usize) -> TransposedConv {
        let Node { from, shape: [outputs, ..], .. } = self.nodes[place];
        let [inputs, height, width] = self.shape(from[0]);
        TransposedConv { batch, inputs, outputs, size: [height, width] }
    }

    fn nearest_of(&self, place: usize, batch: usize) -> NearestUpsample {
        let [channels, height, width] = self.shape(self.nodes[place].from[0]);
        NearestUpsample { shape: [batch, channels, height, width] }
    }

    fn join_of(&self, place: usize, batch: usize) -> Concat {
        Concat { batch, lengths: self.nodes[place].from.map(|source| self.len(source)) }
    }
}

fn channels(weights: &[f32], first: usize, [count, ..]: Shape) -> NormParameters<'_> {
    let part = |index: usize| &weights[first + index * count..][..count];
    NormParameters { scale: part(0), shift: part(1), mean: part(2), variance: part(3) }
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
