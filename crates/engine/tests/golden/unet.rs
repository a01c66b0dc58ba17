//! Comparison of U-Nets with PyTorch.

use burn::tensor::{Device, Tensor, TensorData};
use data::rng::Rng;
use engine::burn;
use engine::model::DeviceNetwork;
use engine::training::optimizer::Optimizer as Updates;
use engine::training::segmentation_loss::PixelLoss;
use model::graph::{Graph, Op};
use model::{DataShape, Optimizer, SegmentLoss, Segmentation, UNet, class_weights, permalink};

use crate::networks;
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
    first: DeviceNetwork,
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
        Self {
            images: Tensor::from_data(TensorData::new(pixels, shape), &device),
            targets: Tensor::from_data(TensorData::new(targets, [shape[0], pixels_each]), &device),
            first: networks::network(&golden, graph(unet), &names),
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
        let graph = graph(&part.unet);
        let layers = graph
            .nodes()
            .iter()
            .filter(|node| node.op != Op::BatchNorm && !node.parameters.is_empty());
        let names = (0..layers.count()).map(|index| index.to_string()).collect();
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

    fn forward(&self, network: &mut DeviceNetwork, loss: &PixelLoss) -> (Tensor<4>, Tensor<1>) {
        let logits = network.forward_train(self.images.clone().autodiff(), &mut Rng::new(0)).maps();
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
        for (name, values) in networks::gradients(&network, &self.names, value.backward()) {
            self.golden.check_relative(&format!("{prefix}grad.{name}"), &values);
        }
    }

    /// Returns the network after three training steps on the batch.
    fn trained(&self, loss: &PixelLoss, rule: Optimizer, learning_rate: f64) -> DeviceNetwork {
        let mut network = self.first.clone();
        let mut optimizer = Updates::new(rule);
        for _ in 0..3 {
            let (_, value) = self.forward(&mut network, loss);
            network = optimizer.step(learning_rate, network, value.backward());
        }
        network
    }

    fn check_trained_loss(&self, mut network: DeviceNetwork, loss: &PixelLoss) {
        let (_, value) = self.forward(&mut network, loss);
        self.golden.check("step3.loss", &floats(value.inner()), 10.0 * FORWARD);
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
    let mut norms = 0;
    for (name, values) in networks::parameters(&network, &case.names) {
        if name.starts_with("mean.") || name.starts_with("var.") {
            case.golden.check(&format!("step3.{name}"), &values, FORWARD);
            norms += 1;
        }
    }
    assert!(norms > 0);
    let logits = floats(network.valid().forward(case.images.clone()).maps());
    case.golden.check("step3.logits", &logits, 10.0 * FORWARD);
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
    for (name, values) in networks::parameters(&network, &case.names) {
        case.golden.check_relative(&format!("step3.{name}"), &values);
    }
    case.check_trained_loss(network, &loss);
}
