//! What holds and changes the weights of a run: burn on a GPU, or a replica on the CPU.

use std::cell::OnceCell;
use std::rc::Rc;

use burn::tensor::{Device, Tensor, TensorData};
use cpu::{Alone, BatchPart, Gradients, Replica};
use model::graph::{Graph, Plan};

use super::optimizer::Optimizer;
use crate::model::DeviceNetwork;

/// The network in training.
pub(super) enum Trainer {
    /// Trains with burn's automatic differentiation.
    Burn {
        /// `None` only during a step.
        network: Option<DeviceNetwork>,
        optimizer: Optimizer,
    },
    /// Trains on the CPU.
    Cpu(Box<CpuTrainer>),
}

/// Weights that were kept.
#[derive(Clone)]
pub(super) enum Weights {
    Burn(DeviceNetwork),
    /// Values of a checkpoint.
    Cpu(Vec<f32>),
}

impl Trainer {
    /// Returns the network in its current state.
    pub(super) fn network(&self) -> &DeviceNetwork {
        match self {
            Trainer::Burn { network, .. } => {
                network.as_ref().expect("it is there between two steps")
            }
            Trainer::Cpu(trainer) => trainer.network(),
        }
    }

    /// Returns a copy of the weights.
    pub(super) fn weights(&self) -> Weights {
        match self {
            Trainer::Burn { .. } => Weights::Burn(self.network().clone()),
            Trainer::Cpu(trainer) => Weights::Cpu(trainer.replica.state().values.clone()),
        }
    }

    /// Restores weights, and starts with a new optimizer.
    pub(super) fn restore(&mut self, weights: Weights) {
        match (self, weights) {
            (Trainer::Burn { network, optimizer }, Weights::Burn(weights)) => {
                *network = Some(weights);
                *optimizer = Optimizer::new(optimizer.rule());
            }
            (Trainer::Cpu(trainer), Weights::Cpu(values)) => trainer.restore(values),
            _ => unreachable!("weights come from the trainer that they are given back to"),
        }
    }

    /// Returns a copy of the optimizer.
    pub(super) fn optimizer(&self) -> Optimizer {
        match self {
            Trainer::Burn { optimizer, .. } => optimizer.clone(),
            Trainer::Cpu(trainer) => trainer.optimizer(),
        }
    }
}

/// A replica, with what shows it on burn's device.
pub(super) struct CpuTrainer {
    replica: Replica,
    rule: model::Optimizer,
    graph: Rc<Graph>,
    plan: Rc<Plan>,
    device: Device,
    /// The network as burn evaluates it, made when it is first asked for after a step.
    network: OnceCell<DeviceNetwork>,
}

impl CpuTrainer {
    pub(super) fn new(replica: Replica, rule: model::Optimizer, network: DeviceNetwork) -> Self {
        let (graph, plan) = network.graph_and_plan();
        let device = Device::flex();
        Self { replica, rule, graph, plan, device, network: OnceCell::from(network) }
    }

    fn network(&self) -> &DeviceNetwork {
        self.network.get_or_init(|| {
            let (graph, plan) = (self.graph.clone(), self.plan.clone());
            DeviceNetwork::stored(graph, plan, &self.replica.state().values, &self.device)
        })
    }

    fn restore(&mut self, values: Vec<f32>) {
        self.replica.set_values(values);
        self.network = OnceCell::new();
    }

    /// Makes one step, and returns what was computed in it.
    pub(super) async fn step(&mut self, part: BatchPart, learning_rate: f64) -> Gradients {
        let step = self.replica.step(part, learning_rate, &mut Alone).await;
        self.network = OnceCell::new();
        step.expect("a replica without others loses none")
    }

    /// Computes loss and gradients of a batch, and changes nothing. The gradient of each learned
    /// parameter comes with the parameter's index.
    pub(super) async fn gradients(&self, part: BatchPart) -> (Gradients, Vec<(usize, Vec<f32>)>) {
        let found = self.replica.gradients(part, &mut Alone).await;
        let found = found.expect("a replica without others loses none");
        let learned = self.graph.parameters().iter().enumerate();
        let learned = learned.filter(|(_, parameter)| parameter.kind.is_learned());
        let gradients = learned
            .map(|(index, _)| (index, self.replica.parameter_gradient(&found, index)))
            .collect();
        (found, gradients)
    }

    fn optimizer(&self) -> Optimizer {
        let state = self.replica.state();
        let of = |parameter: &model::graph::Parameter| {
            let moments = state.moments.iter().map(|moment| {
                let values = moment[parameter.values.clone()].to_vec();
                let count = values.len();
                Tensor::from_data(TensorData::new(values, [count]), &self.device)
            });
            // As in a new optimizer, there are none before the first update.
            moments.take(if state.updates > 0 { usize::MAX } else { 0 }).collect()
        };
        let moments = self.graph.parameters().iter().map(of).collect();
        Optimizer::with_moments(self.rule, state.updates, moments)
    }
}
