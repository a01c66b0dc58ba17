//! Numbers of threads and workgroups.

use crate::matrix::MatMul;
use crate::shader::Shader;
use crate::text::{COOPERATIVE_GROUP, INDEPENDENT_GROUP, MAX_WORKGROUPS};
use crate::{average_pool, conv, conv_input_grad, depthwise, images, norm};

impl Shader {
    /// Returns the number of threads per workgroup.
    pub fn workgroup_size(&self) -> u32 {
        let size = match self {
            Shader::Conv { .. }
            | Shader::ConvWeightGrad { .. }
            | Shader::MatMul(_)
            | Shader::GlobalAveragePool(_)
            | Shader::NormStatistics { .. }
            | Shader::NormParamGrad { .. }
            | Shader::LossValue { .. } => COOPERATIVE_GROUP,
            _ => INDEPENDENT_GROUP,
        };
        size as u32
    }

    /// Returns the number of workgroups along each axis.
    pub fn workgroups(&self) -> [u32; 3] {
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
            Shader::ConvInputGrad(conv) => independent(conv_input_grad::threads(&conv)),
            Shader::DepthwiseConv { conv, .. } => independent(depthwise::outputs(&conv)),
            Shader::DepthwiseInputGrad(conv) => independent(depthwise::inputs(&conv)),
            Shader::DepthwiseWeightGrad { conv, parts } => {
                independent(depthwise::weight_threads(&conv, parts))
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
            | Shader::Add { length, .. }
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
            Shader::AveragePool(pool) => independent(average_pool::windows(&pool)),
            Shader::AveragePoolGrad(pool) => independent(pool.shape.iter().product()),
            Shader::GlobalAveragePool(pool) => [pool.shape[1], pool.shape[0], 1],
            Shader::GlobalAveragePoolGrad(pool) => independent(pool.shape.iter().product()),
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
}
