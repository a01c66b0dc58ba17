//! Tests that replicas compute the same to the last digit, however many there are, and the same as
//! one pass over the whole batch up to rounding.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use cpu::{Alone, BatchLoss, BatchPart, Exchange, Lost, Replica, State, shards};
use data::rng::Rng;
use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::executor::block_on;
use futures::future::join_all;
use kernels::PixelTerm;
use model::graph::Graph;

use model::{Architecture, DataShape, Network, Optimizer, UNet};

const SIDE: usize = 16;
const CLASSES: usize = 3;

/// Channels between replicas in one process.
struct Channels {
    rank: usize,
    to: Vec<UnboundedSender<Vec<f32>>>,
    from: Vec<UnboundedReceiver<Vec<f32>>>,
    /// Number of messages after which the replica stops.
    dies_after: Option<usize>,
}

impl Exchange for Channels {
    fn rank_and_count(&self) -> (usize, usize) {
        (self.rank, self.to.len())
    }

    fn all_gather(
        &mut self,
        values: Vec<f32>,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<Vec<f32>>, Lost>> + '_>> {
        Box::pin(async move {
            if let Some(left) = &mut self.dies_after {
                if *left == 0 {
                    self.to.clear();
                    return Err(Lost);
                }
                *left -= 1;
            }
            for to in &self.to {
                to.unbounded_send(values.clone()).map_err(|_| Lost)?;
            }
            let mut all = Vec::new();
            for from in &mut self.from {
                all.push(from.next().await.ok_or(Lost)?);
            }
            Ok(all)
        })
    }
}

fn group(count: usize) -> Vec<Channels> {
    let mut pairs: Vec<Vec<_>> =
        (0..count).map(|_| (0..count).map(|_| Some(unbounded())).collect()).collect();
    let mut receivers: Vec<Vec<_>> = (0..count).map(|_| Vec::new()).collect();
    let mut senders: Vec<Vec<_>> = (0..count).map(|_| Vec::new()).collect();
    for from in 0..count {
        for to in 0..count {
            let (sender, receiver) = pairs[from][to].take().unwrap();
            senders[from].push(sender);
            receivers[to].push(receiver);
        }
    }
    let both = senders.into_iter().zip(receivers).enumerate();
    both.map(|(rank, (to, from))| Channels { rank, to, from, dies_after: None }).collect()
}

fn noise(seed: u64, count: usize) -> Vec<f32> {
    let mut rng = Rng::new(seed);
    (0..count).map(|_| rng.normal() as f32).collect()
}

fn graphs() -> Vec<(&'static str, Graph, BatchLoss)> {
    let shape = DataShape { classes: CLASSES, size: [SIDE; 2] };
    let classifier = |text: &str| {
        let network = Network {
            architecture: Architecture::Cnn,
            layers: text.split('_').map(|layer| layer.parse().unwrap()).collect(),
        };
        Graph::classifier(&network, shape).unwrap()
    };
    let cross_entropy = BatchLoss {
        pixel_term: Some(PixelTerm::CrossEntropy),
        dice: false,
        class_weights: vec![0.5, 1.0, 2.0],
    };
    let dice = BatchLoss { dice: true, ..cross_entropy.clone() };
    let unet = UNet { depth: 2, width: 4, ..UNet::default() };
    vec![
        (
            "cnn",
            classifier("conv5k3.relu.pool2.drop20_conv6k3.relu_dense9.tanh.drop30"),
            cross_entropy.clone(),
        ),
        (
            "norms",
            classifier(
                "conv4k3.same.bn.relu.pool2_res6k3.bn.relu_conv5k3.same.separable.gelu.avgpool2_gap_dense7.bn.relu",
            ),
            cross_entropy,
        ),
        ("unet", Graph::unet(&unet, shape).unwrap(), dice),
    ]
}

fn replica(graph: &Graph, loss: &BatchLoss, rule: Optimizer) -> Replica {
    let mut values = noise(1, graph.checkpoint_len());
    for parameter in graph.parameters() {
        let fan_in = parameter.shape.iter().skip(1).product::<usize>().max(1) as f32;
        for value in &mut values[parameter.values.clone()] {
            // Positive variances, and activations of about the same size everywhere.
            *value = if parameter.kind.is_learned() { *value / fan_in.sqrt() } else { value.abs() };
        }
    }
    Replica::new(graph.clone(), values, loss.clone(), rule, 5)
}

/// Returns the part of a batch for one replica.
fn part(graph: &Graph, step: u64, batch: usize, [rank, count]: [usize; 2]) -> BatchPart {
    let images = noise(100 + step, batch * SIDE * SIDE);
    let pixels = graph.len(graph.head()) / CLASSES;
    let mut rng = Rng::new(200 + step);
    let targets: Vec<f32> = (0..batch * pixels).map(|_| rng.below(CLASSES as u64) as f32).collect();
    let own = shards::images_of_replica(rank, count, batch);
    BatchPart {
        batch,
        images: images[own.start * SIDE * SIDE..own.end * SIDE * SIDE].to_vec(),
        targets: targets[own.start * pixels..own.end * pixels].to_vec(),
        step,
    }
}

/// Trains with this many replicas, and returns the losses, the number of right answers and what is
/// left in each replica.
fn train(
    (graph, loss): (&Graph, &BatchLoss),
    rule: Optimizer,
    batch: usize,
    count: usize,
) -> (Vec<(f32, usize)>, Vec<State>) {
    let losses = Rc::new(RefCell::new(Vec::new()));
    let run = |mut channels: Channels| {
        let losses = losses.clone();
        async move {
            let mut replica = replica(graph, loss, rule);
            for step in 0..4 {
                let part = part(graph, step, batch, [channels.rank, count]);
                let found = replica.step(part, 0.01, &mut channels).await.unwrap();
                if channels.rank == 0 {
                    losses.borrow_mut().push((found.loss, found.correct));
                }
            }
            replica.state().clone()
        }
    };
    let states = block_on(join_all(group(count).into_iter().map(run)));
    (Rc::try_unwrap(losses).unwrap().into_inner(), states)
}

#[test]
fn any_number_of_replicas_gives_the_same_digits() {
    for (name, graph, loss) in graphs() {
        for (rule, batch) in [(Optimizer::Adam, 16), (Optimizer::SGD, 11), (Optimizer::Adam, 3)] {
            let (expected, [alone]) = {
                let (losses, states) = train((&graph, &loss), rule, batch, 1);
                (losses, <[State; 1]>::try_from(states).unwrap())
            };
            assert!(expected.iter().all(|(loss, _)| loss.is_finite()), "{name}: {expected:?}");
            assert!(expected[0].0 != expected[3].0, "{name} learns");
            for count in [2, 3, 4, 5, 8] {
                let (losses, states) = train((&graph, &loss), rule, batch, count);
                assert_eq!(losses, expected, "{name}, batch {batch}, {count} replicas");
                for state in states {
                    assert!(state == alone, "{name}, batch {batch}, {count} replicas");
                }
            }
        }
    }
}

#[test]
fn gradients_agree_with_difference_quotients() {
    for (name, graph, loss) in graphs() {
        let replica = replica(&graph, &loss, Optimizer::Adam);
        let part = || part(&graph, 7, 6, [0, 1]);
        let gradients = block_on(replica.gradients(part(), &mut Alone)).unwrap();
        let mut checked = 0;
        for (index, parameter) in graph.parameters().iter().enumerate() {
            if !parameter.kind.is_learned() {
                continue;
            }
            let found = replica.parameter_gradient(&gradients, index);
            assert_eq!(found.len(), parameter.values.len());
            // Along the direction of the parameter's own gradient, where it is largest.
            let norm = found.iter().map(|value| value * value).sum::<f32>().sqrt();
            let loss_at = |distance: f32| {
                let mut moved = replica.clone();
                let mut state = moved.state().clone();
                for (value, gradient) in
                    state.values[parameter.values.clone()].iter_mut().zip(&found)
                {
                    *value += distance * gradient / norm.max(1e-12);
                }
                moved.set_state(state);
                f64::from(block_on(moved.gradients(part(), &mut Alone)).unwrap().loss)
            };
            if norm < 1e-3 {
                // The bias before a batch norm has no effect.
                continue;
            }
            let h = 2e-3;
            let quotient = (loss_at(h) - loss_at(-h)) / f64::from(2.0 * h);
            let error = (quotient - f64::from(norm)).abs();
            assert!(
                error < 0.03 * f64::from(norm) + 1e-3,
                "{name}, {}: {norm} and {quotient}",
                parameter.name
            );
            checked += 1;
        }
        assert!(checked > graph.parameters().len() / 3, "{name}: {checked} parameters");
    }
}

#[test]
fn a_step_that_another_replica_leaves_changes_nothing() {
    let (_, graph, loss) = graphs().remove(2);
    // The step has 33 exchanges: two for each of ten batch norms, and others.
    for dies_after in [0, 1, 7, 20] {
        let mut channels = group(2);
        let mut other = channels.pop().unwrap();
        let mut first = channels.pop().unwrap();
        other.dies_after = Some(dies_after);
        let mut replicas = [0, 1].map(|_| replica(&graph, &loss, Optimizer::Adam));
        let before = replicas[0].clone();
        let [one, two] = &mut replicas;
        let parts = [0, 1].map(|rank| part(&graph, 0, 8, [rank, 2]));
        let [part_one, part_two] = parts;
        let run_one = one.step(part_one, 0.01, &mut first);
        let run_two = async {
            let result = two.step(part_two, 0.01, &mut other).await;
            drop(other);
            result
        };
        let (one, two) = block_on(async { futures::join!(run_one, run_two) });
        assert_eq!((one.unwrap_err(), two.unwrap_err()), (Lost, Lost));
        assert_eq!(replicas[0].state(), before.state());
        // The same step alone.
        let found =
            block_on(replicas[0].step(part(&graph, 0, 8, [0, 1]), 0.01, &mut Alone)).unwrap();
        assert!(found.loss.is_finite());
    }
}

#[test]
fn frozen_parameters_stay_as_they_are_and_the_others_train_as_ever() {
    for (name, graph, loss) in graphs() {
        let count = graph.parameters().len();
        let choices: [fn(usize, usize) -> bool; 4] = [
            |at, count| at < count / 2,
            |at, count| at >= count / 2,
            |at, count| at + 2 < count,
            |_, _| true,
        ];
        for is_frozen in choices {
            let frozen: Vec<bool> = (0..count).map(|at| is_frozen(at, count)).collect();
            let mut whole = replica(&graph, &loss, Optimizer::Adam);
            let mut partly = whole.clone();
            partly.freeze(frozen.clone());
            let before = whole.state().values.clone();
            let part = || part(&graph, 0, 8, [0, 1]);
            let expected = block_on(whole.step(part(), 0.01, &mut Alone)).unwrap();
            let found = block_on(partly.step(part(), 0.01, &mut Alone)).unwrap();
            assert_eq!((found.loss, found.correct), (expected.loss, expected.correct));
            for (parameter, is_frozen) in graph.parameters().iter().zip(&frozen) {
                let range = parameter.values.clone();
                let stays = *is_frozen && parameter.kind.is_learned();
                let expected = if stays {
                    &before[range.clone()]
                } else {
                    &whole.state().values[range.clone()]
                };
                assert_eq!(&partly.state().values[range], expected, "{name}, {}", parameter.name);
            }
        }
    }
}
