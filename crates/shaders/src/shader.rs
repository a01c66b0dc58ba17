//! The list of shaders, and the text of each.

use kernels::{
    Activation, AveragePool, BatchNorm, Concat, Conv, DepthwiseConv, GlobalAveragePool, Loss,
    NearestUpsample, Pool, TransposedConv,
};

use crate::matrix::MatMul;
use crate::{
    average_pool, conv, conv_input_grad, depthwise, images, loss, matrix, norm, pointwise,
    rearrange, update,
};

/// A shader with all numbers that it depends on. The comment at each variant lists the buffers that
/// it reads → the buffers that it writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shader {
    /// x, kernels, bias (optional) → y
    Conv {
        /// Shape of the convolution.
        conv: Conv,
        /// Whether the kernels are those of the convolution whose input gradient this one computes.
        flipped: bool,
        /// Whether a bias is added.
        bias: bool,
        /// Whether ReLU follows.
        relu: bool,
    },
    /// gradient, kernels → gradient of x, for any stride
    ConvInputGrad(Conv),
    /// x, gradient → sums `[batch · parts, kernels + outputs]`
    ConvWeightGrad {
        /// Shape of the convolution.
        conv: Conv,
        /// Number of parts of an image, see [`conv_parts`](crate::conv_parts).
        parts: usize,
    },
    /// sums → kernels, bias
    ReduceWeightGrad {
        /// Number of rows of sums.
        chunks: usize,
        /// Number of values of all kernels.
        kernels: usize,
        /// Number of output channels.
        outputs: usize,
    },
    /// x, kernels, bias → y
    DepthwiseConv {
        /// Shape of the convolution.
        conv: DepthwiseConv,
        /// Whether ReLU follows.
        relu: bool,
    },
    /// gradient, kernels → gradient of x
    DepthwiseInputGrad(DepthwiseConv),
    /// x, gradient → sums `[batch · parts, kernels + channels]`
    DepthwiseWeightGrad {
        /// Shape of the convolution.
        conv: DepthwiseConv,
        /// Number of parts of an image, see [`depthwise_parts`](crate::depthwise_parts).
        parts: usize,
    },
    /// left, right → sums `[parts, rows, columns]`
    MatMul(MatMul),
    /// sums, bias per column (optional) → y `[rows, columns]`
    ReduceSplitK {
        /// Number of parts of each sum.
        parts: usize,
        /// Number of rows.
        rows: usize,
        /// Number of columns.
        columns: usize,
        /// Whether a bias is added.
        bias: bool,
        /// Whether ReLU follows.
        relu: bool,
    },
    /// parameter, gradient, scalars, both moments → parameter, both moments
    Adam {
        /// Number of values.
        length: usize,
        /// Decay rate of the first moment, as the bits of a float.
        beta_1: u32,
        /// Decay rate of the second moment, as the bits of a float.
        beta_2: u32,
    },
    /// parameter, gradient, scalars, velocity → parameter, velocity
    Sgd {
        /// Number of values.
        length: usize,
    },
    /// x → y
    Activate {
        /// Activation function.
        activation: Activation,
        /// Number of values.
        length: usize,
    },
    /// x or y, gradient of y → gradient of x
    ActivationGrad {
        /// Activation function.
        activation: Activation,
        /// Number of values.
        length: usize,
    },
    /// a, b → sums
    Add {
        /// Number of values.
        length: usize,
        /// Whether ReLU follows.
        relu: bool,
    },
    /// a, b → products
    Multiply {
        /// Number of values.
        length: usize,
    },
    /// table, indices → rows
    GatherRows {
        /// Number of rows to gather.
        count: usize,
        /// Number of values per row.
        width: usize,
    },
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
    UpsampleWeightGrad {
        /// Number of input channels.
        inputs: usize,
        /// Number of output channels.
        outputs: usize,
    },
    /// x → y
    Pool(Pool),
    /// x, gradient of y → gradient of x
    PoolGrad(Pool),
    /// x → y
    AveragePool(AveragePool),
    /// gradient of y → gradient of x
    AveragePoolGrad(AveragePool),
    /// x → y
    GlobalAveragePool(GlobalAveragePool),
    /// gradient of y → gradient of x
    GlobalAveragePoolGrad(GlobalAveragePool),
    /// x → mean, and sum of squared deviations from it `[channels, batch · parts, 2]`
    NormMoments {
        /// Shape of the batch norm.
        norm: BatchNorm,
        /// Number of parts of a channel, see [`norm_parts`](crate::norm_parts).
        parts: usize,
    },
    /// moments, running mean and variance → mean, variance, updated running mean and variance
    NormStatistics {
        /// Shape of the batch norm.
        norm: BatchNorm,
        /// Number of parts of a channel.
        parts: usize,
    },
    /// x, mean, variance, scale, shift → y
    NormApply(BatchNorm),
    /// x, gradient, mean → sum of the gradient, and of the gradient times x − mean `[channels,
    /// batch · parts, 2]`. With ReLU, y is bound last.
    NormGradSums {
        /// Shape of the batch norm.
        norm: BatchNorm,
        /// Number of parts of a channel.
        parts: usize,
    },
    /// sums, mean, variance, scale → gradients of scale and shift, coefficients `[3, channels]`
    NormParamGrad {
        /// Shape of the batch norm.
        norm: BatchNorm,
        /// Number of parts of a channel.
        parts: usize,
    },
    /// x, gradient, coefficients → gradient of x. With ReLU, y is bound last.
    NormInputGrad(BatchNorm),
    /// logits, targets, weights → sums `[kept, threads]`
    LossPartialSums {
        /// Shape and terms of the loss.
        loss: Loss,
        /// Number of workgroups, see [`loss_groups`](crate::loss_groups).
        groups: usize,
    },
    /// sums `[kept, threads]` → value `[1]`, sums
    LossValue {
        /// Shape and terms of the loss.
        loss: Loss,
        /// Number of workgroups of the first pass.
        groups: usize,
    },
    /// logits, targets, weights, sums, grad → gradient of the logits
    LossGrad(Loss),
}

impl Shader {
    /// Returns the shader for the gradient of a convolution with respect to its input: gradient,
    /// kernels → gradient of x.
    pub fn conv_input_grad(conv: Conv) -> Self {
        if conv.stride == 1 {
            let conv = conv.transposed();
            return Self::Conv { conv, flipped: true, bias: false, relu: false };
        }
        Self::ConvInputGrad(conv)
    }

    /// Returns the WGSL text.
    pub fn text(&self) -> String {
        match *self {
            Shader::Conv { conv, flipped, bias, relu } => conv::conv(&conv, flipped, bias, relu),
            Shader::ConvInputGrad(conv) => conv_input_grad::input_grad(&conv),
            Shader::ConvWeightGrad { conv, parts } => conv::weight_grad(&conv, parts),
            Shader::ReduceWeightGrad { chunks, kernels, outputs } => {
                conv::reduce_weight_grad(chunks, kernels, outputs)
            }
            Shader::DepthwiseConv { conv, relu } => depthwise::conv(&conv, relu),
            Shader::DepthwiseInputGrad(conv) => depthwise::input_grad(&conv),
            Shader::DepthwiseWeightGrad { conv, parts } => depthwise::weight_grad(&conv, parts),
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
            Shader::Add { length, relu } => pointwise::add(length, relu),
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
            Shader::AveragePool(pool) => average_pool::pool(&pool),
            Shader::AveragePoolGrad(pool) => average_pool::pool_grad(&pool),
            Shader::GlobalAveragePool(pool) => average_pool::global(&pool),
            Shader::GlobalAveragePoolGrad(pool) => average_pool::global_grad(&pool),
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
