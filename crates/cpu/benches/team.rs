//! Images per second of training steps by 1, 2, 4 and 8 replicas, each in a thread of its own:
//! `cargo bench -p cpu --bench team`. Messages are encoded and copied as between workers, so that on
//! a machine with enough cores the ratios are what a browser can reach.

mod inputs;

use std::thread;
use std::time::Instant;

use cpu::message::{FromReplica, Setup, ToReplica};
use cpu::{BatchPart, Leader, Received, Replica, State, Team, follow, shards};
use data::rng::Rng;
use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::executor::block_on;
use model::graph::Graph;
use model::{Architecture, DataShape, Network, Optimizer, Segmentation, Task};

const SIDE: usize = 64;
const SECONDS: f64 = 1.5;

fn main() {
    let classifier = Task::Classify(Network::default_for(Architecture::Cnn));
    let unet = Task::Segment(Segmentation::default());
    for round in 0..3 {
        for (name, task, classes, batch) in
            [("CNN", &classifier, 6, 16), ("CNN", &classifier, 6, 64), ("U-Net", &unet, 2, 8)]
        {
            let rates = [1, 2, 4, 8].map(|count| images_per_second(task, classes, batch, count));
            let times = rates.map(|rate| format!("{rate:.0} ({:.2}×)", rate / rates[0]));
            println!("round {round}: {name}, batch {batch}: {}", times.join(", "));
        }
    }
}

struct Threads {
    send: Vec<UnboundedSender<Vec<u8>>>,
    receive: Vec<UnboundedReceiver<Vec<u8>>>,
}

impl Team for Threads {
    fn count(&self) -> usize {
        self.send.len() + 1
    }

    fn send(&mut self, rank: usize, message: &ToReplica) {
        let bytes = postcard::to_stdvec(message).unwrap();
        self.send[rank - 1].unbounded_send(bytes).unwrap();
    }

    fn receive(&mut self, rank: usize) -> Received<'_> {
        let next = self.receive[rank - 1].next();
        Box::pin(async { Some(postcard::from_bytes(&next.await?).unwrap()) })
    }

    fn give_up(&mut self) {}
}

impl Threads {
    fn start(count: usize) -> Self {
        let (mut send, mut receive) = (Vec::new(), Vec::new());
        for _ in 1..count {
            let (to, messages) = unbounded::<Vec<u8>>();
            let (answer, from) = unbounded();
            thread::spawn(move || {
                let messages = messages.map(|bytes| postcard::from_bytes(&bytes).unwrap());
                block_on(follow(messages, |message: FromReplica| {
                    // The leader may have ended.
                    let _ = answer.unbounded_send(postcard::to_stdvec(&message).unwrap());
                }));
            });
            send.push(to);
            receive.push(from);
        }
        Self { send, receive }
    }
}

fn images_per_second(task: &Task, classes: usize, batch: usize, count: usize) -> f64 {
    let shape = DataShape { classes, size: [SIDE; 2] };
    let graph = Graph::of(task, shape).unwrap();
    let pixels = graph.len(graph.head()) / classes;
    let mut rng = Rng::new(1);
    let values = inputs::values(&graph, &mut rng);
    let loss = inputs::loss(classes, pixels);
    let setup = Setup {
        rank: 0,
        count,
        task: task.clone(),
        shape,
        optimizer: Optimizer::Adam,
        seed: 1,
        focal: Some(false),
        dice: loss.dice,
        class_weights: loss.class_weights.clone(),
        state: State::default(),
    };
    let mut replica = Replica::new(graph, values, loss, Optimizer::Adam, 1);
    let images: Vec<f32> = (0..batch * SIDE * SIDE).map(|_| rng.uniform() as f32).collect();
    let targets: Vec<f32> = (0..batch * pixels).map(|_| rng.below(classes as u64) as f32).collect();
    let part = |rank| {
        let own = shards::images_of_replica(rank, count, batch);
        let values = |all: &[f32], len: usize| all[own.start * len..own.end * len].to_vec();
        BatchPart {
            batch,
            images: values(&images, SIDE * SIDE),
            targets: values(&targets, pixels),
            step: 0,
        }
    };
    let mut team = Threads::start(count);
    for rank in 1..count {
        let state = replica.state().clone();
        team.send(rank, &ToReplica::Begin(Box::new(Setup { rank, state, ..setup.clone() })));
    }
    let mut exchanges = 0;
    let mut steps = 0;
    let mut start = Instant::now();
    while steps < 5 || start.elapsed().as_secs_f64() < SECONDS {
        if steps == 4 {
            start = Instant::now();
        }
        for rank in 1..count {
            team.send(rank, &ToReplica::Step { part: part(rank), learning_rate: 1e-4 });
        }
        let mut leader = Leader::new(&mut team, &mut exchanges);
        block_on(replica.step(part(0), 1e-4, &mut leader)).unwrap();
        steps += 1;
    }
    ((steps - 4) * batch) as f64 / start.elapsed().as_secs_f64()
}
