//! Backward pass: gradients of the loss of a batch with respect to all weights.

use kernels::BatchNorm;
use model::graph::{Op, PlanStep};

use crate::exchange::{Exchange, Lost};
use crate::forward::Forward;
use crate::replica::{BatchPart, DenseFactors, Gradients, Replica};
use crate::shards::{self, Summands};

impl Replica {
    /// Computes the gradients from the values of the forward pass, the sums of the loss and the number
    /// of right answers.
    pub(crate) async fn backward(
        &self,
        part: &BatchPart,
        forward: Forward,
        (loss_sums, correct): (Vec<f32>, usize),
        exchange: &mut dyn Exchange,
    ) -> Result<Gradients, Lost> {
        let Forward { mut slots, mut kept, running } = forward;
        let (rank, replicas) = exchange.rank_and_count();
        let own = shards::images_of_replica(rank, replicas, part.batch);
        let head = self.graph.head();
        let logits = std::mem::take(&mut slots[head]);
        let pixels = self.graph.len(head) / self.loss.class_weights.len();
        let loss = self.loss.of(own.len(), pixels);
        let weights = &self.loss.class_weights;
        let mut gradients = vec![Vec::new(); self.plan.slots];
        gradients[head] = loss.backward(&logits, &part.targets, weights, &loss_sums, 1.0);

        let mut values = vec![0.0; self.state().values.len()];
        let mut sums = ShardSums::new(self, part.batch, [rank, replicas]);
        let mut dense = Vec::new();
        // No gradient is needed before the first step that is trained.
        let first = self.plan.steps.iter().position(|step| self.is_trained(step));
        let first = first.unwrap_or(self.plan.steps.len());
        for (place, step) in self.plan.steps.iter().enumerate().skip(first).rev() {
            // The logits are the output of no ReLU.
            let y = std::mem::take(&mut slots[step.output]);
            let operation = self.operation(step, own.len());
            let gradient = std::mem::take(&mut gradients[step.output]);
            let gradient = operation.before_relu(&y, gradient);
            let inputs: Vec<&[f32]> =
                step.inputs.iter().map(|input| slots[input.slot].as_slice()).collect();
            let needs_inputs = place > first && step.inputs.iter().any(|input| input.slot != 0);
            let is_trained = self.is_trained(step);
            let found = match step.op {
                Op::BatchNorm => {
                    let x = inputs[0];
                    let found = self.norm_backward(
                        step,
                        part.batch,
                        [x, &gradient],
                        &kept[place],
                        exchange,
                    );
                    let (x, parameters) = found.await?;
                    for (index, found) in step.parameters.clone().zip(parameters) {
                        values[self.graph.parameters()[index].values.clone()]
                            .copy_from_slice(&found);
                    }
                    vec![x]
                }
                Op::Dropout { .. } => vec![kernels::multiply(&gradient, &kept[place][0])],
                _ => {
                    if is_trained && !Self::is_dense(step) {
                        sums.add(self, place, &inputs, &y, &gradient);
                    }
                    if needs_inputs {
                        operation.backward_inputs(&self.state().values, &inputs, &y, &gradient)
                    } else {
                        Vec::new()
                    }
                }
            };
            if is_trained && Self::is_dense(step) {
                dense.push(DenseFactors { step: place, x: inputs[0].to_vec(), gradient });
            }
            kept[place] = Default::default();
            for (input, found) in step.inputs.iter().zip(found).filter(|(input, _)| input.slot != 0)
            {
                let sum = &mut gradients[input.slot];
                if sum.is_empty() {
                    *sum = found;
                } else {
                    shards::add(sum, &found);
                }
            }
        }
        self.sum_gradients(part.batch, sums, &mut values, &mut dense, exchange).await?;
        let loss = loss.value(&loss_sums);
        Ok(Gradients { loss, correct, logits, values, dense, running })
    }

    /// Returns the gradient of the input of a batch norm, and those of scale and shift, from its input
    /// and the gradient of its output before ReLU.
    async fn norm_backward(
        &self,
        step: &PlanStep,
        batch: usize,
        [x, gradient]: [&[f32]; 2],
        statistics: &[Vec<f32>; 2],
        exchange: &mut dyn Exchange,
    ) -> Result<(Vec<f32>, [Vec<f32>; 2]), Lost> {
        let (rank, replicas) = exchange.rank_and_count();
        let own = shards::images_of_replica(rank, replicas, batch);
        let len = step.shape.len();
        let by = self.batch_norm_parameters(step, statistics);
        let channels = by.mean.len();
        let shard = |shard: usize| {
            let images = shards::images(shard, batch);
            if images.is_empty() {
                return Vec::new();
            }
            let range = (images.start - own.start) * len..(images.end - own.start) * len;
            let norm = self.norm_of(step, images.len());
            let sums = norm.gradient_sums(&x[range.clone()], &gradient[range], by.mean);
            sums.iter().flatten().map(|sum| *sum as f32).collect()
        };
        let shards = shards::of_replica(rank, replicas).map(shard).collect();
        let summands = Summands { shards, rows: Vec::new() };
        let sums = shards::sum(exchange, batch, 2 * channels, summands, &shards::add).await?.sum;
        let (shift, products) = sums.split_at(channels);
        let scale = BatchNorm::scale_gradient(products, by.variance);
        let count = self.norm_of(step, batch).count();
        let norm = self.norm_of(step, own.len());
        let x = norm.input_gradient(x, gradient, &by, [shift, &scale], count);
        Ok((x, [scale, shift.to_vec()]))
    }

    /// Adds up the gradients of all replicas.
    async fn sum_gradients(
        &self,
        batch: usize,
        sums: ShardSums,
        values: &mut [f32],
        dense: &mut [DenseFactors],
        exchange: &mut dyn Exchange,
    ) -> Result<(), Lost> {
        let (_, replicas) = exchange.rank_and_count();
        let mut rows = Vec::new();
        if replicas > 1 {
            for factors in dense.iter() {
                rows.extend_from_slice(&factors.x);
                rows.extend_from_slice(&factors.gradient);
            }
        }
        let summands = Summands { shards: sums.shards, rows };
        let sum = shards::sum(exchange, batch, sums.len, summands, &shards::add).await?;
        for (index, start) in sums.starts {
            let range = self.graph.parameters()[index].values.clone();
            let len = range.len();
            values[range].copy_from_slice(&sum.sum[start..start + len]);
        }
        if replicas == 1 {
            return Ok(());
        }
        // The rows of each replica, one after the other.
        let mut rest = sum.rows.as_slice();
        let mut all: Vec<[Vec<f32>; 2]> = vec![Default::default(); dense.len()];
        for rank in 0..replicas {
            let count = shards::images_of_replica(rank, replicas, batch).len();
            for (factors, all) in dense.iter().zip(&mut all) {
                let step = &self.plan.steps[factors.step];
                let lens = [step.inputs[0].shape.len(), step.shape.len()];
                for (all, len) in all.iter_mut().zip(lens) {
                    let (values, after) = rest.split_at_checked(count * len).ok_or(Lost)?;
                    all.extend_from_slice(values);
                    rest = after;
                }
            }
        }
        for (factors, [x, gradient]) in dense.iter_mut().zip(all) {
            (factors.x, factors.gradient) = (x, gradient);
        }
        Ok(())
    }
}

/// Gradients of the parameters of convolutions, for each shard of a replica.
struct ShardSums {
    batch: usize,
    rank_and_count: [usize; 2],
    /// Index of a parameter, and where its gradient begins in a shard's values.
    starts: Vec<(usize, usize)>,
    len: usize,
    shards: Vec<Vec<f32>>,
}

impl ShardSums {
    fn new(replica: &Replica, batch: usize, [rank, replicas]: [usize; 2]) -> Self {
        let mut starts = Vec::new();
        let mut len = 0;
        for step in &replica.plan.steps {
            if Replica::is_dense(step) || step.op == Op::BatchNorm {
                continue;
            }
            for index in step.parameters.clone() {
                starts.push((index, len));
                len += replica.graph.parameters()[index].values.len();
            }
        }
        let shards = shards::of_replica(rank, replicas)
            .map(|shard| vec![0.0; if shards::images(shard, batch).is_empty() { 0 } else { len }]);
        Self { batch, rank_and_count: [rank, replicas], starts, len, shards: shards.collect() }
    }

    /// Computes the gradients of the parameters of a step.
    fn add(
        &mut self,
        replica: &Replica,
        place: usize,
        inputs: &[&[f32]],
        y: &[f32],
        gradient: &[f32],
    ) {
        let step = &replica.plan.steps[place];
        if step.parameters.is_empty() {
            return;
        }
        let [rank, replicas] = self.rank_and_count;
        let first = shards::images_of_replica(rank, replicas, self.batch).start;
        for (shard, values) in shards::of_replica(rank, replicas).zip(&mut self.shards) {
            let images = shards::images(shard, self.batch);
            if images.is_empty() {
                continue;
            }
            let of = |len: usize| (images.start - first) * len..(images.end - first) * len;
            let inputs: Vec<&[f32]> = inputs
                .iter()
                .zip(&step.inputs)
                .map(|(input, operand)| &input[of(operand.shape.len())])
                .collect();
            let range = of(step.shape.len());
            let y = if y.is_empty() { y } else { &y[range.clone()] };
            let operation = replica.operation(step, images.len());
            let weights = &replica.state().values;
            let found = operation.backward_parameters(weights, &inputs, y, &gradient[range]);
            for (index, found) in step.parameters.clone().zip(found) {
                let start =
                    self.starts.iter().find(|(of, _)| *of == index).map_or(0, |(_, at)| *at);
                values[start..start + found.len()].copy_from_slice(&found);
            }
        }
    }
}
