//! Comparison of U-Nets with PyTorch.

use burn::module::{Module, Param};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, TensorData};
use engine::burn;
use engine::model::init::{self, LayerWeights};
use engine::model::layers::{Conv, Norm};
use engine::model::unet::{DoubleConv, Segmenter};
use engine::training::optimizer::Optimizer as Updates;
use engine::training::segmentation_loss::PixelLoss;
use model::graph::Graph;
use model::{
    DataShape, Optimizer, SegmentLoss, Segmentation, UNet, class_weights, layer_table, permalink,
};

use crate::numbers::{FORWARD, Golden, floats};

const CLASSES: usize = 3;

/// PyTorch's names of the layers in `unet.safetensors`, in the order of computation.
const FULL_SIZE: [&str; 13] = [
    "enc1.conv1",
    "enc1.conv2",
    "enc2.conv1",
    "enc2.conv2",
    "bottom.conv1",
    "bottom.conv2",
    "up2",
    "dec2.conv1",
    "dec2.conv2",
    "up1",
    "dec1.conv1",
    "dec1.conv2",
    "head",
];

fn graph(unet: &UNet) -> Graph {
    Graph::unet(unet, DataShape { classes: CLASSES, size: [16, 16] }).unwrap()
}

/// Values from PyTorch, with the batch and the untrained network that they belong to.
struct Case {
    golden: Golden,
    names: Vec<String>,
    images: Tensor<4>,
    targets: Tensor<2>,
    first: Segmenter,
}

impl Case {
    /// Creates a test case. `scale` maps the value of a white pixel in the file to 1.
    fn new(golden: Golden, unet: &UNet, names: Vec<String>, scale: f32) -> Self {
        let device = Device::flex();
        let (shape, pixels) = &golden.tensors["input"];
        let shape = [shape[0], 1, shape[2], shape[3]];
        let pixels: Vec<f32> = pixels.iter().map(|value| value / scale).collect();
        let targets = golden.values("target").to_vec();
        let pixels_each = shape[2] * shape[3];
        let weights: Vec<_> = names
            .iter()
            .map(|name| LayerWeights {
                weight: golden.values(&format!("init.{name}.weight")).to_vec(),
                bias: golden.values(&format!("init.{name}.bias")).to_vec(),
            })
            .collect();
        Self {
            images: Tensor::from_data(TensorData::new(pixels, shape), &device),
            targets: Tensor::from_data(TensorData::new(targets, [shape[0], pixels_each]), &device),
            first: Segmenter::new(unet, &weights, &device),
            names,
            golden,
        }
    }

    /// Reads a committed file, and the segmentation settings, optimizer and learning rate in its
    /// metadata.
    fn committed(name: &str) -> (Self, Segmentation, Optimizer, f64) {
        let golden = Golden::committed(name);
        // The metadata has the format of a link.
        let pairs: Vec<_> =
            golden.about.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let (link, complaints) = permalink::parse(&format!("lab=segment&{}", pairs.join("&")));
        assert_eq!(complaints, [""; 0]);
        let part = link.config.segmentation().expect("a U-Net").clone();
        let layers = init::weights(&graph(&part.unet), 0).len();
        let names = (0..layers).map(|index| index.to_string()).collect();
        let case = Self::new(golden, &part.unet, names, 255.0);
        (case, part, link.config.optimizer, link.config.learning_rate)
    }

    /// Returns the loss with class weights computed from the frequencies in this batch.
    fn loss(&self, kind: SegmentLoss, balanced: bool) -> PixelLoss {
        let ids = self.golden.values("target");
        let share = |class: usize| {
            ids.iter().filter(|id| **id == class as f32).count() as f64 / ids.len() as f64
        };
        let class_frequencies: Vec<f64> = (0..CLASSES).map(share).collect();
        PixelLoss::new(kind, class_weights(&class_frequencies, balanced))
    }

    fn forward(&self, network: &mut Segmenter, loss: &PixelLoss) -> (Tensor<4>, Tensor<1>) {
        let logits = network.forward_train(self.images.clone().autodiff());
        let weights = loss.weights_on(&Device::flex());
        (logits.clone(), loss.forward(logits, self.targets.clone(), weights))
    }

    /// Checks the loss and gradients of the untrained network. `prefix` is prepended to their
    /// names.
    fn check_gradients(&self, loss: &PixelLoss, prefix: &str) {
        let mut network = self.first.clone();
        let (logits, value) = self.forward(&mut network, loss);
        self.golden.check("logits", &floats(logits.inner()), FORWARD);
        self.golden.check(&format!("{prefix}loss"), &floats(value.clone().inner()), FORWARD);
        let found = GradientsParams::from_grads(value.backward(), &network);
        let vector = |id| floats(found.get::<1>(id).expect("a gradient"));
        for (name, layer) in self.layers(&network) {
            let weight = found.get::<4>(layer.weight.id).expect("a gradient");
            self.golden.check_relative(&format!("{prefix}grad.{name}.weight"), &floats(weight));
            self.golden
                .check_relative(&format!("{prefix}grad.{name}.bias"), &vector(layer.bias.id));
            if let Some(norm) = layer.norm {
                let name = format!("{prefix}grad.{name}.norm");
                self.golden.check_relative(&format!("{name}.weight"), &vector(norm.scale.id));
                self.golden.check_relative(&format!("{name}.bias"), &vector(norm.shift.id));
            }
        }
    }

    /// Returns the network after three training steps on the batch.
    fn trained(&self, loss: &PixelLoss, rule: Optimizer, learning_rate: f64) -> Segmenter {
        let mut network = self.first.clone();
        let mut optimizer = Updates::new(rule);
        for _ in 0..3 {
            let (_, value) = self.forward(&mut network, loss);
            let gradients = GradientsParams::from_grads(value.backward(), &network);
            network = optimizer.step(learning_rate, network, gradients);
        }
        network
    }

    fn check_trained_loss(&self, mut network: Segmenter, loss: &PixelLoss) {
        let (_, value) = self.forward(&mut network, loss);
        self.golden.check("step3.loss", &floats(value.inner()), 10.0 * FORWARD);
    }

    /// Returns the layers with PyTorch's names.
    fn layers<'n>(&'n self, network: &'n Segmenter) -> impl Iterator<Item = (&'n str, Layer<'n>)> {
        let mut layers = Vec::new();
        for block in network.encoder.iter().chain([&network.bottom]) {
            layers.extend(Layer::of_block(block));
        }
        for block in &network.decoder {
            let up = &block.up;
            layers.push(Layer { weight: &up.weight, bias: &up.bias, norm: None });
            layers.extend(Layer::of_block(&block.convs));
        }
        layers.push(Layer::new(&network.head, None));
        assert_eq!(layers.len(), self.names.len());
        self.names.iter().map(String::as_str).zip(layers)
    }
}

/// The parameters of a layer.
struct Layer<'n> {
    weight: &'n Param<Tensor<4>>,
    bias: &'n Param<Tensor<1>>,
    norm: Option<&'n Norm>,
}

impl<'n> Layer<'n> {
    fn new(conv: &'n Conv, norm: Option<&'n Norm>) -> Self {
        Self { weight: &conv.weight, bias: &conv.bias, norm }
    }

    fn of_block(block: &'n DoubleConv) -> [Self; 2] {
        [
            Self::new(&block.first, block.first_norm.as_ref()),
            Self::new(&block.second, block.second_norm.as_ref()),
        ]
    }
}

#[test]
fn every_loss_and_its_gradients() {
    let (case, ..) = Case::committed("unet-losses");
    for kind in SegmentLoss::ALL {
        let loss = case.loss(kind, kind.uses_class_weights());
        case.check_gradients(&loss, &format!("{}.", kind.slug()));
    }
}

#[test]
fn nearest_upsampling_batch_norm_and_a_cut_skip() {
    let (case, part, rule, learning_rate) = Case::committed("unet-norm");
    assert!(part.unet.batch_norm && part.unet.skips[..2] == [false, true]);
    let loss = case.loss(part.loss, part.balanced);
    case.check_gradients(&loss, "");
    let network = case.trained(&loss, rule, learning_rate);
    for (name, layer) in case.layers(&network) {
        if let Some(norm) = layer.norm {
            let floats = |values: Tensor<1>| floats(values.inner());
            let mean = floats(norm.running_mean.val());
            case.golden.check(&format!("step3.mean.{name}"), &mean, FORWARD);
            let variance = floats(norm.running_variance.val());
            case.golden.check(&format!("step3.var.{name}"), &variance, FORWARD);
        }
    }
    let logits = floats(network.valid().forward(case.images.clone()));
    case.golden.check("step3.logits", &logits, 10.0 * FORWARD);
    // The last of the feature maps are the logits.
    let maps = network.valid().features(case.images.clone());
    let shapes: Vec<_> = maps.iter().map(|maps| maps.dims()).collect();
    let table = layer_table(&graph(&part.unet));
    let expected: Vec<_> = table[1..].iter().map(|block| block.output).collect();
    assert_eq!(shapes, expected.iter().map(|[c, h, w]| [2, *c, *h, *w]).collect::<Vec<_>>());
    assert_eq!(floats(maps[maps.len() - 1].clone()), logits);
    case.check_trained_loss(network, &loss);
}

#[test]
fn full_size() {
    let Some(golden) = Golden::full_size("unet") else { return };
    let names = FULL_SIZE.map(str::to_owned).to_vec();
    let unet = UNet { batch_norm: false, ..UNet::default() };
    let case = Case::new(golden, &unet, names, 1.0);
    let loss = case.loss(SegmentLoss::CrossEntropy, false);
    case.check_gradients(&loss, "");
    let network = case.trained(&loss, Optimizer::Adam, 1e-3);
    for (name, layer) in case.layers(&network) {
        let weight = floats(layer.weight.val().inner());
        case.golden.check_relative(&format!("step3.{name}.weight"), &weight);
        let bias = floats(layer.bias.val().inner());
        case.golden.check_relative(&format!("step3.{name}.bias"), &bias);
    }
    case.check_trained_loss(network, &loss);
}
