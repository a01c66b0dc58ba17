//! Forward pass in training mode: batch norm uses the statistics of the whole batch, and dropout
//! drops values.

use data::rng::{Purpose, Rng};
use kernels::{BatchNorm, NormParameters};
use model::graph::{Op, PlanStep};

use crate::dropout_mask::dropout_mask;
use crate::exchange::{Exchange, Lost};
use crate::replica::{BatchPart, Replica};
use crate::shards::{self, Summands};

/// What the backward pass needs.
pub(crate) struct Forward {
    /// Output of each step that was computed, in its slot, for the images of the replica.
    pub slots: Vec<Vec<f32>>,
    /// For each step, factors of dropout, or mean and variance of batch norm; otherwise empty.
    pub kept: Vec<[Vec<f32>; 2]>,
    /// New running statistics, with the indices of their parameters.
    pub running: Vec<(usize, Vec<f32>)>,
}

impl Replica {
    pub(crate) async fn forward(
        &self,
        part: &BatchPart,
        exchange: &mut dyn Exchange,
    ) -> Result<Forward, Lost> {
        let (rank, replicas) = exchange.rank_and_count();
        let own = shards::images_of_replica(rank, replicas, part.batch);
        let values = &self.state().values;
        let mut slots = vec![Vec::new(); self.plan.slots];
        slots[0] = part.images.clone();
        let mut kept = Vec::with_capacity(self.plan.steps.len());
        let mut running = Vec::new();
        let mut dropout = Rng::stream(self.seed, Purpose::Dropout, part.step);
        for step in &self.plan.steps {
            let operation = self.operation(step, own.len());
            let inputs: Vec<&[f32]> =
                step.inputs.iter().map(|input| slots[input.slot].as_slice()).collect();
            let mut keep = [Vec::new(), Vec::new()];
            let output = match step.op {
                Op::BatchNorm => {
                    let x = inputs[0];
                    keep = self.batch_statistics(step, part.batch, x, exchange).await?;
                    let [mean, variance] = &keep;
                    running.extend(self.new_running(step, part.batch, [mean, variance]));
                    operation.norm().forward(x, &self.batch_norm_parameters(step, &keep))
                }
                Op::Dropout { percent } => {
                    // Every replica draws the factors of the whole batch, so that they do not depend
                    // on the number of replicas.
                    let len = step.shape.len();
                    let probability = f64::from(percent) / 100.0;
                    let factors = dropout_mask(part.batch * len, probability, &mut dropout);
                    keep[0] = factors[own.start * len..own.end * len].to_vec();
                    kernels::multiply(inputs[0], &keep[0])
                }
                _ => operation.forward(values, &inputs),
            };
            kept.push(keep);
            slots[step.output] = output;
        }
        Ok(Forward { slots, kept, running })
    }

    /// Returns mean and biased variance of each channel over the whole batch.
    async fn batch_statistics(
        &self,
        step: &PlanStep,
        batch: usize,
        x: &[f32],
        exchange: &mut dyn Exchange,
    ) -> Result<[Vec<f32>; 2], Lost> {
        let (rank, replicas) = exchange.rank_and_count();
        let first = shards::images_of_replica(rank, replicas, batch).start;
        let len = step.shape.len();
        let channels = self.norm_of(step, 1).channels;
        let shard = |shard: usize| {
            let images = shards::images(shard, batch);
            if images.is_empty() {
                return Vec::new();
            }
            let norm = self.norm_of(step, images.len());
            let x = &x[(images.start - first) * len..(images.end - first) * len];
            let [mean, variance] = norm.statistics(x);
            let mut values = vec![norm.count() as f32];
            values.extend(mean);
            values.extend(variance);
            values
        };
        let shards = shards::of_replica(rank, replicas).map(shard).collect();
        let summands = Summands { shards, rows: Vec::new() };
        let merge = merge_statistics;
        let merged = shards::sum(exchange, batch, 1 + 2 * channels, summands, &merge).await?.sum;
        let (mean, variance) = merged.get(1..).unwrap_or_default().split_at(channels);
        Ok([mean.to_vec(), variance.to_vec()])
    }

    fn new_running(
        &self,
        step: &PlanStep,
        batch: usize,
        statistics: [&Vec<f32>; 2],
    ) -> [(usize, Vec<f32>); 2] {
        let values =
            |index: usize| &self.state().values[self.graph.parameters()[index].values.clone()];
        let [mean, variance] = [2, 3].map(|index| step.parameters.start + index);
        let new = self
            .norm_of(step, batch)
            .updated_running([values(mean), values(variance)], statistics.map(Vec::as_slice));
        let [new_mean, new_variance] = new;
        [(mean, new_mean), (variance, new_variance)]
    }

    /// Returns the batch norm of a step in training mode.
    pub(crate) fn norm_of(&self, step: &PlanStep, batch: usize) -> BatchNorm {
        BatchNorm { running: false, ..self.operation(step, batch).norm() }
    }

    /// Returns the learned parameters of a batch norm with these statistics.
    pub(crate) fn batch_norm_parameters<'a>(
        &'a self,
        step: &'a PlanStep,
        [mean, variance]: &'a [Vec<f32>; 2],
    ) -> NormParameters<'a> {
        let learned = self.operation(step, 1).norm_parameters(&self.state().values);
        NormParameters { mean, variance, ..learned }
    }
}

/// Merges number of values, means and variances of two parts of a batch (Chan, Golub & LeVeque 1983).
fn merge_statistics(a: &mut [f32], b: &[f32]) {
    let channels = a.len() / 2;
    let (count_a, count_b) = (f64::from(a[0]), f64::from(b[0]));
    let count = count_a + count_b;
    let share = count_b / count;
    a[0] = count as f32;
    for channel in 1..=channels {
        let [mean_a, mean_b] = [a[channel], b[channel]].map(f64::from);
        let [variance_a, variance_b] =
            [a[channels + channel], b[channels + channel]].map(f64::from);
        let distance = mean_b - mean_a;
        a[channel] = (mean_a + distance * share) as f32;
        let within = variance_a * (1.0 - share) + variance_b * share;
        a[channels + channel] = (within + distance * distance * share * (1.0 - share)) as f32;
    }
}
