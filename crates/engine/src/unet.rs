//! From a visitor's U-Net to a network that computes: see [`model::UNet`] for its plan.

use std::slice::Iter;

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};
use model::{UNet, Upsampling};

use crate::init::LayerWeights;
use crate::layers::{Conv, Norm, parameter, pool};
use crate::ops;

/// A U-Net.
#[derive(Module, Debug)]
pub struct Segmenter {
    /// Blocks on the way down, finest first.
    pub encoder: Vec<DoubleConv>,
    /// The block at the lowest resolution.
    pub bottom: DoubleConv,
    /// Blocks on the way up, in the order in which they compute: coarsest first.
    pub decoder: Vec<UpBlock>,
    /// The 1×1 convolution that puts out one logit a class.
    pub head: Conv,
}

/// Two 3×3 convolutions with padding 1, each followed by batch norm where asked for, and ReLU.
#[derive(Module, Debug)]
pub struct DoubleConv {
    /// The first convolution.
    pub first: Conv,
    /// Batch norm after it.
    pub first_norm: Option<Norm>,
    /// The second convolution.
    pub second: Conv,
    /// Batch norm after it.
    pub second_norm: Option<Norm>,
}

/// Upsampling, the skip connection where it is kept, two convolutions.
#[derive(Module, Debug)]
pub struct UpBlock {
    /// To twice the resolution, and half the channels.
    pub up: Upsample,
    /// The two convolutions.
    pub convs: DoubleConv,
    /// Whether the encoder's map of this level is put in front of the upsampled one.
    skip: bool,
}

/// Twice the height and width, by a convolution that learns; no activation follows.
#[derive(Module, Debug)]
pub struct Upsample {
    /// Transposed: `[in, out, 2, 2]`. Nearest: `[out, in, 3, 3]`.
    pub weight: Param<Tensor<4>>,
    /// `[out]`
    pub bias: Param<Tensor<1>>,
    #[module(skip)]
    kind: Upsampling,
}

impl Segmenter {
    /// A network for training with the given first weights, in the order of
    /// [`crate::init::unet_weights`]. The U-Net must have passed [`UNet::summary`].
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
        assert_eq!(weights.len(), 0, "one set of weights a layer");
        Self { encoder, bottom, decoder, head }
    }

    /// Logits in evaluation, `[batch, classes, height, width]`: batch norm uses its running
    /// statistics. Call it on `self.valid()` to build no graph.
    pub fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        self.head.forward(self.blocks(images).1)
    }

    /// What every block puts out in evaluation, after its last activation, in the order of
    /// [`model::UNetSummary::blocks`]; the head's are its logits.
    pub fn features(&self, images: Tensor<4>) -> Vec<Tensor<4>> {
        let (mut maps, last) = self.blocks(images);
        maps.push(self.head.forward(last)); // [batch, classes, height, width]
        maps
    }

    /// Outputs of encoder, bottom and decoder, and once more the last of them.
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
            maps = block.convs.forward(block.join(maps, skip)); // as the encoder's at its level
            outputs.push(maps.clone());
        }
        (outputs, maps)
    }

    /// Logits while training, `[batch, classes, height, width]`. Updates running statistics.
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
            let joined = block.join(maps, skip);
            maps = block.convs.forward_train(joined); // as the encoder's at its level
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
    /// The map from below at twice its resolution, behind the encoder's where that is kept.
    fn join(&self, below: Tensor<4>, skip: Tensor<4>) -> Tensor<4> {
        let up = self.up.forward(below); // [batch, channels, height, width]
        if self.skip { ops::join(skip, up) } else { up }
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
    weights.next().expect("one set of weights a layer")
}
