//! Images per second of training steps by one replica: `cargo bench -p cpu`.
//!
//! Networks and batches are those of `cargo xtask bench`: the CNN of the lab at 16 and 64 images, the
//! default U-Net at 8.

mod inputs;

use std::time::Instant;

use cpu::{Alone, BatchPart, Replica};
use data::rng::Rng;
use futures::executor::block_on;
use model::graph::Graph;
use model::{Architecture, DataShape, Network, Optimizer, UNet};

const SIDE: usize = 64;
const SECONDS: f64 = 2.0;

fn main() {
    let network = Network::default_for(Architecture::Cnn);
    let cnn = Graph::classifier(&network, DataShape { classes: 6, size: [SIDE; 2] }).unwrap();
    let unet = DataShape { classes: 2, size: [SIDE; 2] };
    let unet = Graph::unet(&UNet::default(), unet).unwrap();
    for round in 0..3 {
        for (name, graph, batch) in [("CNN", &cnn, 16), ("CNN", &cnn, 64), ("U-Net", &unet, 8)] {
            let rate = images_per_second(graph, batch);
            println!("round {round}: {name}, batch {batch}: {rate:.0} images/s");
        }
    }
}

fn images_per_second(graph: &Graph, batch: usize) -> f64 {
    let classes = graph.shape(graph.head())[0];
    let pixels = graph.len(graph.head()) / classes;
    let mut rng = Rng::new(1);
    let values = inputs::values(graph, &mut rng);
    let loss = inputs::loss(classes, pixels);
    let mut replica = Replica::new(graph.clone(), values, loss, Optimizer::Adam, 1);
    let part = BatchPart {
        batch,
        images: (0..batch * SIDE * SIDE).map(|_| rng.uniform() as f32).collect(),
        targets: (0..batch * pixels).map(|_| rng.below(classes as u64) as f32).collect(),
        step: 0,
    };
    let start = Instant::now();
    let mut steps = 0;
    while start.elapsed().as_secs_f64() < SECONDS {
        block_on(replica.step(part.clone(), 1e-4, &mut Alone)).unwrap();
        steps += 1;
    }
    (steps * batch) as f64 / start.elapsed().as_secs_f64()
}
