//! U-Net for segmentation (Ronneberger, Fischer & Brox 2015), with the structure described at
//! [`model::UNet`].

use std::slice::Iter;

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};
use model::{UNet, Upsampling};

use crate::model::init::LayerWeights;
use crate::model::layers::{Conv, Norm, parameter, pool};
use crate::ops;

/// U-Net: encoder, bottom, decoder, output layer.
#[derive(Module, Debug)]
pub struct Segmenter {
    /// Encoder blocks, highest resolution first.
    pub encoder: Vec<DoubleConv>,
    /// The block at the lowest resolution.
    pub bottom: DoubleConv,
    /// Decoder blocks in the order of computation: lowest resolution first.
    pub decoder: Vec<UpBlock>,
    /// The output layer: a 1×1 convolution, one logit per class.
    pub head: Conv,
}

/// Two 3×3 convolutions with padding 1, each followed by optional batch norm and ReLU.
#[derive(Module, Debug)]
pub struct DoubleConv {
    /// The first convolution.
    pub first: Conv,
    /// Batch norm after the first convolution, if enabled.
    pub first_norm: Option<Norm>,
    /// The second convolution.
    pub second: Conv,
    /// Batch norm after the second convolution, if enabled.
    pub second_norm: Option<Norm>,
}

/// Decoder block: upsampling, optional skip connection, two convolutions.
#[derive(Module, Debug)]
pub struct UpBlock {
    /// Upsampling to twice the resolution and half the channels.
    pub up: Upsample,
    /// The two convolutions.
    pub convs: DoubleConv,
    /// Whether the encoder maps of this level are concatenated before the upsampled ones.
    skip: bool,
}

/// Learned upsampling to twice the height and width, without activation.
#[derive(Module, Debug)]
pub struct Upsample {
    /// `[in, out, 2, 2]` if transposed, `[out, in, 3, 3]` if nearest-neighbor.
    pub weight: Param<Tensor<4>>,
    /// `[out]`
    pub bias: Param<Tensor<1>>,
    #[module(skip)]
    kind: Upsampling,
}

impl Segmenter {
    /// Builds a network for training from initial weights, in the order of
    /// [`crate::model::init::weights`]. The U-Net must be one that a graph can be built of.
    pub fn new(unet: &UNet, weights: &[LayerWeights], device: &Device) -> Self {
        let device = device.clone().autodiff();
        let mut weights = weights.iter();
        let encoder = (0..unet.depth)
            .map(|_| DoubleConv::new(&mut weights, unet.batch_norm, &device))
            .collect();
        let bottom = DoubleConv::new(&mut weights, unet.batch_norm, &device);
        let decoder = (0..unet.depth)
            .rev()
            .map(|level| UpBlock {
                up: Upsample::new(next(&mut weights), unet.upsampling, &device),
                convs: DoubleConv::new(&mut weights, unet.batch_norm, &device),
                skip: unet.has_skip(level),
            })
            .collect();
        let head = Conv::new(next(&mut weights), 1, 0, &device);
        assert_eq!(weights.len(), 0, "one set of weights per layer");
        Self { encoder, bottom, decoder, head }
    }

    /// Computes logits in evaluation mode: batch norm uses running statistics. Call it on
    /// `self.valid()` to avoid building an autodiff graph.
    ///
    /// # Shapes
    ///
    /// - images `[batch, 1, height, width]`, gray levels 0 to 1
    /// - output `[batch, classes, height, width]`
    pub fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        self.head.forward(self.blocks(images).1)
    }

    /// Computes the output of every block in evaluation mode, after its last activation, in the
    /// order of [`model::layer_table`]. The output of the head is the logits.
    pub fn features(&self, images: Tensor<4>) -> Vec<Tensor<4>> {
        let (mut maps, last) = self.blocks(images);
        maps.push(self.head.forward(last)); // [batch, classes, height, width]
        maps
    }

    /// Computes the outputs of encoder, bottom and decoder. The second return value is the last
    /// output again.
    fn blocks(&self, images: Tensor<4>) -> (Vec<Tensor<4>>, Tensor<4>) {
        // images: [batch, 1, height, width]
        let mut outputs: Vec<Tensor<4>> = Vec::with_capacity(2 * self.encoder.len() + 2);
        let mut maps = images;
        for block in &self.encoder {
            let skip = block.forward(maps); // [batch, width << level, height >> level, …]
            maps = pool(skip.clone(), 2, false);
            outputs.push(skip);
        }
        maps = self.bottom.forward(maps); // [batch, width << depth, height >> depth, …]
        outputs.push(maps.clone());
        for (index, block) in self.decoder.iter().enumerate() {
            let skip = outputs[self.encoder.len() - 1 - index].clone();
            maps = block.convs.forward(block.upsample_and_concat(maps, skip)); // as the encoder's at its level
            outputs.push(maps.clone());
        }
        (outputs, maps)
    }

    /// Computes logits in training mode. Updates running statistics.
    ///
    /// # Shapes
    ///
    /// - images `[batch, 1, height, width]`, gray levels 0 to 1
    /// - output `[batch, classes, height, width]`
    pub fn forward_train(&mut self, images: Tensor<4>) -> Tensor<4> {
        // images: [batch, 1, height, width]
        let mut skips = Vec::with_capacity(self.encoder.len());
        let mut maps = images;
        for block in &mut self.encoder {
            let skip = block.forward_train(maps); // [batch, width << level, height >> level, …]
            maps = pool(skip.clone(), 2, false);
            skips.push(skip);
        }
        maps = self.bottom.forward_train(maps); // [batch, width << depth, height >> depth, …]
        for (block, skip) in self.decoder.iter_mut().zip(skips.into_iter().rev()) {
            let x = block.upsample_and_concat(maps, skip);
            maps = block.convs.forward_train(x); // as the encoder's at its level
        }
        self.head.forward(maps)
    }
}

impl DoubleConv {
    fn new(weights: &mut Iter<LayerWeights>, batch_norm: bool, device: &Device) -> Self {
        let mut layer = || {
            let weights = next(weights);
            let norm = batch_norm.then(|| Norm::new(weights.bias.len(), device));
            (Conv::new(weights, 3, 1, device), norm)
        };
        let (first, first_norm) = layer();
        let (second, second_norm) = layer();
        Self { first, first_norm, second, second_norm }
    }

    fn forward(&self, maps: Tensor<4>) -> Tensor<4> {
        // [batch, in, height, width] -> [batch, out, height, width]
        let layer = |conv: &Conv, norm: Option<&Norm>, x| match norm {
            Some(norm) => norm.forward(conv.forward(x), true),
            None => conv.forward_relu(x),
        };
        let x = layer(&self.first, self.first_norm.as_ref(), maps);
        layer(&self.second, self.second_norm.as_ref(), x)
    }

    fn forward_train(&mut self, maps: Tensor<4>) -> Tensor<4> {
        let layer = |conv: &Conv, norm: Option<&mut Norm>, x| match norm {
            Some(norm) => norm.forward_train(conv.forward(x), true),
            None => conv.forward_relu(x),
        };
        let x = layer(&self.first, self.first_norm.as_mut(), maps);
        layer(&self.second, self.second_norm.as_mut(), x)
    }
}

impl UpBlock {
    /// Upsamples the maps from the level below and, if the skip connection is kept, concatenates
    /// them after the encoder maps.
    fn upsample_and_concat(&self, below: Tensor<4>, skip: Tensor<4>) -> Tensor<4> {
        let up = self.up.forward(below); // [batch, channels, height, width]
        if self.skip { ops::concat(skip, up) } else { up }
    }
}

impl Upsample {
    fn new(weights: &LayerWeights, kind: Upsampling, device: &Device) -> Self {
        let out = weights.bias.len();
        let shape = match kind {
            Upsampling::Transposed => [weights.weight.len() / (out * 4), out, 2, 2],
            Upsampling::Nearest => [out, weights.weight.len() / (out * 9), 3, 3],
        };
        Self {
            weight: parameter(weights.weight.clone(), shape, device),
            bias: parameter(weights.bias.clone(), [out], device),
            kind,
        }
    }

    fn forward(&self, maps: Tensor<4>) -> Tensor<4> {
        // [batch, in, height, width] -> [batch, out, 2 height, 2 width]
        let (weight, bias) = (self.weight.val(), self.bias.val());
        match self.kind {
            Upsampling::Transposed => ops::upsample(maps, weight, bias),
            Upsampling::Nearest => ops::conv2d(ops::nearest(maps), weight, bias, 1, false),
        }
    }
}

fn next<'w>(weights: &mut Iter<'w, LayerWeights>) -> &'w LayerWeights {
    weights.next().expect("one set of weights per layer")
}
