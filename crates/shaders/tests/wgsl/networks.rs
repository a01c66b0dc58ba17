//! The shaders that whole networks launch in a training step and in an evaluation.

use kernels::{
    AveragePool, BatchNorm, Concat, Conv, DepthwiseConv, GlobalAveragePool, Loss, NearestUpsample,
    PixelTerm, Pool, TransposedConv,
};
use shaders::Shader;

use crate::layers;

/// A block of a classifier, followed by each activation function and dropout.
pub enum Block {
    Conv { channels: usize, kernel: usize, pool: usize, norm: bool },
    Dense { units: usize, norm: bool },
}

/// Returns the shaders of a classifier of images of 64×64 pixels. Blocks that do not fit into the
/// maps before them are left out.
pub fn classifier(batch: usize, blocks: &[Block]) -> Vec<Shader> {
    const CLASSES: usize = 6;
    let mut shaders = vec![Shader::GatherRows { count: batch, width: 64 * 64 }];
    let (mut channels, mut side, mut values) = (1, 64, 64 * 64);
    for block in blocks {
        match *block {
            Block::Conv { channels: outputs, kernel, pool, norm } => {
                if kernel > side || side + 1 - kernel < pool {
                    continue;
                }
                let (inputs, size) = (channels, [side; 2]);
                let conv = Conv { batch, inputs, outputs, size, kernel, stride: 1, padding: 0 };
                let [height, width] = conv.output_size();
                shaders.extend(layers::conv(conv));
                if norm {
                    shaders.extend(norms(batch, outputs, height * width));
                }
                shaders.extend(layers::elementwise(batch * outputs * height * width));
                let shape = [batch, outputs, height, width];
                for relu in [false, true] {
                    shaders.extend(layers::pool(Pool { shape, side: pool, relu }));
                }
                (channels, side) = (outputs, height / pool);
                values = channels * side * side;
            }
            Block::Dense { units, norm } => {
                shaders.extend(layers::dense([batch, values, units]));
                if norm {
                    shaders.extend(norms(batch, units, 1));
                }
                values = units;
            }
        }
        // Dropout follows the activation.
        shaders.extend(layers::elementwise(batch * values));
    }
    shaders.extend(layers::dense([batch, values, CLASSES]));
    let pixel_term = Some(PixelTerm::CrossEntropy);
    shaders.extend(layers::loss(Loss {
        batch,
        classes: CLASSES,
        pixels: 1,
        pixel_term,
        dice: false,
    }));
    shaders
}

/// Returns the shaders of a batch norm with and without ReLU, in training and in evaluation.
fn norms(batch: usize, channels: usize, pixels: usize) -> Vec<Shader> {
    let options = [(false, false), (false, true), (true, false), (true, true)];
    let norms = options.map(|(relu, running)| BatchNorm { batch, channels, pixels, relu, running });
    norms.into_iter().flat_map(layers::norm).collect()
}

/// A U-Net with the options of the segmentation lab.
pub struct UNet {
    pub batch: usize,
    pub depth: usize,
    pub width: usize,
    pub size: [usize; 2],
    pub nearest: bool,
    pub norm: bool,
    pub classes: usize,
}

impl UNet {
    /// Returns the shaders of the network, with and without skip connections.
    pub fn shaders(&self) -> Vec<Shader> {
        let Self { batch, depth, width, classes, .. } = *self;
        let mut shaders = Vec::new();
        let mut channels = 1;
        for level in 0..=depth {
            let (outputs, size) = (width << level, self.size.map(|side| side >> level));
            shaders.extend(self.double_conv(channels, outputs, size));
            let shape = [batch, outputs, size[0], size[1]];
            if level < depth {
                shaders.extend(layers::pool(Pool { shape, side: 2, relu: false }));
            }
            channels = outputs;
        }
        for level in (0..depth).rev() {
            let (outputs, size) = (width << level, self.size.map(|side| side >> level));
            let below = size.map(|side| side / 2);
            if self.nearest {
                let shape = [batch, channels, below[0], below[1]];
                shaders.extend(layers::nearest(NearestUpsample { shape }));
                shaders.extend(layers::conv(self.conv3x3(channels, outputs, size)));
            } else {
                let up = TransposedConv { batch, inputs: channels, outputs, size: below };
                shaders.extend(layers::upsampling(up));
            }
            let lengths = [outputs * size[0] * size[1]; 2];
            shaders.extend(layers::concat(Concat { batch, lengths }));
            shaders.extend(self.double_conv(2 * outputs, outputs, size));
            shaders.extend(self.double_conv(outputs, outputs, size));
            channels = outputs;
        }
        let (inputs, size) = (width, self.size);
        let head = Conv { batch, inputs, outputs: classes, size, kernel: 1, stride: 1, padding: 0 };
        shaders.extend(layers::conv(head));
        let pixels = size[0] * size[1];
        for pixel_term in layers::PIXEL_TERMS {
            shaders.extend(layers::loss(Loss { batch, classes, pixels, pixel_term, dice: true }));
        }
        shaders
    }

    fn conv3x3(&self, inputs: usize, outputs: usize, size: [usize; 2]) -> Conv {
        Conv { batch: self.batch, inputs, outputs, size, kernel: 3, stride: 1, padding: 1 }
    }

    fn double_conv(&self, inputs: usize, outputs: usize, size: [usize; 2]) -> Vec<Shader> {
        let mut shaders = layers::conv(self.conv3x3(inputs, outputs, size));
        shaders.extend(layers::conv(self.conv3x3(outputs, outputs, size)));
        if self.norm {
            shaders.extend(norms(self.batch, outputs, size[0] * size[1]));
        }
        shaders
    }
}

/// Returns the shaders of a residual network with three stages, each of which but the first halves
/// the maps with a stride: convolutions 3×3 with batch norm, shortcuts 1×1, global average pooling.
/// The stages are also computed with depthwise convolutions, and with average pooling instead of the
/// stride.
pub fn residual(batch: usize, width: usize) -> Vec<Shader> {
    let mut shaders = Vec::new();
    let (mut channels, mut side) = (1, 64);
    for stage in 0..3 {
        let outputs = width << stage;
        for block in 0..2 {
            let stride = if stage > 0 && block == 0 { 2 } else { 1 };
            let [size, halved] = [side, side / stride].map(|side| [side; 2]);
            let conv = |inputs, size, kernel, stride| Conv {
                batch,
                inputs,
                outputs,
                size,
                kernel,
                stride,
                padding: kernel / 2,
            };
            let convs = [
                conv(channels, size, 3, stride),
                conv(outputs, halved, 3, 1),
                conv(channels, size, 1, stride),
            ];
            shaders.extend(convs.into_iter().flat_map(layers::conv));
            for stride in [1, stride] {
                shaders.extend(layers::depthwise(DepthwiseConv {
                    batch,
                    channels,
                    size,
                    kernel: 3,
                    stride,
                    padding: 1,
                }));
            }
            let shape = [batch, channels, side, side];
            shaders.extend(layers::average_pool(AveragePool { shape, side: 2 }));
            (channels, side) = (outputs, side / stride);
            shaders.extend(norms(batch, channels, side * side));
            shaders.extend(layers::elementwise(batch * channels * side * side));
        }
    }
    let shape = [batch, channels, side, side];
    shaders.extend(layers::global_average_pool(GlobalAveragePool { shape }));
    shaders.extend(layers::dense([batch, channels, 6]));
    shaders
}
