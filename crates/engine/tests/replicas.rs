//! Compares training by a replica on the CPU with training by burn's automatic differentiation, which
//! the golden tests compare with PyTorch.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use burn::tensor::Device;
use data::phantom::{self, ventricles};
use data::rng::{Purpose, Rng};
use engine::burn;
use engine::checkpoint;
use engine::cpu::message::{FromReplica, ToReplica};
use engine::cpu::{Received, Team, follow};
use engine::data::{ImageData, SliceData};
use engine::model::DeviceNetwork;
use engine::training::optimizer::Optimizer as Updates;
use engine::training::{Session, TrainingTask};
use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::executor::{LocalPool, block_on};
use futures::task::LocalSpawnExt;
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
    let values = cpu::initial_values(&graph, config.seed);
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

/// Followers in this thread.
struct Followers {
    to: Vec<UnboundedSender<ToReplica>>,
    from: Vec<UnboundedReceiver<FromReplica>>,
    /// Number of messages from followers until one of them stops.
    left: Rc<Cell<usize>>,
    gave_up: Rc<RefCell<usize>>,
}

impl Team for Followers {
    fn count(&self) -> usize {
        self.to.len() + 1
    }

    fn send(&mut self, rank: usize, message: &ToReplica) {
        let _ = self.to[rank - 1].unbounded_send(message.clone());
    }

    fn receive(&mut self, rank: usize) -> Received<'_> {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        let from = &mut self.from[rank - 1];
        Box::pin(async move { if left == 0 { None } else { from.next().await } })
    }

    fn give_up(&mut self) {
        *self.gave_up.borrow_mut() += 1;
    }
}

fn followers(pool: &LocalPool, count: usize, left: usize) -> (Followers, Rc<RefCell<usize>>) {
    let gave_up = Rc::new(RefCell::new(0));
    let (mut to, mut from) = (Vec::new(), Vec::new());
    for _ in 1..count {
        let (to_follower, messages) = unbounded();
        let (to_leader, answers) = unbounded();
        let send = move |answer| drop(to_leader.unbounded_send(answer));
        pool.spawner().spawn_local(follow(messages, send)).unwrap();
        to.push(to_follower);
        from.push(answers);
    }
    let left = Rc::new(Cell::new(left));
    (Followers { to, from, left, gave_up: gave_up.clone() }, gave_up)
}

/// Makes steps of the default U-Net. `team` is called before each, with the number of steps made.
fn train(
    slices: &Rc<SliceData>,
    pool: &mut LocalPool,
    mut team: impl FnMut(&LocalPool, usize) -> Option<Option<Followers>>,
) -> (Vec<f32>, Vec<u8>) {
    let config = RunConfig {
        data: DataSource::Ventricles(Ventricles::default()),
        batch: 6,
        ..RunConfig::default_for(Lab::Segment)
    };
    let mut session = Session::segment(config, slices.clone()).unwrap();
    for step in 0..6 {
        if let Some(team) = team(pool, step) {
            session.set_team(team.map(|team| Box::new(team) as Box<dyn Team>));
        }
        pool.run_until(session.train());
    }
    let losses = block_on(session.read_losses()).unwrap();
    (losses, block_on(checkpoint::weights(session.network())).unwrap())
}

#[test]
fn a_team_that_comes_goes_or_is_lost_changes_no_digit() {
    let set = ventricles::slices(Ventricles::default(), 1);
    let slices = Rc::new(SliceData::new(set, &Device::flex()));
    let mut pool = LocalPool::new();
    let alone = train(&slices, &mut pool, |_, _| None);
    let many = usize::MAX;
    for count in [2, 4, 8] {
        let found = train(&slices, &mut pool, |pool, step| match step {
            1 => Some(Some(followers(pool, count, many).0)),
            4 => Some(None),
            _ => None,
        });
        assert!(found == alone, "{count} replicas");
    }
    // A follower stops at any exchange of a step, and another team comes for the next step but one.
    for left in [0, 3, 21, 22, 50] {
        let mut gave_up = Vec::new();
        let found = train(&slices, &mut pool, |pool, step| match step {
            1 | 4 => {
                let (followers, counter) = followers(pool, 3, if step == 1 { left } else { many });
                gave_up.push(counter);
                Some(Some(followers))
            }
            _ => None,
        });
        assert!(found == alone, "lost after {left} messages");
        let gave_up: Vec<usize> = gave_up.iter().map(|counter| *counter.borrow()).collect();
        assert_eq!(gave_up, [1, 0], "lost after {left} messages");
    }
}
