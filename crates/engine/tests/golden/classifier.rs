//! Comparison of classifiers with PyTorch.

use burn::tensor::{Device, Tensor, TensorData};
use data::rng::Rng;
use engine::burn;
use engine::model::DeviceNetwork;
use engine::training::classification::cross_entropy;
use engine::training::optimizer::Optimizer as Updates;
use model::graph::Graph;
use model::{Architecture, DataShape, Network, Optimizer, permalink};

use crate::networks;
use crate::numbers::{FORWARD, Golden, floats};

/// A test case: values from PyTorch, the batch, and how the network was trained.
struct Case {
    golden: Golden,
    images: Vec<f32>,
    targets: Vec<f32>,
    network: Network,
    /// PyTorch's names of the layers, output layer last.
    names: Vec<String>,
    optimizer: Optimizer,
    learning_rate: f64,
}

impl Case {
    fn committed(name: &str) -> Self {
        let golden = Golden::committed(name);
        let batch = Golden::committed("batch");
        let about = |key: &str| golden.about[key].as_str();
        // The metadata has the format of a link.
        let (link, complaints) = permalink::parse(&format!(
            "model={}&layers={}&optimizer={}&lr={}",
            about("model"),
            about("layers"),
            about("optimizer"),
            about("lr"),
        ));
        assert_eq!(complaints, [""; 0]);
        let config = link.config;
        let network = config.network().expect("a classifier").clone();
        Self {
            images: batch.values("input").iter().map(|v| v / 255.0).collect(),
            targets: batch.values("target").to_vec(),
            names: (0..=network.layers.len()).map(|i| i.to_string()).collect(),
            network,
            optimizer: config.optimizer,
            learning_rate: config.learning_rate,
            golden,
        }
    }

    fn full_size(golden: Golden, model: Architecture) -> Self {
        let names: &[&str] = match model {
            Architecture::Mlp => &["fc1", "fc2"],
            Architecture::Cnn => &["conv1", "conv2", "fc1", "fc2", "fc3"],
            Architecture::DeepCnn | Architecture::ResNet => panic!("no file has its values"),
        };
        Self {
            images: golden.values("input").to_vec(),
            targets: golden.values("target").to_vec(),
            network: Network::default_for(model),
            names: names.iter().map(|n| (*n).to_owned()).collect(),
            optimizer: Optimizer::SGD,
            learning_rate: 0.01,
            golden,
        }
    }

    fn check(self) {
        let device = Device::flex();
        let count = self.targets.len();
        let images = Tensor::<4>::from_data(
            TensorData::new(self.images.clone(), [count, 1, 64, 64]),
            &device,
        );
        let targets =
            Tensor::<1>::from_data(TensorData::new(self.targets.clone(), [count]), &device);
        let outputs = self.golden.tensors["logits"].0[1];
        let shape = DataShape { classes: outputs, size: [64, 64] };
        let graph = Graph::classifier(&self.network, shape).unwrap();
        let first = networks::network(&self.golden, graph, &self.names);

        // The recorded forward pass, then three steps from the same initial weights.
        let mut model = first.clone();
        let (logits, loss) = forward(&mut model, &images, &targets);
        self.golden.check("logits", &floats(logits.inner()), FORWARD);
        self.golden.check("loss", &floats(loss.clone().inner()), FORWARD);
        for (name, values) in networks::gradients(&model, &self.names, loss.backward()) {
            self.golden.check_relative(&format!("grad.{name}"), &values);
        }

        let mut model = first;
        let mut optimizer = Updates::new(self.optimizer);
        for _ in 0..3 {
            let (_, loss) = forward(&mut model, &images, &targets);
            model = optimizer.step(self.learning_rate, model, loss.backward());
        }
        for (name, values) in networks::parameters(&model, &self.names) {
            let key = format!("step3.{name}");
            match name.split_once('.') {
                Some(("mean" | "var", _)) => self.golden.check(&key, &values, FORWARD),
                _ => self.golden.check_relative(&key, &values),
            }
        }
        if self.golden.tensors.contains_key("step3.logits") {
            let logits = model.valid().forward(images.clone()).vectors();
            self.golden.check("step3.logits", &floats(logits), 10.0 * FORWARD);
        }
        let (_, loss) = forward(&mut model, &images, &targets);
        self.golden.check("step3.loss", &floats(loss.inner()), 10.0 * FORWARD);
    }
}

fn forward(
    model: &mut DeviceNetwork,
    images: &Tensor<4>,
    targets: &Tensor<1>,
) -> (Tensor<2>, Tensor<1>) {
    let logits = model.forward_train(images.clone().autodiff(), &mut Rng::new(0)).vectors();
    let weights = Tensor::ones([logits.dims()[1]], &Device::flex());
    (logits.clone(), cross_entropy(logits, targets.clone(), weights))
}

fn full_size(model: Architecture) {
    if let Some(golden) = Golden::full_size(model.slug()) {
        Case::full_size(golden, model).check();
    }
}

#[test]
fn mlp() {
    Case::committed("mlp-sgd").check();
    full_size(Architecture::Mlp);
}

#[test]
fn cnn() {
    Case::committed("cnn-sgd").check();
    full_size(Architecture::Cnn);
}

#[test]
fn batch_norm_gelu_and_sigmoid() {
    Case::committed("norm-sgd").check();
}

#[test]
fn adam() {
    Case::committed("cnn-adam").check();
}

#[test]
fn adamw() {
    Case::committed("cnn-adamw").check();
}
