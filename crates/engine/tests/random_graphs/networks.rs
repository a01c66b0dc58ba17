//! Random networks, the same in every run.

use std::collections::BTreeSet;

use data::rng::Rng;
use model::graph::Graph;
use model::{
    Activation, Architecture, ConvLayer, DataShape, DataSource, DenseLayer, Lab, Layer, Network,
    Padding, Pooling, ResidualLayer, RunConfig, Segmentation, Task, UNet, Upsampling, Ventricles,
};

/// Number of random networks.
pub const COUNT: usize = 40;

/// Seed of first weights and dropout.
pub const SEED: u32 = 7;

const CLASSES: usize = 3;

/// A random network.
#[derive(Clone, Debug)]
pub struct RandomNetwork {
    /// Name, such as `classifier-04`.
    pub name: String,
    pub config: RunConfig,
    pub shape: DataShape,
}

impl RandomNetwork {
    pub fn graph(&self) -> Graph {
        Graph::of(&self.config.task, self.shape).unwrap()
    }

    /// Returns the number of images in a batch: enough for batch norm of vectors.
    pub fn batch(&self) -> usize {
        if self.config.lab() == Lab::Classify { 6 } else { 2 }
    }

    /// Returns random images of gray levels 0 to 1, `[batch, 1, height, width]`.
    pub fn images(&self) -> Vec<f32> {
        let count = self.batch() * self.shape.size.iter().product::<usize>();
        let mut rng = Rng::new(8);
        (0..count).map(|_| rng.uniform() as f32).collect()
    }

    /// Returns a random factor for each logit of the batch. The gradients of the sum of the products
    /// are compared.
    pub fn factors(&self) -> Vec<f32> {
        let graph = self.graph();
        let mut rng = Rng::new(9);
        let count = self.batch() * graph.len(graph.head());
        (0..count).map(|_| rng.uniform_in(-1.0, 1.0) as f32).collect()
    }
}

/// Returns all random networks. Every fourth is a U-Net.
pub fn all() -> Vec<RandomNetwork> {
    (0..COUNT).map(random_network).collect()
}

/// Returns the networks whose values of PyTorch are in the repository: ten, of both labs.
pub fn with_golden_values() -> Vec<RandomNetwork> {
    (0..COUNT).step_by(4).map(|index| random_network(index + index / 4 % 4)).collect()
}

fn random_network(index: usize) -> RandomNetwork {
    let mut rng = Rng::new(1000 + index as u64);
    let is_unet = index % 4 == 3;
    let lab = if is_unet { Lab::Segment } else { Lab::Classify };
    let plain = RunConfig { seed: SEED, ..RunConfig::default_for(lab) };
    let (task, size, data) = if is_unet {
        let task = Task::Segment(Segmentation { unet: unet(&mut rng), ..Segmentation::default() });
        let size = [0; 2].map(|_| 8 * between(&mut rng, 2, 4));
        (task, size, DataSource::Ventricles(Ventricles::default()))
    } else {
        let size = [0; 2].map(|_| between(&mut rng, 16, 32));
        let layers = layers(&mut rng, size);
        let task = Task::Classify(Network { architecture: Architecture::ResNet, layers });
        (task, size, DataSource::PHANTOM)
    };
    let kind = if is_unet { "unet" } else { "classifier" };
    RandomNetwork {
        name: format!("{kind}-{index:02}"),
        config: RunConfig { task, data, ..plain },
        shape: DataShape { classes: CLASSES, size },
    }
}

fn unet(rng: &mut Rng) -> UNet {
    UNet {
        depth: between(rng, 1, 3),
        width: between(rng, 4, 6),
        upsampling: one_of(rng, Upsampling::ALL),
        batch_norm: coin(rng),
        residual: coin(rng),
        skips: [(); 4].map(|()| coin(rng)),
    }
}

/// Draws layers that fit images of `size`: up to four with maps, perhaps global average pooling, up to
/// two dense ones.
fn layers(rng: &mut Rng, size: [usize; 2]) -> Vec<Layer> {
    let mut layers = Vec::new();
    let fits = |layers: &[Layer]| {
        let network = Network { architecture: Architecture::ResNet, layers: layers.to_vec() };
        Graph::classifier(&network, DataShape { classes: CLASSES, size }).is_ok()
    };
    for _ in 0..between(rng, 1, 4) {
        layers.push(if coin(rng) { conv(rng) } else { residual(rng) });
        while !fits(&layers) {
            layers.pop();
            layers.push(conv(rng));
        }
    }
    if coin(rng) {
        layers.push(Layer::GlobalAveragePool);
    }
    for _ in 0..rng.below(3) {
        layers.push(Layer::Dense(DenseLayer {
            units: between(rng, 3, 12),
            batch_norm: coin(rng),
            activation: one_of(rng, Activation::ALL),
            dropout_percent: dropout(rng),
        }));
    }
    layers
}

fn conv(rng: &mut Rng) -> Layer {
    let padding = one_of(rng, Padding::ALL);
    let kernel = between(rng, 1, 5);
    Layer::Conv(ConvLayer {
        channels: between(rng, 2, 8),
        kernel: if padding == Padding::Same { kernel / 2 * 2 + 1 } else { kernel },
        stride: between(rng, 1, 3),
        padding,
        separable: coin(rng),
        batch_norm: coin(rng),
        activation: one_of(rng, Activation::ALL),
        pooling: one_of(rng, Pooling::ALL),
        pool: between(rng, 1, 3),
        dropout_percent: dropout(rng),
    })
}

fn residual(rng: &mut Rng) -> Layer {
    Layer::Residual(ResidualLayer {
        channels: one_of(rng, [1, 4, 4, 6]),
        // With one input, a 1×1 kernel only scales it, which batch norm undoes: nothing but rounding
        // would be left of its gradient.
        kernel: one_of(rng, [3, 3, 5]),
        stride: between(rng, 1, 2),
        batch_norm: coin(rng),
        activation: one_of(rng, Activation::ALL),
        pooling: one_of(rng, Pooling::ALL),
        pool: between(rng, 1, 2),
        dropout_percent: dropout(rng),
    })
}

fn dropout(rng: &mut Rng) -> u8 {
    one_of(rng, [0, 0, 0, 30])
}

fn coin(rng: &mut Rng) -> bool {
    rng.below(2) == 1
}

fn between(rng: &mut Rng, least: usize, most: usize) -> usize {
    least + rng.below((most - least + 1) as u64) as usize
}

fn one_of<T: Copy, const N: usize>(rng: &mut Rng, options: [T; N]) -> T {
    options[rng.below(N as u64) as usize]
}

#[test]
fn the_random_networks_have_all_kinds_of_layers() {
    let mut found = BTreeSet::new();
    for network in all() {
        match &network.config.task {
            Task::Classify(classifier) => {
                for layer in &classifier.layers {
                    let text = layer.to_string();
                    let parts = text.split('.').map(|part| part.trim_end_matches(char::is_numeric));
                    found.extend(parts.map(|part| part.trim_end_matches('k').to_owned()));
                }
            }
            Task::Segment(part) => {
                let UNet { upsampling, batch_norm, residual, skips, .. } = &part.unet;
                found.insert(format!("{} {batch_norm} {residual}", upsampling.slug()));
                found.insert(format!("skip {}", skips[0]));
            }
        }
    }
    let words = ["same", "stride", "separable", "bn", "pool", "avgpool", "drop", "gap", "dense"];
    for word in words.into_iter().chain(Activation::ALL.map(Activation::slug)) {
        assert!(found.contains(word), "{word}: {found:?}");
    }
    for start in ["conv", "res", "transposed", "nearest"] {
        assert!(found.iter().any(|word| word.starts_with(start)), "{start}: {found:?}");
    }
    for word in ["true true", "false true", "true false", "false false"] {
        assert!(found.iter().any(|found| found.ends_with(word)), "{word}: {found:?}");
    }
    assert!(found.contains("skip true") && found.contains("skip false"));
    let golden = with_golden_values();
    assert_eq!(golden.len(), 10);
    let unets = golden.iter().filter(|network| network.config.lab() == Lab::Segment).count();
    assert!((1..=5).contains(&unets), "{unets}");
}
