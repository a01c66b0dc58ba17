//! One of the replicas that train a network together.

use std::ops::Range;

use model::graph::{Graph, Op, Plan, PlanStep};
use model::score::argmax;
use serde::{Deserialize, Serialize};

use crate::exchange::{Exchange, Lost};
use crate::loss::BatchLoss;
use crate::operation::Operation;
use crate::optimizer::Hyperparameters;
use crate::shards::{self, Summands};

/// What training changes: weights and optimizer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Values of all parameters, in the order and layout of a checkpoint.
    pub values: Vec<f32>,
    /// Moments of all values: two for Adam, the velocity for SGD. Those of running statistics stay 0.
    pub moments: Vec<Vec<f32>>,
    /// Number of updates made.
    pub updates: i32,
}

impl State {
    /// Returns these weights with a new optimizer.
    fn new(values: Vec<f32>, rule: model::Optimizer) -> Self {
        let count = Hyperparameters::new(rule, 0.0, 1).moment_count();
        Self { moments: vec![vec![0.0; values.len()]; count], values, updates: 0 }
    }
}

/// The part of a batch that a replica computes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatchPart {
    /// Number of images in the whole batch.
    pub batch: usize,
    /// Images of this replica, from 0 to 1, `[images, 1, height, width]`; see
    /// [`shards::images_of_replica`].
    pub images: Vec<f32>,
    /// Their classes, one an image or one a pixel.
    pub targets: Vec<f32>,
    /// Number that the masks of dropout follow from, together with the seed.
    pub step: u64,
}

/// A replica of a network in training.
#[derive(Clone, Debug)]
pub struct Replica {
    pub(crate) graph: Graph,
    pub(crate) plan: Plan,
    pub(crate) loss: BatchLoss,
    pub(crate) seed: u32,
    rule: model::Optimizer,
    state: State,
    /// Whether training leaves each parameter of the graph as it is. Empty if it changes all.
    frozen: Vec<bool>,
}

/// Inputs and gradients of outputs of a dense layer, for all images of a batch. The gradient of its
/// weights is their product.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DenseFactors {
    /// Index of the step in the plan.
    pub step: usize,
    /// `[batch, inputs]`
    pub x: Vec<f32>,
    /// `[batch, outputs]`
    pub gradient: Vec<f32>,
}

/// Loss and gradients of a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Gradients {
    /// Mean loss of the batch.
    pub loss: f32,
    /// Number of targets whose logit is the largest.
    pub correct: usize,
    /// Logits of the images of this replica.
    pub logits: Vec<f32>,
    /// Gradients in the layout of [`State::values`]; 0 for running statistics, and for dense layers,
    /// see `dense`.
    pub(crate) values: Vec<f32>,
    pub(crate) dense: Vec<DenseFactors>,
    /// New running statistics, with the indices of their parameters.
    pub(crate) running: Vec<(usize, Vec<f32>)>,
}

impl Replica {
    /// Creates a replica with these weights and a new optimizer. `values` are those of a checkpoint.
    pub fn new(
        graph: Graph,
        values: Vec<f32>,
        loss: BatchLoss,
        rule: model::Optimizer,
        seed: u32,
    ) -> Self {
        let state = State::new(values, rule);
        Self { plan: Plan::fused(&graph), graph, loss, seed, rule, state, frozen: Vec::new() }
    }

    /// Chooses the parameters of the graph that training leaves as they are, as `requires_grad=False`
    /// does in PyTorch. Running statistics of batch norm follow the images all the same, also as in
    /// PyTorch.
    pub fn freeze(&mut self, frozen: Vec<bool>) {
        self.frozen = frozen;
    }

    fn is_frozen(&self, parameter: usize) -> bool {
        self.frozen.get(parameter).is_some_and(|is_frozen| *is_frozen)
    }

    /// Returns whether training changes any parameter of a step.
    pub(crate) fn is_trained(&self, step: &PlanStep) -> bool {
        step.parameters.clone().any(|index: usize| {
            self.graph.parameters()[index].kind.is_learned() && !self.is_frozen(index)
        })
    }

    /// Returns weights and optimizer.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Replaces weights and optimizer.
    pub fn set_state(&mut self, state: State) {
        self.state = state;
    }

    /// Replaces the weights, and starts with a new optimizer.
    pub fn set_values(&mut self, values: Vec<f32>) {
        self.state = State::new(values, self.rule);
    }

    /// Makes one step together with the other replicas, and returns what was computed in it.
    ///
    /// # Errors
    ///
    /// Returns [`Lost`] if another replica stopped. Nothing has changed then, and the step can be made
    /// again.
    pub async fn step(
        &mut self,
        part: BatchPart,
        learning_rate: f64,
        exchange: &mut dyn Exchange,
    ) -> Result<Gradients, Lost> {
        let gradients = self.gradients(part, exchange).await?;
        self.update(&gradients, learning_rate);
        Ok(gradients)
    }

    /// Computes loss and gradients of a batch together with the other replicas, and changes nothing.
    ///
    /// # Errors
    ///
    /// Returns [`Lost`] if another replica stopped.
    pub async fn gradients(
        &self,
        part: BatchPart,
        exchange: &mut dyn Exchange,
    ) -> Result<Gradients, Lost> {
        let forward = self.forward(&part, exchange).await?;
        let logits = forward.slots[self.graph.head()].as_slice();
        let loss = self.loss_sums(&part, logits, exchange).await?;
        self.backward(&part, forward, loss, exchange).await
    }

    /// Returns the gradient of a parameter, in the layout of [`State::values`].
    pub fn parameter_gradient(&self, gradients: &Gradients, index: usize) -> Vec<f32> {
        let is_of =
            |factors: &&DenseFactors| self.plan.steps[factors.step].parameters.contains(&index);
        if let Some(factors) = gradients.dense.iter().find(is_of) {
            let step = &self.plan.steps[factors.step];
            let [weight, bias] = self.dense_gradients(factors);
            return if index == step.parameters.start { weight } else { bias };
        }
        gradients.values[self.graph.parameters()[index].values.clone()].to_vec()
    }

    fn dense_gradients(&self, DenseFactors { step, x, gradient }: &DenseFactors) -> [Vec<f32>; 2] {
        let step = &self.plan.steps[*step];
        let (inputs, outputs) = (step.inputs[0].shape.len(), step.shape.len());
        let found = kernels::dense_backward_weights(x, gradient, inputs, outputs);
        [found.weight, found.bias]
    }

    /// Updates weights, running statistics and optimizer.
    fn update(&mut self, gradients: &Gradients, learning_rate: f64) {
        // After two billion steps the bias corrections of Adam are 1.
        self.state.updates = self.state.updates.saturating_add(1);
        let by = Hyperparameters::new(self.rule, learning_rate as f32, self.state.updates);
        // Parameters that the loop at the end leaves as they are.
        let mut is_done: Vec<bool> =
            (0..self.graph.parameters().len()).map(|index| self.is_frozen(index)).collect();
        let State { values, moments, .. } = &mut self.state;
        let mut update = |range: Range<usize>, gradient: &[f32]| {
            let mut moments: Vec<&mut [f32]> =
                moments.iter_mut().map(|moment| &mut moment[range.clone()]).collect();
            by.update(&mut values[range], gradient, &mut moments);
        };
        let parameters = self.graph.parameters();
        for DenseFactors { step, x, gradient } in &gradients.dense {
            let step = &self.plan.steps[*step];
            let (weight, bias) = (step.parameters.start, step.parameters.start + 1);
            let (inputs, outputs) = (step.inputs[0].shape.len(), step.shape.len());
            // Each part of a gradient is used up while it is in the cache.
            let first = parameters[weight].values.start;
            kernels::dense_weight_gradient(x, gradient, [inputs, outputs], |at, rows| {
                update(first + at..first + at + rows.len(), rows);
            });
            let found = kernels::dense_backward_bias(gradient, outputs);
            update(parameters[bias].values.clone(), &found);
            (is_done[weight], is_done[bias]) = (true, true);
        }
        for (parameter, is_done) in parameters.iter().zip(is_done) {
            if parameter.kind.is_learned() && !is_done {
                let range = parameter.values.clone();
                update(range.clone(), &gradients.values[range]);
            }
        }
        for (index, new) in &gradients.running {
            values[self.graph.parameters()[*index].values.clone()].copy_from_slice(new);
        }
    }

    pub(crate) fn operation<'a>(&'a self, step: &'a PlanStep, batch: usize) -> Operation<'a> {
        let parameters = &self.graph.parameters()[step.parameters.clone()];
        Operation { step, parameters, batch }
    }

    /// Returns the sums of the loss over the batch, and the number of right answers in it.
    async fn loss_sums(
        &self,
        part: &BatchPart,
        logits: &[f32],
        exchange: &mut dyn Exchange,
    ) -> Result<(Vec<f32>, usize), Lost> {
        let (rank, replicas) = exchange.rank_and_count();
        let classes = self.loss.class_weights.len();
        let pixels = self.graph.len(self.graph.head()) / classes;
        let first = shards::images_of_replica(rank, replicas, part.batch).start;
        let shard_sums = |shard: usize| {
            let images = shards::images(shard, part.batch);
            let (start, count) = (images.start - first, images.len());
            let logits = &logits[start * classes * pixels..][..count * classes * pixels];
            let targets = &part.targets[start * pixels..][..count * pixels];
            if images.is_empty() {
                return Vec::new();
            }
            let loss = self.loss.of(count, pixels);
            let mut sums = loss.sums(logits, targets, &self.loss.class_weights);
            // Only images of one pixel have a class of their own.
            let rows = logits.chunks_exact(classes).zip(targets).filter(|_| pixels == 1);
            let correct = rows.filter(|(row, target)| argmax(row) == Some(**target as usize));
            sums.push(correct.count() as f32);
            sums
        };
        let shards = shards::of_replica(rank, replicas).map(shard_sums).collect();
        let len = self.loss.of(1, pixels).sum_count() + 1;
        let summands = Summands { shards, rows: Vec::new() };
        let mut sums = shards::sum(exchange, part.batch, len, summands, &shards::add).await?.sum;
        let correct = sums.pop().unwrap_or_default() as usize;
        Ok((sums, correct))
    }

    /// Returns whether the gradient of a step's parameters is computed from what the whole batch has
    /// as inputs and gradients.
    pub(crate) fn is_dense(step: &PlanStep) -> bool {
        matches!(step.op, Op::Dense { .. })
    }
}
