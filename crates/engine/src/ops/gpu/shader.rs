//! WGSL text of the shaders. The shared parts are here, the individual shaders in the submodules.

mod conv;
mod images;
mod loss;
mod matrix;
mod norm;
mod pointwise;
mod rearrange;
mod text;
mod update;

use kernels::{Activation, BatchNorm, Concat, Conv, Loss, NearestUpsample, Pool, TransposedConv};

pub(super) use matrix::MatMul;
pub(super) use text::MIN_THREADS;
use text::{COOPERATIVE_GROUP, INDEPENDENT_GROUP, MAX_WORKGROUPS};

/// A shader with all numbers that it depends on. The comment at each variant lists the buffers that
/// it reads → the buffers that it writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Shader {
    /// x, kernels, bias (optional) → y. If `flipped`, the shader computes the gradient of the input
    /// of the convolution that has these kernels.
    Conv { conv: Conv, flipped: bool, bias: bool, relu: bool },
    /// x, gradient → sums `[batch · parts, kernels + outputs]`.
    ConvWeightGrad { conv: Conv, parts: usize },
    /// sums → kernels, bias
    ReduceWeightGrad { chunks: usize, kernels: usize, outputs: usize },
    /// left, right → sums `[parts, rows, columns]`
    MatMul(MatMul),
    /// sums, bias per column (optional) → y `[rows, columns]`
    ReduceSplitK { parts: usize, rows: usize, columns: usize, bias: bool, relu: bool },
    /// parameter, gradient, scalars, both moments → parameter, both moments. The betas are given by
    /// their bits.
    Adam { length: usize, beta_1: u32, beta_2: u32 },
    /// parameter, gradient, scalars, velocity → parameter, velocity
    Sgd { length: usize },
    /// x → y
    Activate { activation: Activation, length: usize },
    /// x or y, gradient of y → gradient of x
    ActivationGrad { activation: Activation, length: usize },
    /// a, b → products
    Multiply { length: usize },
    /// table, indices → rows
    GatherRows { count: usize, width: usize },
    /// a, b → concatenation of a and b
    Concat(Concat),
    /// gradient → gradients of a and b
    Split(Concat),
    /// x → y
    UpsampleNearest(NearestUpsample),
    /// gradient of y → gradient of x
    UpsampleNearestGrad(NearestUpsample),
    /// parts `[batch, outputs·4, height, width]`, bias → y `[batch, outputs, 2 height, 2 width]`
    PixelShuffle(TransposedConv),
    /// The inverse of `PixelShuffle`, without bias.
    PixelUnshuffle(TransposedConv),
    /// gradients of kernels `[outputs·4, inputs]` and bias `[outputs·4]` → those of the upsampling
    UpsampleWeightGrad { inputs: usize, outputs: usize },
    /// x → y
    Pool(Pool),
    /// x, gradient of y → gradient of x
    PoolGrad(Pool),
    /// x → mean, and sum of squared deviations from it `[channels, batch · parts, 2]`
    NormMoments { norm: BatchNorm, parts: usize },
    /// moments, running mean and variance → mean, variance, updated running mean and variance
    NormStatistics { norm: BatchNorm, parts: usize },
    /// x, mean, variance, scale, shift → y
    NormApply(BatchNorm),
    /// x, y, gradient, mean → sum of the gradient, and of the gradient times x − mean `[channels,
    /// batch · parts, 2]`
    NormGradSums { norm: BatchNorm, parts: usize },
    /// sums, mean, variance, scale → gradients of scale and shift, coefficients `[3, channels]`
    NormParamGrad { norm: BatchNorm, parts: usize },
    /// x, y, gradient, coefficients → gradient of x
    NormInputGrad(BatchNorm),
    /// logits, targets, weights → sums `[threads, kept]`
    LossPartialSums { loss: Loss, groups: usize },
    /// sums `[threads, kept]` → value `[1]`, sums
    LossValue { loss: Loss, groups: usize },
    /// logits, targets, weights, sums, grad → gradient of the logits
    LossGrad(Loss),
}

impl Shader {
    /// Returns the number of threads per workgroup.
    pub(super) fn workgroup_size(&self) -> u32 {
        let size = match self {
            Shader::Conv { .. }
            | Shader::ConvWeightGrad { .. }
            | Shader::MatMul(_)
            | Shader::NormStatistics { .. }
            | Shader::NormParamGrad { .. }
            | Shader::LossValue { .. } => COOPERATIVE_GROUP,
            _ => INDEPENDENT_GROUP,
        };
        size as u32
    }

    /// Returns the number of workgroups along each axis.
    pub(super) fn workgroups(&self) -> [u32; 3] {
        let independent =
            |threads: usize| [threads.div_ceil(INDEPENDENT_GROUP).clamp(1, MAX_WORKGROUPS), 1, 1];
        let counts = match *self {
            Shader::Conv { conv, .. } => {
                let [height, width] = conv.output_size();
                let threads = height * width.div_ceil(conv::pixels(width));
                [threads.div_ceil(COOPERATIVE_GROUP), conv.outputs.div_ceil(4), conv.batch]
            }
            Shader::ConvWeightGrad { conv, parts } => {
                let rows = conv.outputs.div_ceil(4) * conv.inputs * conv.kernel;
                [rows.div_ceil(COOPERATIVE_GROUP), conv.batch, parts]
            }
            Shader::MatMul(MatMul { rows, columns, parts, .. }) => {
                let [tall, wide] = MatMul::TILE;
                [columns.div_ceil(wide).div_ceil(COOPERATIVE_GROUP), rows.div_ceil(tall), parts]
            }
            Shader::ReduceSplitK { rows, columns, .. } => independent(rows * columns),
            Shader::Adam { length, .. }
            | Shader::Sgd { length }
            | Shader::Activate { length, .. }
            | Shader::ActivationGrad { length, .. }
            | Shader::Multiply { length } => independent(length),
            Shader::GatherRows { count, width } => independent(count * width),
            Shader::Concat(join) | Shader::Split(join) => {
                independent(join.batch * (join.lengths[0] + join.lengths[1]))
            }
            Shader::UpsampleNearest(nearest) => {
                independent(4 * nearest.shape.iter().product::<usize>())
            }
            Shader::UpsampleNearestGrad(nearest) => independent(nearest.shape.iter().product()),
            Shader::UpsampleWeightGrad { inputs, outputs } => independent(4 * inputs * outputs),
            Shader::PixelShuffle(up) | Shader::PixelUnshuffle(up) => {
                independent(images::upsampled_len(&up))
            }
            Shader::ReduceWeightGrad { kernels, outputs, .. } => independent(kernels + outputs),
            Shader::Pool(pool) => independent(images::windows(&pool, false)),
            Shader::PoolGrad(pool) => independent(images::windows(&pool, true)),
            Shader::NormMoments { norm, parts } | Shader::NormGradSums { norm, parts } => {
                independent(norm.batch * norm.channels * parts)
            }
            Shader::NormStatistics { norm, .. } | Shader::NormParamGrad { norm, .. } => {
                [norm.channels, 1, 1]
            }
            Shader::NormApply(norm) | Shader::NormInputGrad(norm) => independent(norm::runs(&norm)),
            Shader::LossPartialSums { groups, .. } => [groups, 1, 1],
            Shader::LossValue { .. } => [1, 1, 1],
            Shader::LossGrad(loss) => independent(loss.batch * loss.pixels),
        };
        counts.map(|count| count as u32)
    }

    /// Returns the WGSL text.
    pub(super) fn text(&self) -> String {
        match *self {
            Shader::Conv { conv, flipped, bias, relu } => conv::conv(&conv, flipped, bias, relu),
            Shader::ConvWeightGrad { conv, parts } => conv::weight_grad(&conv, parts),
            Shader::ReduceWeightGrad { chunks, kernels, outputs } => {
                conv::reduce_weight_grad(chunks, kernels, outputs)
            }
            Shader::MatMul(product) => matrix::matmul(&product),
            Shader::ReduceSplitK { parts, rows, columns, bias, relu } => {
                matrix::reduce_split_k(parts, rows, columns, bias, relu)
            }
            Shader::Adam { length, beta_1, beta_2 } => {
                update::adam(length, f32::from_bits(beta_1), f32::from_bits(beta_2))
            }
            Shader::Sgd { length } => update::sgd(length),
            Shader::Activate { activation, length } => pointwise::activate(activation, length),
            Shader::ActivationGrad { activation, length } => {
                pointwise::activation_grad(activation, length)
            }
            Shader::Multiply { length } => pointwise::multiply(length),
            Shader::GatherRows { count, width } => rearrange::gather_rows(count, width),
            Shader::Concat(join) => rearrange::concat(&join),
            Shader::Split(join) => rearrange::split(&join),
            Shader::UpsampleNearest(nearest) => rearrange::upsample_nearest(&nearest),
            Shader::UpsampleNearestGrad(nearest) => rearrange::upsample_nearest_grad(&nearest),
            Shader::UpsampleWeightGrad { inputs, outputs } => {
                images::upsample_weight_grad(inputs, outputs)
            }
            Shader::PixelShuffle(up) => images::pixel_shuffle(&up),
            Shader::PixelUnshuffle(up) => images::pixel_unshuffle(&up),
            Shader::Pool(pool) => images::pool(&pool),
            Shader::PoolGrad(pool) => images::pool_grad(&pool),
            Shader::NormMoments { norm, parts } => norm::moments(&norm, parts),
            Shader::NormStatistics { norm, parts } => norm::statistics(&norm, parts),
            Shader::NormApply(norm) => norm::apply(&norm),
            Shader::NormGradSums { norm, parts } => norm::grad_sums(&norm, parts),
            Shader::NormParamGrad { norm, parts } => norm::param_grad(&norm, parts),
            Shader::NormInputGrad(norm) => norm::input_grad(&norm),
            Shader::LossPartialSums { loss, groups } => loss::partial_sums(&loss, groups),
            Shader::LossValue { loss, groups } => loss::value(&loss, groups),
            Shader::LossGrad(loss) => loss::grad(&loss),
        }
    }
}
