//! Comparison of classifiers with PyTorch.

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, TensorData};
use data::rng::Rng;
use engine::burn;
use engine::model::classifier::Classifier;
use engine::model::init::LayerWeights;
use engine::model::layers::{Dense, Norm};
use engine::training::classification::cross_entropy;
use engine::training::optimizer::Optimizer as Updates;
use model::{Architecture, Network, Optimizer, permalink};

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
        let weights: Vec<_> = self
            .names
            .iter()
            .map(|name| LayerWeights {
                weight: self.golden.values(&format!("init.{name}.weight")).to_vec(),
                bias: self.golden.values(&format!("init.{name}.bias")).to_vec(),
            })
            .collect();
        let count = self.targets.len();
        let images = Tensor::<4>::from_data(
            TensorData::new(self.images.clone(), [count, 1, 64, 64]),
            &device,
        );
        let targets =
            Tensor::<1>::from_data(TensorData::new(self.targets.clone(), [count]), &device);
        let first = Classifier::new(&self.network, &weights, &device);

        // The recorded forward pass, then three steps from the same initial weights.
        let mut model = first.clone();
        let (logits, loss) = forward(&mut model, &images, &targets);
        self.golden.check("logits", &floats(logits.inner()), FORWARD);
        self.golden.check("loss", &floats(loss.clone().inner()), FORWARD);
        let gradients = GradientsParams::from_grads(loss.backward(), &model);
        for (name, values) in self.gradients(&model, &gradients) {
            self.golden.check_relative(&format!("grad.{name}"), &values);
        }

        let mut model = first;
        let mut optimizer = Updates::new(self.optimizer);
        for _ in 0..3 {
            let (_, loss) = forward(&mut model, &images, &targets);
            let gradients = GradientsParams::from_grads(loss.backward(), &model);
            model = optimizer.step(self.learning_rate, model, gradients);
        }
        for (name, values) in self.parameters(&model) {
            self.golden.check_relative(&format!("step3.{name}"), &values);
        }
        self.check_running_statistics(&model);
        if self.golden.tensors.contains_key("step3.logits") {
            let logits = model.valid().forward(images.clone());
            self.golden.check("step3.logits", &floats(logits), 10.0 * FORWARD);
        }
        let (_, loss) = forward(&mut model, &images, &targets);
        self.golden.check("step3.loss", &floats(loss.inner()), 10.0 * FORWARD);
    }

    fn check_running_statistics(&self, model: &Classifier) {
        for (name, norm) in self.norms(model) {
            let mean = floats(norm.running_mean.val().inner());
            self.golden.check(&format!("step3.mean.{name}"), &mean, FORWARD);
            let variance = floats(norm.running_variance.val().inner());
            self.golden.check(&format!("step3.var.{name}"), &variance, FORWARD);
        }
    }

    fn norms<'m>(&self, model: &'m Classifier) -> Vec<(String, &'m Norm)> {
        let convs = model.convs.iter().map(|b| b.norm.as_ref());
        let dense = model.dense.iter().map(|b| b.norm.as_ref());
        self.names
            .iter()
            .zip(convs.chain(dense))
            .filter_map(|(name, norm)| Some((name.clone(), norm?)))
            .collect()
    }

    /// Returns the parameters with PyTorch's names and in PyTorch's layout.
    fn parameters(&self, model: &Classifier) -> Vec<(String, Vec<f32>)> {
        let mut all = Vec::new();
        let mut names = self.names.iter();
        for block in &model.convs {
            let name = names.next().unwrap();
            all.push((format!("{name}.weight"), floats(block.conv.weight.val().inner())));
            all.push((format!("{name}.bias"), floats(block.conv.bias.val().inner())));
        }
        for dense in denses(model) {
            let name = names.next().unwrap();
            let weight = dense.weight.val().inner().transpose();
            all.push((format!("{name}.weight"), floats(weight)));
            all.push((format!("{name}.bias"), floats(dense.bias.val().inner())));
        }
        for (name, norm) in self.norms(model) {
            all.push((format!("{name}.norm.weight"), floats(norm.scale.val().inner())));
            all.push((format!("{name}.norm.bias"), floats(norm.shift.val().inner())));
        }
        all
    }

    /// Returns the gradients with PyTorch's names and in PyTorch's layout.
    fn gradients(&self, model: &Classifier, found: &GradientsParams) -> Vec<(String, Vec<f32>)> {
        let mut all = Vec::new();
        let mut names = self.names.iter();
        let vector = |id| floats(found.get::<1>(id).expect("a gradient"));
        for block in &model.convs {
            let name = names.next().unwrap();
            let weight = found.get::<4>(block.conv.weight.id).expect("a gradient");
            all.push((format!("{name}.weight"), floats(weight)));
            all.push((format!("{name}.bias"), vector(block.conv.bias.id)));
        }
        for dense in denses(model) {
            let name = names.next().unwrap();
            let weight = found.get::<2>(dense.weight.id).expect("a gradient");
            all.push((format!("{name}.weight"), floats(weight.transpose())));
            all.push((format!("{name}.bias"), vector(dense.bias.id)));
        }
        for (name, norm) in self.norms(model) {
            all.push((format!("{name}.norm.weight"), vector(norm.scale.id)));
            all.push((format!("{name}.norm.bias"), vector(norm.shift.id)));
        }
        all
    }
}

fn denses(model: &Classifier) -> impl Iterator<Item = &Dense> {
    model.dense.iter().map(|b| &b.dense).chain([&model.head])
}

fn forward(
    model: &mut Classifier,
    images: &Tensor<4>,
    targets: &Tensor<1>,
) -> (Tensor<2>, Tensor<1>) {
    let logits = model.forward_train(images.clone().autodiff(), &mut Rng::new(0));
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
