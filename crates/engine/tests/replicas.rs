//! Compares training by a replica on the CPU with training by burn's automatic differentiation, which
//! the golden tests compare with PyTorch.

use std::rc::Rc;

use burn::tensor::Device;
use data::phantom::{self, ventricles};
use data::rng::{Purpose, Rng};
use engine::burn;
use engine::checkpoint;
use engine::data::{ImageData, SliceData};
use engine::model::{DeviceNetwork, init};
use engine::training::optimizer::Optimizer as Updates;
use engine::training::{Session, TrainingTask};
use futures::executor::block_on;
use model::graph::Graph;
use model::{
    Architecture, DataShape, DataSource, Lab, Network, Optimizer, RunConfig, Task, Ventricles,
};

const STEPS: usize = 4;

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}

/// Trains the session, and the same network by burn, and compares losses and weights.
fn compare<T: TrainingTask>(name: &str, mut session: Session<T>, shape: DataShape) {
    let config = session.config().clone();
    let graph = Graph::of(&config.task, shape).unwrap();
    let values = init::initial_values(&graph, config.seed);
    let mut network = DeviceNetwork::new(graph, &values, &Device::flex());
    let mut optimizer = Updates::new(config.optimizer);
    let mut expected = Vec::new();
    for step in 0..STEPS {
        let batch = session.next_batch();
        let mut dropout = Rng::stream(config.seed, Purpose::Dropout, step as u64);
        let loss = session.task().loss(&mut network, &batch, &mut dropout);
        network = optimizer.step(config.learning_rate, network, loss.backward());
        expected.extend(loss.inner().into_data().iter::<f32>());
        block_on(session.train());
    }
    let found = block_on(session.read_losses()).unwrap();
    for (found, expected) in found.iter().zip(&expected) {
        assert!((found - expected).abs() < 1e-5 * expected.max(1.0), "{name}: {found} {expected}");
    }
    let [found, expected] = [session.network(), &network]
        .map(|network| floats(&block_on(checkpoint::weights(network)).unwrap()));
    let largest = found.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    // Adam makes a step of the learning rate of every gradient, also of one that is rounding alone: the
    // bias before a batch norm.
    let bound = match config.optimizer {
        Optimizer::Sgd { .. } => 1e-5,
        _ => 2.1 * STEPS as f32 * config.learning_rate as f32,
    };
    assert!(largest < bound, "{name}: weights differ by {largest:e}");
}

#[test]
fn a_replica_trains_as_burn_does() {
    let spec = phantom::Spec { noise: 10, rotation: 15 };
    let images = Rc::new(ImageData::new(&phantom::dataset(spec, 1), &Device::flex()));
    let shape = DataShape { classes: images.classes, size: [64; 2] };
    let layers = ["conv4k5.bn.gelu.pool4.drop20", "res6k3.relu.avgpool2", "dense12.bn.relu.drop50"];
    let mixed = Network {
        architecture: Architecture::Cnn,
        layers: layers.map(|layer| layer.parse().unwrap()).into(),
    };
    for optimizer in [Optimizer::Sgd { momentum: 0.9 }, Optimizer::Adam] {
        for network in [
            Network::default_for(Architecture::Mlp),
            Network::default_for(Architecture::Cnn),
            mixed.clone(),
        ] {
            let name = format!("{:?}", network.architecture);
            let config = RunConfig {
                task: Task::Classify(network),
                data: DataSource::PHANTOM,
                optimizer,
                ..RunConfig::default_for(Lab::Classify)
            };
            compare(&name, Session::classify(config, images.clone()).unwrap(), shape);
        }
    }
    let set = ventricles::slices(Ventricles::default(), 1);
    let slices = Rc::new(SliceData::new(set, &Device::flex()));
    let shape = DataShape { classes: slices.classes, size: slices.size };
    let config = RunConfig {
        data: DataSource::Ventricles(Ventricles::default()),
        optimizer: Optimizer::Sgd { momentum: 0.9 },
        batch: 5,
        ..RunConfig::default_for(Lab::Segment)
    };
    compare("U-Net", Session::segment(config, slices).unwrap(), shape);
}
