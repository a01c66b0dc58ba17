//! What holds and changes the weights of a run: burn on a GPU, or a replica on the CPU.

use std::cell::OnceCell;
use std::rc::Rc;

use burn::tensor::{Device, Tensor, TensorData};
use cpu::message::{Setup, ToReplica};
use cpu::{Alone, BatchPart, Gradients, Leader, Lost, Replica, State, Team};
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

/// A replica, with the others that train with it and what shows it on burn's device.
pub(super) struct CpuTrainer {
    replica: Replica,
    /// What other replicas need to know, with an empty state.
    setup: Setup,
    followers: Option<Followers>,
    graph: Rc<Graph>,
    plan: Rc<Plan>,
    device: Device,
    /// The network as burn evaluates it, made when it is first asked for after a step.
    network: OnceCell<DeviceNetwork>,
}

/// Other replicas that train the same network.
struct Followers {
    team: Box<dyn Team>,
    /// Whether they have the weights and the optimizer as they are.
    are_current: bool,
    /// Number of exchanges since they got them.
    exchanges: u32,
}

impl CpuTrainer {
    pub(super) fn new(replica: Replica, setup: Setup, network: DeviceNetwork) -> Self {
        let (graph, plan) = network.graph_and_plan();
        let (device, network) = (Device::flex(), OnceCell::from(network));
        Self { replica, setup, followers: None, graph, plan, device, network }
    }

    /// Trains together with others from now on, or alone.
    pub(super) fn set_team(&mut self, team: Option<Box<dyn Team>>) {
        self.followers = team.map(|team| Followers { team, are_current: false, exchanges: 0 });
    }

    /// Returns the number of replicas.
    pub(super) fn replicas(&self) -> usize {
        self.followers.as_ref().map_or(1, |followers| followers.team.count())
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
        if let Some(followers) = &mut self.followers {
            followers.are_current = false;
        }
    }

    /// Makes one step, and returns what was computed in it. `parts` are those of all replicas.
    ///
    /// # Errors
    ///
    /// Returns [`Lost`] if another replica stopped. Nothing has changed then, and this one is alone.
    pub(super) async fn step(
        &mut self,
        parts: Vec<BatchPart>,
        learning_rate: f64,
    ) -> Result<Gradients, Lost> {
        let mut parts = parts.into_iter();
        let own = parts.next().expect("there is at least one replica");
        let step = match &mut self.followers {
            None => self.replica.step(own, learning_rate, &mut Alone).await,
            Some(followers) => {
                followers.begin(&self.setup, self.replica.state());
                for (rank, part) in (1..).zip(parts) {
                    followers.team.send(rank, &ToReplica::Step { part, learning_rate });
                }
                let Followers { team, exchanges, .. } = followers;
                let mut leader = Leader::new(team.as_mut(), exchanges);
                self.replica.step(own, learning_rate, &mut leader).await
            }
        };
        self.network = OnceCell::new();
        if step.is_err()
            && let Some(mut followers) = self.followers.take()
        {
            followers.team.give_up();
        }
        step
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
        Optimizer::with_moments(self.setup.optimizer, state.updates, moments)
    }
}

impl Followers {
    /// Hands the followers the run as it is, unless they have it.
    fn begin(&mut self, setup: &Setup, state: &State) {
        if self.are_current {
            return;
        }
        self.are_current = true;
        self.exchanges = 0;
        let count = self.team.count();
        for rank in 1..count {
            let setup = Setup { rank, count, state: state.clone(), ..setup.clone() };
            self.team.send(rank, &ToReplica::Begin(Box::new(setup)));
        }
    }
}
